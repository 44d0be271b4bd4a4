import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { uuidOf } from '../../../src/dialects/uuid.js';
import type { Ask } from '../../../src/dialects/venueless/ask.js';
import type { CommandRow } from '../../../src/dialects/venueless/commands/command.js';
import { commandTable } from '../../../src/dialects/venueless/commands/index.js';
import { type Member, serve, type VenuelessServer } from './support/server.js';
import { direct, gather, say, text } from './support/talk.js';

/** Is in everything that is sent here, so that it is found wherever it comes out again. */
const marker = 'mArK-of-what-was-sent';

const deep = (depth: number): unknown => (depth === 0 ? marker : { [marker]: deep(depth - 1) });

type Kind = CommandRow['fields'][string];

/** Values of every type, by what they are called. */
const values: Readonly<Record<string, unknown>> = {
  null: null,
  true: true,
  false: false,
  zero: 0,
  'a number': 7,
  'a negative number': -1,
  'a fraction': 1.5,
  'a huge number': 1e308,
  'a number beyond the safe ones': 2 ** 53,
  'no number, in a text': 'NaN',
  'a number in a text': '7',
  'a text': marker,
  'an empty text': '',
  'a blank text': ' \t\n',
  'a text of 60 kB': marker + 'x'.repeat(60_000),
  'a text with control characters': `${marker}\0\u001b[2J\u202e\ufeff`,
  'half a character': `${marker}\ud800`,
  'a name of the language': '__proto__',
  'an empty list': [],
  'a list': [marker],
  'a list of null': [null],
  'a list of lists': [[[marker]]],
  'a list of 1,000': Array(1_000).fill(marker),
  'an empty object': {},
  'an object': { [marker]: marker },
  'a deep object': deep(26),
  'an object that looks like a list': { length: 1, 0: marker },
  'an object with methods': { toString: marker, valueOf: 7, toJSON: marker },
  'an object with a prototype': JSON.parse(`{"__proto__":{"${marker}":1},"constructor":null}`),
  'the id of no user': uuidOf('user', 2 ** 52),
  'the id of no channel': uuidOf('channel', 2 ** 52),
  'the id of a room': uuidOf('room', 1),
  'the id of a voice': uuidOf('bot', 0),
  'an id of somewhere else': 'e5a4b1a6-1f3c-4a5e-9d0c-7f6b8a9c0d1e',
  'an id that is not written out': '00000007',
};

const isText = (value: unknown) => typeof value === 'string';

/** What a field of each kind takes by its type alone. */
const takes: Readonly<Record<Kind, (value: unknown) => boolean>> = {
  uuid: () => false,
  uuids: Array.isArray,
  text: isText,
  number: Number.isFinite,
  flag: (value) => typeof value === 'boolean',
  object: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  any: () => true,
};

/** What may be null as if it were left out, besides flags. */
const mayBeNull: readonly string[] = ['user.list.search badge', 'chat.fetch before_id', 'chat.send replaces'];

