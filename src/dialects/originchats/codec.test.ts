import { describe, expect, it } from 'vitest';
import { decodeClient, decodeServer, encodeClient, encodeServer, maxDepth } from './codec.js';
import { invalidVectors, validVectors } from './vectors/load.js';

describe('vectors', () => {
  it.each(validVectors.map((vector) => [vector.name, vector] as const))(
    'are read, and written the same: %s',
    (_, { direction, wire, packet, decodeOnly }) => {
      if (direction === 'client') expect(decodeClient(wire)).toEqual({ kind: 'request', request: packet });
      else expect(decodeServer(wire)).toEqual(packet);
      if (decodeOnly !== true)
        expect(direction === 'client' ? encodeClient(packet) : encodeServer(packet)).toBe(wire);
    },
  );

  it.each(invalidVectors.map((vector) => [vector.name, vector] as const))(
    'are refused: %s',
    (_, { direction, wire, error }) => {
      if (direction === 'client') expect(decodeClient(wire)).toEqual({ kind: 'malformed', val: error });
      else expect(decodeServer(wire)).toBeUndefined();
    },
  );
});

describe('names that mean something to the language', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is a field like any other, and changes no prototype',
    (name) => {
      const wire = `{"cmd":"x","${name}":{"polluted":true}}`;
      const arrival = decodeClient(wire);
      if (arrival.kind !== 'request') throw new Error('not read');
      expect(Object.getPrototypeOf(arrival.request)).toBe(Object.prototype);
      expect(Object.hasOwn(arrival.request, name)).toBe(true);
      expect(({} as { polluted?: true }).polluted).toBeUndefined();
      expect(encodeClient(arrival.request)).toBe(wire);
    },
  );
});

describe('depth', () => {
  it('is looked at before anything is built, for either bracket and for both mixed', () => {
    const tooDeep = { kind: 'malformed', val: 'Invalid message format: nested too deep' };
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
      ['[{"a":', '}]'],
    ] as const) {
      const levels = open.length > 5 ? 2 : 1;
      const nested = (depth: number) => `{"cmd":"x","a":${open.repeat(depth)}1${close.repeat(depth)}}`;
      const fits = Math.floor((maxDepth - 1) / levels);
      expect(decodeClient(nested(fits)).kind).toBe('request');
      expect(decodeClient(nested(fits + 1))).toEqual(tooDeep);
      expect(decodeServer(nested(fits + 1))).toBeUndefined();
    }
    expect(decodeClient('['.repeat(4_000_000))).toEqual(tooDeep);
  });
});
