import { describe, expect, it } from 'vitest';
import {
  decodeClient,
  decodeServer,
  encodeClient,
  encodeServer,
} from '../../src/dialects/venueless/codec.js';
import { commandTable } from '../../src/dialects/venueless/commands/index.js';
import { randomFrom } from '../support/random.js';
import { INPUTS, SEED, tryCodec } from './support/codec-fuzz.js';
import { jsonMutator, oddJson } from './support/json-mutations.js';

const odd = [...oddJson, '["', '["ping",', '"authenticate",', 'null,', '"a",1,{', '[{"a":['];

const uuid = '00000007-0000-8000-bb58-32db75736572';

/** Frames of both sides: every command with its fields, and what the server says. */
const wires = [
  ...commandTable.map(({ action, fields }, index) =>
    JSON.stringify([
      action,
      index,
      Object.fromEntries(
        Object.entries(fields).map(([name, kind]) => [
          name,
          {
            uuid,
            uuids: [uuid],
            text: 'x',
            number: 7,
            flag: true,
            object: { type: 'text', body: 'x' },
            any: [],
          }[kind],
        ]),
      ),
    ]),
  ),
  ...['["ping",1700000000000]', '["ping"]', '["user.list",1,null]', '["authenticate",{"client_id":"a-b"}]'],
  ...['["authenticate",9,{"token":"a.b.c"}]', '["success",1,{}]', '["pong",{"a":[null]}]'],
  ...[
    '["error",{"code":"server.fatal","message":"Fatal Server Error"}]',
    '["chat.channels",{"channels":[]}]',
  ],
];

describe('venueless codec under mutated input', () => {
  it('[venueless 1] refuses or reads whatever comes, fast, without throwing and without keeping memory', () => {
    const next = jsonMutator(randomFrom(SEED), wires, odd, (depth, text) => [
      `["ping",${'['.repeat(depth)}${']'.repeat(depth)}]`,
      `["a",1,${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}]`,
      `${'["ping",'.repeat(depth)}${text}${']'.repeat(depth)}`,
    ]);
    const answers = tryCodec({
      name: 'venueless',
      next,
      decode: (text) => [decodeClient(text), decodeServer(text)] as const,
      answers([arrival, frame], text) {
        // What was read can be answered, and a request written again is the same request.
        if (arrival.kind === 'ping') encodeServer(['pong', arrival.echo]);
        if (arrival.kind === 'request' || arrival.kind === 'authenticate') {
          const { action, echo, payload } = arrival.request;
          const again = encodeClient([action, ...echo, ...(payload === undefined ? [] : [payload])]);
          expect(decodeClient(again).kind, text).toBe(arrival.kind);
          expect(decodeServer(encodeServer(['error', ...echo, { code: 'x' }])), text).toBeDefined();
        }
        if (frame !== undefined) expect(decodeServer(encodeServer(frame)), text).toBeDefined();
        return frame === undefined ? [arrival.kind] : [arrival.kind, 'frame'];
      },
    });
    // Inputs that all fail at the first check would show nothing.
    for (const kind of ['malformed', 'request', 'frame'])
      expect(answers.get(kind) ?? 0, kind).toBeGreaterThan(INPUTS / 20);
    for (const kind of ['ping', 'authenticate'])
      expect(answers.get(kind) ?? 0, kind).toBeGreaterThan(INPUTS / 200);
  }, 120_000);
});
