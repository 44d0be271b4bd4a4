import { commandTable } from '../../../src/dialects/venueless/commands/index.js';
import type { Random } from '../../support/random.js';
import { oddTexts } from './odd-texts.js';

/** What there is to name in requests. */
export interface World {
  /** Ids of people who may be banned, silenced and deleted. */
  readonly people: readonly string[];
  /** The id of somebody who may not. */
  readonly spared: string;
  /** Ids of channels of rooms, the one that most is said in first. */
  readonly rooms: readonly string[];
  /** Ids of direct channels. */
  readonly directs: readonly string[];
  /** Ids of events that were seen. */
  readonly events: readonly number[];
}

type Json = unknown;
type Kind = (typeof commandTable)[number]['fields'][string];

/** What a request turns out to be, for whoever waits for its answer. */
export interface Sent {
  readonly wire: string;
  /** The id that its answer carries, as JSON; `undefined`: it carries none. */
  readonly echo: string | undefined;
  readonly kind: 'request' | 'authenticate' | 'ping' | 'malformed';
}

/** Every command that somebody who is logged in may send. */
export const commands: readonly string[] = commandTable.map((row) => row.action);

/** What sends somebody away, kept rare so that somebody is there. */
const rare = ['user.ban', 'user.delete', 'user.silence'];

const odd: readonly Json[] = [
  ...oddTexts,
  ...['x'.repeat(5_000), '@everyone', '\uD800', '**_~`', 'toString', 'hasOwnProperty'],
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, -0.5, Number.MIN_VALUE, [], {}, [[]], [null], [{}]],
  ...[{ length: 3 }, { toString: 1 }, { id: {} }, [1, 'a', null, {}], Array(300).fill('a')],
  ...['00000001-0000-8000-8000-000000000000', 'e5a4b1a6-1f3c-4a5e-9d0c-7f6b8a9c0d1e'],
  JSON.parse('{"__proto__":{"admin":true},"constructor":null}'),
  JSON.parse(`${'['.repeat(25)}${']'.repeat(25)}`),
];

const strange = [
  ...oddTexts,
  ...[
    'nope',
    'toString',
    'chat',
    'chat.',
    '.chat',
    'chat.nope',
    'room.create',
    'poll.vote',
    'user.kiosk.create',
  ],
];

/** Makes requests: mostly of the form that the command wants, with wrong fields among them. */
export function requests({ below, chance, pick }: Random) {
  let asked = 0;
  const list = <T>(make: () => T, most = 4): T[] => Array.from({ length: below(most + 1) }, make);
  const text = (world: World): string =>
    pick([
      'hello',
      `hi @${pick(world.people)} and @${world.spared}`,
      list(() => `@${pick(world.people)}`, 60).join(' '),
      '👩‍👩‍👧',
      `n${below(1_000)}`,
      '',
      'x'.repeat(below(3_000) + 1),
    ]);
  const profile = (world: World): Json => ({
    ...(chance(0.9) ? { display_name: chance(0.9) ? `n${below(30)}` : pick(odd) } : {}),
    ...(chance(0.3) ? { fields: { a: text(world) }, greeted: true } : {}),
    ...(chance(0.3)
      ? { avatar: pick([{ identicon: 'x' }, { url: 'https://example.org/a.png' }, ...odd]) }
      : {}),
  });
  const content = (world: World): Json =>
    chance(0.8)
      ? { type: 'text', body: text(world) }
      : pick([
          { type: 'deleted' },
          { type: 'files', files: [chance(0.5) ? { url: pick(odd) } : pick(odd)] },
          { type: 'call', body: {} },
        ]);

  /** A value that a field takes. */
  const right = (action: string, field: string, kind: Kind, world: World): Json => {
    const person = () =>
      pick(
        action.includes('direct') || action.includes('fetch')
          ? [...world.people, world.spared]
          : world.people,
      );
    switch (kind) {
      case 'uuid':
        if (field !== 'channel') return person();
        if (world.directs.length > 0 && chance(0.25)) return pick(world.directs);
        return chance(0.7) ? (world.rooms[0] as string) : pick(world.rooms);
      case 'uuids':
        return list(person);
      case 'text':
        if (field === 'event_type') return 'channel.message';
        if (field === 'reaction') return pick(['👍', '👍', '🇩🇪']);
        return field === 'type' ? 'person' : pick(['', 'n', 'a', 'Crew']);
      case 'number':
        if (field === 'page' || field === 'count') return below(40);
        return world.events.length === 0 || chance(0.1) ? below(10_000) : pick(world.events);
      case 'flag':
        return chance(0.5);
      case 'object':
        return field === 'content' ? content(world) : profile(world);
      case 'any':
        return list(() => 'x');
    }
  };
  /** Fields that are left out more often than not. */
  const seldom = ['replaces', 'volatile', 'ids', 'pretalx_ids', 'before_id', 'badge'];

  const payload = (action: string, world: World): Json => {
    const row = commandTable.find((one) => one.action === action);
    const fields: Record<string, Json> = Object.create(null);
    for (const [field, kind] of Object.entries(row?.fields ?? {}))
      if (!seldom.includes(field) || chance(0.3)) fields[field] = right(action, field, kind, world);
    for (const field of Object.keys(fields)) if (chance(0.04)) fields[field] = pick(odd);
    for (const field of Object.keys(fields)) if (chance(0.03)) delete fields[field];
    if (chance(0.05)) fields[pick(['channel', 'id', 'ids', 'content', '__proto__'])] = pick(odd);
    return chance(0.01) ? pick(odd) : fields;
  };

  const sent = (frame: readonly Json[], kind: Sent['kind']): Sent => ({
    wire: JSON.stringify(frame),
    echo: frame.length === 3 && kind !== 'ping' ? JSON.stringify(frame[1]) : undefined,
    kind,
  });

  /** One request; `only`: this one. */
  return (world: World, only?: readonly [action: string, payload: object]): Sent => {
    if (only !== undefined) return sent([only[0], ++asked, only[1]], 'request');
    if (chance(0.01)) {
      const wire = JSON.stringify(['chat.send', 1, payload('chat.send', world)]);
      return {
        wire: pick([wire.slice(0, below(wire.length)), '7', '{}', '[[]]', '']),
        echo: undefined,
        kind: 'malformed',
      };
    }
    if (chance(0.02)) return sent(['ping', pick(odd)], 'ping');
    const id = chance(0.97) ? ++asked : pick(odd);
    if (chance(0.02)) {
      const login = pick([{ token: pick(odd) }, { client_id: pick([...odd, `c${below(3)}`]) }, pick(odd)]);
      return sent(chance(0.5) ? ['authenticate', login] : ['authenticate', id, login], 'authenticate');
    }
    let action = chance(0.03) ? pick(strange) : pick(commands);
    if (rare.includes(action) && chance(0.6)) action = 'chat.send';
    if (chance(0.25)) action = pick(['chat.send', 'chat.send', 'chat.react']);
    const fields = payload(action, world);
    if (chance(0.02))
      return sent(pick([[action], [action, fields], [action, id, fields, 'more']]), 'request');
    return sent([action, id, fields], 'request');
  };
}
