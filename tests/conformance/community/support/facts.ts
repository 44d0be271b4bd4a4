import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Identity } from '../../../../src/domain/users/identity.js';
import type { Json } from '../../../support/json-probe.js';
import type { Row } from './rows.js';
import { type Seen, Town, type TownOptions } from './town.js';

/** Who can bring a fact about. */
export const causers = ['sockchat', 'originchats', 'venueless', 'conclave', 'host'] as const;
export type Causer = (typeof causers)[number];

/** Who looks on: somebody of each protocol who has nothing to do with it, and the host. */
export const onlookers = ['sockchat', 'originchats', 'venueless', 'conclave', 'host'] as const;
export type Onlooker = (typeof onlookers)[number];

/** An onlooker, or a connection of the one whom the fact is about (see {@link Fact.own}). */
export type Viewer = Onlooker | 'own sockchat' | 'own originchats' | 'own venueless';

/** The people of one case, new for each. */
export interface Cast {
  readonly town: Town;
  readonly by: Causer;
  /** Who brings it about, unless it is the host. */
  readonly who: Identity;
  /** Whom it is about, if that is somebody else. */
  readonly target: Identity;
  /** Those who look on by other protocols than Sock Chat, in the order they came. */
  readonly foreign: readonly Identity[];
  /** What others are called who are in it, by what they are. */
  readonly people: Record<string, string>;
}

/** Logs in whoever is needed; what it returns then brings the fact about. */
export type Cause = (cast: Cast) => Promise<() => unknown>;

/** What a viewer sees of a fact. */
export interface Cell {
  /** In a few words, for the test's name. */
  readonly shows: string;
  /** The frames, byte for byte; for the host the names of events. */
  readonly frames: readonly Json[] | ((cast: Cast) => readonly Json[]);
  /** Where causers are shown differently; `null`: there is no such viewer then. */
  readonly from?: Partial<Readonly<Record<Causer, Omit<Cell, 'from'> | null>>>;
}

/** One fact of the table, or of the channels that one fact needs. */
export interface Fact {
  readonly row: Row;
  readonly title: string;
  /** By dialect how it is brought about, or why it cannot be. */
  readonly causes: Readonly<Record<Causer, Cause | string>>;
  readonly views: Readonly<Record<Onlooker, Cell>> & Partial<Readonly<Record<Viewer, Cell>>>;
  /** Whether who brings it about may do everything. */
  readonly staff?: true;
  /** Whose own connections are looked at too. Default `target`. */
  readonly own?: 'who' | 'target';
  /** How much time passes before it is looked at, in ms: some is told a little later, many facts at once. Default 7,000. */
  readonly after?: number;
}

/** What is told late is told within so many ms: lists of channels a second later, those of people of other protocols after five. */
const settled = 7_000;

/** What is seen, in words and as frames. */
export function shows(shows: string, frames: Cell['frames'], from?: Cell['from']): Cell {
  return { shows, frames, ...(from === undefined ? {} : { from }) };
}

/** That nothing is seen. */
export const nothing: Cell = { shows: 'nothing', frames: [] };

/** That the host is told these events, in this order. */
export function tells(...events: readonly string[]): Cell {
  return shows(events.map((name) => `\`${name}\``).join(', '), events);
}

const titles: Readonly<Record<Causer | Viewer, string>> = {
  sockchat: 'Sock Chat',
  originchats: 'OriginChats',
  venueless: 'Venueless',
  conclave: 'Conclave',
  host: 'the host',
  'own sockchat': 'their own Sock Chat',
  'own originchats': 'their own OriginChats',
  'own venueless': 'their own Venueless',
};

/** One test for each fact, who causes it and who looks on, in one town. */
export function play(facts: readonly Fact[], options: TownOptions = {}): void {
  let town: Town;
  let onlooking: Onlookers;
  beforeAll(async () => {
    town = await Town.open(options);
    onlooking = await lookOn(town);
  });
  afterAll(async () => {
    await town.stop();
    expect(town.errors).toEqual([]);
  });
  for (const fact of facts)
    describe(fact.title, () => {
      for (const by of causers) {
        const cause = fact.causes[by];
        if (typeof cause !== 'string') playOne(fact, by, cause, () => ({ town, onlooking }));
      }
    });
}

function playOne(
  fact: Fact,
  by: Causer,
  cause: Cause,
  stage: () => { readonly town: Town; readonly onlooking: Onlookers },
): void {
  describe(`from ${titles[by]}`, () => {
    let cast: Cast;
    let seen: Seen;
    beforeAll(async () => {
      const { town, onlooking } = stage();
      const who = fact.staff ? town.staff('who') : town.person('who');
      cast = { town, by, who, target: town.person('target'), people: {}, foreign: onlooking.foreign };
      const act = await cause(cast);
      await onlooking.ready();
      await town.seen(settled);
      await act();
      seen = await town.seen(fact.after ?? settled);
    });
    afterAll(() => stage().town.clear(...stage().onlooking.keys));
    for (const [viewer, cell] of Object.entries(fact.views) as [Viewer, Cell][]) {
      const found = cell.from?.[by];
      if (found === null) continue;
      const { shows, frames } = found ?? cell;
      const name = `${fact.title} from ${titles[by]} is ${shows} on ${titles[viewer]}`;
      test(name, () => {
        const expected = typeof frames === 'function' ? frames(cast) : frames;
        expect(sight(viewer, seen, cast[fact.own ?? 'target'], stage().onlooking)).toEqual(expected);
      });
    }
  });
}

function sight(viewer: Viewer, seen: Seen, own: Identity, { keyOf }: Onlookers): readonly Json[] {
  if (viewer === 'host') return seen.host;
  const key = viewer.startsWith('own ')
    ? `${own.name}@${viewer.slice(4)}`
    : keyOf[viewer as Exclude<Onlooker, 'host'>];
  const frames = seen.by[key];
  if (frames === undefined) throw new Error(`${key} is not there`);
  return frames;
}

interface Onlookers {
  readonly keyOf: Readonly<Record<Exclude<Onlooker, 'host'>, string>>;
  readonly keys: readonly string[];
  readonly foreign: readonly Identity[];
  /** Has everything read that there is to read, so that they are told of what comes. */
  ready(): Promise<void>;
}

/** Somebody of each protocol, in the lounge; on Venueless they belong to the workshop too. */
async function lookOn(town: Town): Promise<Onlookers> {
  const [sally, oscar, vivian] = [town.person('Sally'), town.person('Oscar'), town.person('Vivian')];
  await town.sock(sally);
  await town.origin(oscar);
  const member = await town.world(vivian, 'lounge', 'workshop');
  const carl = await town.sealed('Carl');
  town.onlooker = carl;
  const keyOf = {
    sockchat: `${sally.name}@sockchat`,
    originchats: `${oscar.name}@originchats`,
    venueless: `${vivian.name}@venueless`,
    conclave: `${carl.name}@conclave`,
  };
  return {
    keyOf,
    keys: Object.values(keyOf),
    foreign: [oscar, vivian],
    async ready() {
      for (const room of ['lounge', 'workshop'])
        await member.done('chat.mark_read', { channel: town.channelUuid(room), id: Number.MAX_SAFE_INTEGER });
    },
  };
}
