import type { Identity } from '../../../../src/domain/users/identity.js';
import type { SockProbe } from '../../../support/sock-probe.js';
import type { Person } from '../../conclave/support/server.js';
import type { Member as Originator } from '../../originchats/support/server.js';
import type { Member as Venturer } from '../../venueless/support/server.js';
import type { Cast, Cause } from './facts.js';

/** Somebody in each text dialect at once: one user with three sessions. */
export interface Everywhere {
  readonly sock: SockProbe;
  readonly origin: Originator;
  readonly world: Venturer;
}

export async function everywhere({ town }: Cast, who: Identity): Promise<Everywhere> {
  return {
    sock: await town.sock(who),
    origin: await town.origin(who),
    world: await town.world(who, 'lounge'),
  };
}

/** Somebody with everything a connection has come for, who then does something. */
export function onSock(act: (client: SockProbe, cast: Cast) => unknown, prepare: Prepare = noted): Cause {
  return async (cast) => {
    await prepare(cast);
    const client = await cast.town.sock(cast.who);
    return () => act(client, cast);
  };
}

export function onOrigin(act: (member: Originator, cast: Cast) => unknown, prepare: Prepare = noted): Cause {
  return async (cast) => {
    await prepare(cast);
    const member = await cast.town.origin(cast.who);
    return () => act(member, cast);
  };
}

/** They belong to the lounge. */
export function onWorld(act: (member: Venturer, cast: Cast) => unknown, prepare: Prepare = noted): Cause {
  return async (cast) => {
    await prepare(cast);
    const member = await cast.town.world(cast.who, 'lounge');
    return () => act(member, cast);
  };
}

export function onSealed(act: (person: Person, cast: Cast) => unknown): Cause {
  return async (cast) => {
    const person = await cast.town.sealed('Sealed');
    return () => act(person, cast);
  };
}

export function byHost(act: (cast: Cast) => unknown, prepare: Prepare = noted): Cause {
  return async (cast) => {
    await prepare(cast);
    return () => act(cast);
  };
}

/** What is there before it begins. */
export type Prepare = (cast: Cast) => unknown;

const noted: Prepare = () => {};

/** The one whom it is about is in each text dialect. */
export const targetEverywhere: Prepare = (cast) => everywhere(cast, cast.target);

/** A user as Venueless names them. */
export function uuidOfUser({ town }: Cast, who: Identity): string {
  return town.userUuid(who.name);
}