/** Commands and fields: every wrong type (sections 1 and 12). */
export function argumentErrors(): void {
  let server: VenuelessServer;
  let anna: Member;
  let ben: Member;
  /** What each command read of its payloads. */
  const read = new Map<string, Set<string>>();
  /** Payloads that are as they should be; commands about somebody else are given nobody, so that all stay. */
  let right: Readonly<Record<string, Record<string, unknown>>>;

  beforeAll(async () => {
    for (const row of commandTable) {
      const { run } = row;
      vi.spyOn(row, 'run').mockImplementation((ask) => run(watching(ask)));
    }
    server = await serve();
    ({ anna, ben } = await server.cast({ anna: { traits: ['admin', 'moderator'] }, ben: {} }));
    const stage = anna.channel('stage');
    await gather(stage, anna, ben);
    const few = await direct(anna, ben);
    const { event_id: event } = await say(anna, stage, 'hello');
    const nobody = { id: uuidOf('user', 2 ** 51) };
    right = {
      'user.update': { profile: { display_name: 'anna' }, client_state: {} },
      'user.fetch': { id: ben.id },
      'user.list': { type: 'person', include_banned: true },
      'user.list.search': { search_term: 'an', page: 1, badge: '', include_banned: true },
      'user.online_status': { ids: [ben.id] },
      'user.ban': nobody,
      'user.silence': nobody,
      'user.reactivate': nobody,
      'user.delete': nobody,
      'user.admin.update': { id: ben.id, profile: { display_name: 'ben' } },
      'user.block': nobody,
      'user.unblock': nobody,
      'user.list.blocked': {},
      'chat.subscribe': { channel: few },
      'chat.join': { channel: stage, volatile: false },
      'chat.leave': { channel: few },
      'chat.unsubscribe': { channel: anna.channel('bar') },
      'chat.fetch': { channel: stage, count: 25, before_id: event },
      'chat.send': text(stage, 'hello', { replaces: event }) as Record<string, unknown>,
      'chat.react': { channel: stage, event, reaction: '👍', delete: false },
      'chat.mark_read': { channel: stage, id: event },
      'chat.direct.create': { users: [ben.id], hide: true },
    };
  });
  afterAll(async () => {
    vi.restoreAllMocks();
    await server.stop();
  });
  afterEach(() => {
    expect(server.errors).toEqual([]);
  });

  function watching(ask: Ask): Ask {
    const { action } = ask.request;
    const keys = read.get(action) ?? new Set();
    read.set(action, keys);
    const payload = new Proxy(ask.payload, {
      get(fields, key, self) {
        keys.add(String(key));
        return Reflect.get(fields, key, self);
      },
    });
    return Object.create(ask, { payload: { value: payload } }) as Ask;
  }

  /** Whatever was answered must be an error of a few words, of the command's namespace or of permissions, in which nothing is that was sent. */
  function plain(answer: readonly unknown[]): void {
    const [kind, , error] = answer as [string, unknown, Record<string, unknown>];
    if (kind !== 'error') return;
    const { code, message, ...rest } = error;
    expect(rest).toEqual({});
    expect(code).toMatch(/^[a-z]+(\.[a-z_]+)+$/);
    expect(['Permission denied.', 'Unknown channel ID', 'Unknown room ID', undefined]).toContain(message);
    expect(JSON.stringify(answer)).not.toContain(marker);
  }

  test('there is a right payload for every command', () => {
    expect(Object.keys(right).sort()).toEqual(commandTable.map(({ action }) => action).sort());
  });

  test.each(commandTable.map(({ action, fields }) => [action, fields] as const))(
    '%s refuses what its fields do not take, on the request, and goes on',
    async (action, fields) => {
      const wrongly: string[] = [];
      for (const [field, kind] of Object.entries(fields))
        for (const [what, value] of Object.entries(values)) {
          const answer = await anna.ask(action, { ...right[action], [field]: value });
          plain(answer);
          const leftOut = value === null && (kind === 'flag' || mayBeNull.includes(`${action} ${field}`));
          if (answer[0] === 'success' && !leftOut && !takes[kind](value)) wrongly.push(`${field}: ${what}`);
        }
      expect(wrongly).toEqual([]);
      plain(await anna.ask(action, right[action]));
    },
  );

  test.each(commandTable.map(({ action, fields }) => [action, fields] as const))(
    '%s is answered whatever is missing, too much, or no object',
    async (action, fields) => {
      for (const field of Object.keys(fields)) {
        const { [field]: _, ...rest } = right[action] ?? {};
        plain(await anna.ask(action, rest));
      }
      for (const value of Object.values(values)) {
        plain(await anna.ask(action, value));
        plain(await anna.ask(action, { [marker]: value }));
      }
    },
  );

  test.each([
    ['type', ['text', 'files', 'deleted', 'call']],
    ['body', []],
    ['files', []],
    ['preview_card', []],
  ])('content of messages may have anything as its %s', async (field, more) => {
    const stage = anna.channel('stage');
    for (const value of [...Object.values(values), ...more])
      for (const type of ['text', 'files', 'deleted', 'call']) {
        const content = { type, body: 'x', files: [{ url: 'x' }], [field]: value };
        plain(await anna.ask('chat.send', { channel: stage, event_type: 'channel.message', content }));
      }
  });

  test('files of messages may be anything', async () => {
    const channel = anna.channel('stage');
    for (const value of Object.values(values))
      for (const file of [value, { url: value }, { url: `/files/${JSON.stringify(value)}`, name: 'x' }]) {
        const content = { type: 'files', files: [file] };
        const answer = await anna.ask('chat.send', { channel, event_type: 'channel.message', content });
        plain(answer);
        expect(answer[0]).toBe('error');
      }
  });

  test('a login may bring anything, and another may follow', async () => {
    const probe = await server.connect();
    // Numbers are ids of browsers as good as texts (section 3).
    const ids = Object.values(values).filter(
      (value) => !value || !['string', 'number'].includes(typeof value),
    );
    for (const value of ids) {
      probe.send(['authenticate', 1, { client_id: value }]);
      const answer = await probe.next();
      expect(answer).toEqual(['error', 1, { code: 'auth.missing_id_or_token' }]);
    }
    await probe.close();
    for (const value of Object.values(values)) {
      const one = await server.connect();
      one.send(['authenticate', 1, { token: value, client_id: 'x' }]);
      expect(await one.next()).toEqual(['error', 1, { code: 'auth.invalid_token' }]);
      await one.close();
    }
  });

  test('no command reads a field that its row does not name, and each reads all that it names', () => {
    const named = commandTable.map(({ action, fields }) => [action, Object.keys(fields).sort()]);
    expect(commandTable.map(({ action }) => [action, [...(read.get(action) ?? [])].sort()])).toEqual(named);
  });

  test('all were heard to the end, and saw nothing of what was refused', async () => {
    const { event_id: last } = await say(anna, anna.channel('stage'), 'the last word');
    const frame = await ben.probe.until(([name, told]) => name === 'chat.event' && told.event_id === last);
    expect(frame[1].content).toEqual({ type: 'text', body: 'the last word' });
    for (const { probe } of [anna, ben]) {
      const errors = probe.frames.filter(([name]) => name === 'error');
      expect(errors.filter((error) => JSON.stringify(error).includes(marker))).toEqual([]);
      // Every error is the answer to a request.
      expect(errors.filter((error) => error.length !== 3)).toEqual([]);
      await probe.close();
    }
  });
}
