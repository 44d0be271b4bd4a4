import type { Audience } from '../../core/event.js';
import type { Rendering } from '../../delivery/deliver.js';
import type { KindFilter } from '../../delivery/kinds.js';
import type { Person } from '../../domain/users/person.js';
import { claimsOfKind } from '../../domain/viewers.js';
import type { Tools } from './ask.js';
import type { Frame } from './packets.js';
import { worldPermissionsOf } from './permissions.js';
import { goneShape, managedPerson, personShape } from './shapes.js';

/** How one kind of viewer is shown people. */
export interface Showing {
  /** Somebody as an event has them. */
  person(person: Person): object;
  /** Somebody who has left for good. */
  gone: typeof goneShape;
}

/** Makes the renderings of a fact that shows people: one for those who may manage them, one for everybody else. */
export type Variants = (to: Audience, frame: (showing: Showing) => Frame) => readonly Rendering<Frame>[];

/** Kinds of which it is remembered whether they manage people; there are about as many as there are different sets of traits. */
const rememberedKinds = 1_000;

/**
 * Whoever may manage people is shown `moderation_state` and `token_id` with each of them, nobody else is (section 4). `frame` is asked for each
 * of the two only if somebody is there to see it. A person's state is not in the event: it concerns one kind of viewer in one protocol, and is
 * what it is now.
 */
export function variantsIn({ host, settings }: Tools): Variants {
  const { config } = host;
  const { badges } = settings;
  const known = new Map<string, boolean>();
  const manages = (kind: string | undefined): boolean => {
    if (kind === undefined) return false;
    let does = known.get(kind);
    if (does === undefined) {
      does = worldPermissionsOf(config, claimsOfKind(kind)).includes('world:users.manage');
      if (known.size >= rememberedKinds) known.clear();
      known.set(kind, does);
    }
    return does;
  };
  const plain: Showing = {
    person: (person) => personShape(person, badges),
    gone: (user) => goneShape(user),
  };
  const managing: Showing = {
    person: (person) =>
      personShape(
        person,
        badges,
        host.read((view) => managedPerson(view, config, person, host.clock.now())),
      ),
    gone: (user) => goneShape(user, true),
  };
  const variant = (
    to: Audience,
    kinds: KindFilter,
    showing: Showing,
    frame: (showing: Showing) => Frame,
  ): Rendering<Frame> => ({
    to,
    kinds,
    get packets() {
      return [frame(showing)];
    },
  });
  return (to, frame) => [
    variant(to, (kind) => !manages(kind), plain, frame),
    variant(to, manages, managing, frame),
  ];
}
