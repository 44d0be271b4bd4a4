import { describe, expect, it } from 'vitest';
import {
  decodeClient,
  decodeServer,
  encodeClient,
  encodeServer,
} from '../../src/dialects/venueless/codec.js';
import { commandTable } from '../../src/dialects/venueless/commands/index.js';
import { randomFrom } from '../support/random.js';
import { jsonMutator, oddJson } from './support/json-mutations.js';
import { settledHeap, timed } from './support/measuring.js';

const INPUTS = Number(process.env.POLYLECT_FUZZ_INPUTS ?? 100_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);
const MAX_INPUT_MS = 50;
const MAX_HEAP_GROWTH = 16 * 1024 * 1024;

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
    console.log(`venueless codec fuzz: seed ${SEED}, ${INPUTS} inputs`);
    const next = jsonMutator(randomFrom(SEED), wires, odd, (depth, text) => [
      `["ping",${'['.repeat(depth)}${']'.repeat(depth)}]`,
      `["a",1,${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}]`,
      `${'["ping",'.repeat(depth)}${text}${']'.repeat(depth)}`,
    ]);
    const answers = new Map<string, number>();
    let slowestMs = 0;
    let slowest = '';

    const run = (inputs: number): void => {
      for (let count = 0; count < inputs; count += 1) {
        const text = next();
        const decodeBoth = () => [decodeClient(text), decodeServer(text)] as const;
        let [tookMs, [arrival, frame]] = timed(decodeBoth);
        // A pause of the machine is not the input's doing: what seems slow has to be slow again.
        for (let tries = 0; tries < 3 && tookMs > slowestMs && tookMs > 5; tries += 1)
          tookMs = Math.min(tookMs, timed(decodeBoth)[0]);
        if (tookMs > slowestMs) [slowestMs, slowest] = [tookMs, text.slice(0, 200)];
        // What was read can be answered, and a request written again is the same request.
        if (arrival.kind === 'ping') encodeServer(['pong', arrival.echo]);
        if (arrival.kind === 'request' || arrival.kind === 'authenticate') {
          const { action, echo, payload } = arrival.request;
          const again = encodeClient([action, ...echo, ...(payload === undefined ? [] : [payload])]);
          expect(decodeClient(again).kind, text).toBe(arrival.kind);
          expect(decodeServer(encodeServer(['error', ...echo, { code: 'x' }])), text).toBeDefined();
        }
        if (frame !== undefined) expect(decodeServer(encodeServer(frame)), text).toBeDefined();
        for (const what of frame === undefined ? [arrival.kind] : [arrival.kind, 'frame'])
          answers.set(what, (answers.get(what) ?? 0) + 1);
      }
    };

    // The first inputs compile code and fill caches, which is not what is measured.
    run(Math.min(5_000, INPUTS));
    const before = settledHeap();
    run(INPUTS);
    const growth = settledHeap() - before;

    console.log(
      `slowest ${slowestMs.toFixed(2)} ms, heap ${(growth / 1_048_576).toFixed(1)} MiB, answers:`,
      Object.fromEntries(answers),
    );
    expect(slowestMs, slowest).toBeLessThan(MAX_INPUT_MS);
    expect(growth).toBeLessThan(MAX_HEAP_GROWTH);
    expect(({} as { a?: number }).a).toBeUndefined();
    // Inputs that all fail at the first check would show nothing.
    for (const kind of ['malformed', 'request', 'frame'])
      expect(answers.get(kind) ?? 0, kind).toBeGreaterThan(INPUTS / 20);
    for (const kind of ['ping', 'authenticate'])
      expect(answers.get(kind) ?? 0, kind).toBeGreaterThan(INPUTS / 200);
  }, 120_000);
});
