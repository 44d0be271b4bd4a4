import { encode, type FieldSchema, type MessageSchema } from '../../../src/dialects/conclave/codec.js';
import type { Operation } from '../../../src/dialects/conclave/operation.js';
import { operations } from '../../../src/dialects/conclave/operations/index.js';
import type { Random } from '../../support/random.js';
import { oddTexts } from './odd-texts.js';

/** What requests may speak of; ids in hexadecimal without hyphens. */
export interface World {
  readonly users: readonly string[];
  readonly names: readonly string[];
  readonly groups: readonly string[];
  /** Users whom it concerns, by the last part of an operation's path and the group. */
  readonly concerned: (act: string, group: string) => readonly string[];
  readonly invites: readonly string[];
  readonly welcomes: readonly string[];
}

/** A request of the grammar. */
export interface Wish {
  readonly operation: Operation;
  readonly method: string;
  readonly path: string;
  /** The group that the path names. */
  readonly group: string | undefined;
  /** Besides the token. */
  readonly headers: Readonly<Record<string, string>>;
  /** `good`: the token; `none`: no such header; otherwise what stands in it. */
  readonly authorization: string;
  readonly body: Uint8Array | undefined;
  /** Sent piece by piece without a length. */
  readonly chunked: boolean;
  /** After so many bytes of the body the client goes. */
  readonly goes: number | undefined;
  /** What was made strange about it. */
  readonly strange: ReadonlySet<'method' | 'path' | 'query' | 'token' | 'body' | 'large'>;
}

/** Largest body that is read (Conclave, section 1). */
export const bodyLimit = 1_048_576;

const base = '/api/v1';
const methods = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE', 'HEAD', 'OPTIONS'];
const types = ['application/json', 'text/plain', 'multipart/form-data; boundary=x', 'application/grpc', ''];
const whole = ['0', '-1', '1', '2', '9223372036854775807', '-9223372036854775808', '%2B5', '007', '1000'];
const broken = [
  '',
  'abc',
  '1.5',
  '9223372036854775808',
  '1e3',
  ' 1',
  '0x10',
  '1&after=2&limit=3',
  '9'.repeat(500),
];
const odd = [
  '%00',
  '%ff',
  '%2e%2e',
  '%2F',
  '..',
  '.',
  '__proto__',
  'constructor',
  '%F0%9F%98%80',
  'a'.repeat(3_000),
  ...oddTexts.map(encodeURIComponent),
];

/** How often each operation is asked for; 1 for the others. What ends an account is rare. */
const shares: Readonly<Record<string, number>> = {
  'POST /groups/:group_id/messages': 12,
  'GET /groups/:group_id/messages': 6,
  'POST /groups/:group_id/commit': 4,
  'POST /groups/:group_id/escrow-invite': 6,
  'POST /invites/:invite_id/accept': 5,
  'POST /groups/:group_id/join': 4,
  'POST /groups/:group_id/external-join': 3,
  'POST /key-packages': 4,
  'GET /key-packages/:user_id': 4,
  'GET /invites': 4,
  'GET /welcomes': 3,
  'GET /groups': 3,
  'POST /groups': 2,
  'POST /groups/:group_id/invite': 3,
  'POST /groups/:group_id/promote': 3,
  'POST /groups/:group_id/demote': 4,
  'POST /groups/:group_id/ban': 2,
  'POST /groups/:group_id/unban': 4,
  'POST /delete-account': 0.1,
  'POST /change-password': 0.2,
  'POST /logout': 0.3,
  'POST /groups/:group_id/delete': 0.2,
};

const weighted = operations.flatMap((one) =>
  Array.from({ length: Math.round(10 * (shares[`${one.method} ${one.path}`] ?? 1)) }, () => one),
);

/** Makes requests of every operation: mostly as it wants them, with strange ones among them. */
export function requests({ below, chance, pick }: Random) {
  let packages = 0;
  const bytes = (most: number) => Uint8Array.from({ length: below(most + 1) }, () => below(256));
  const some = <T>(list: readonly T[], otherwise: T) =>
    list.length === 0 || chance(0.05) ? otherwise : pick(list);
  const nobody = '00112233445566778899aabbccddeeff';
  const idOf = (list: readonly string[]) =>
    chance(0.03) ? bytes(20) : Uint8Array.from(Buffer.from(some(list, nobody), 'hex'));

  const text = (name: string, world: World): string => {
    if (chance(0.05)) return pick([...oddTexts, 'é'.repeat(33), 'x'.repeat(65), 'x'.repeat(1_100)]);
    if (/password/i.test(name)) return chance(0.9) ? 'password123' : pick(['wrong password', 'short']);
    if (name === 'username') return chance(0.5) ? `fresh${below(40)}` : some(world.names, 'nobody');
    if (name === 'groupName') return chance(0.8) ? `g${below(60)}` : '';
    if (name === 'mlsGroupId') return chance(0.5) ? 'abcd' : '';
    return chance(0.5) ? '' : `Alias ${below(9)} ü`;
  };

  /** Every regular package is one of its kind, so that whoever gets it twice notices; `marked`: it will not be looked for. */
  const keyPackage = (marked: boolean) => {
    if (chance(0.03)) return pick([bytes(6), new Uint8Array(16_385).fill(1)]);
    packages++;
    return Uint8Array.of(0, 1, 0, 5, marked ? 2 : 0, packages >> 16, packages >> 8, packages);
  };

  const value = ({ name, kind, of }: FieldSchema, world: World, marked: boolean): unknown => {
    if (of !== undefined) return message(of, world, marked);
    switch (kind) {
      case 'string':
        return text(name, world);
      case 'bool':
        return chance(0.5);
      case 'enum':
        return below(4);
      case 'bytes':
        if (/userIds?|inviteeId/.test(name)) return idOf(world.users);
        if (/keyPackageData|^data$/.test(name)) return chance(0.7) ? keyPackage(marked) : bytes(0);
        return chance(0.02) ? new Uint8Array(200_000) : bytes(12);
      default:
        return pick([-1, -1, 0, 0, 1, 60, 2 ** 40, -2, Number.MAX_SAFE_INTEGER]);
    }
  };

  const message = (schema: MessageSchema, world: World, marked: boolean): Record<string, unknown> => {
    const made: Record<string, unknown> = {};
    for (const field of schema.fields) {
      if (chance(0.08)) continue;
      made[field.name] = field.repeated
        ? Array.from({ length: below(4) }, () => value(field, world, marked))
        : value(field, world, marked);
    }
    // A last resort is given out as often as it must be.
    if (made.isLastResort && made.data instanceof Uint8Array && made.data.length === 8) made.data[4] = 1;
    return made;
  };

  const joined = (...parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));
  const mutated = (from: Uint8Array): Uint8Array => {
    const copy = from.slice();
    const at = below(copy.length + 1);
    switch (below(6)) {
      case 0:
        return copy.slice(0, at);
      case 1:
        return joined(copy.subarray(0, at), bytes(8), copy.subarray(at));
      case 2:
        return bytes(60);
      case 3:
        return joined(copy, Uint8Array.of(pick([0x0b, 0x7b, 0x0c, 0xfa, 0x80]), ...bytes(6)));
      case 4:
        return joined(...Array.from({ length: below(3_000) }, () => Uint8Array.of(0x12, 0x00)));
      default:
        if (at < copy.length) copy[at] = below(256);
        return copy;
    }
  };

  const written = (hex: string) => {
    const hyphens = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    return chance(0.9)
      ? hyphens
      : pick([hex, hyphens.toUpperCase(), `urn:uuid:${hyphens}`, `%7B${hyphens}%7D`]);
  };
  const param = (name: string, world: World, group: string): string => {
    if (name === 'group_id') return written(group);
    if (name === 'username') return encodeURIComponent(some(world.names, 'nobody'));
    const lists = { user_id: world.users, invite_id: world.invites };
    return written(some(lists[name as keyof typeof lists] ?? world.welcomes, nobody));
  };

  return (world: World): Wish => {
    const strange = new Set<'method' | 'path' | 'query' | 'token' | 'body' | 'large'>();
    const operation = pick(weighted);
    let method: string = operation.method;
    if (method === 'GET' && chance(0.05)) method = 'HEAD';
    if (chance(0.02)) {
      method = pick(methods);
      strange.add('method');
    }
    const group = some(world.groups, nobody);
    let path = operation.path.replace(/:([a-z_]+)/g, (_, name: string) => param(name, world, group));
    if (chance(0.04)) {
      strange.add('path');
      const parts = path.split('/');
      parts[1 + below(parts.length)] = pick(odd);
      path = chance(0.2) ? `${path}/` : parts.join('/');
    }
    const query = (operation.query ?? []).filter(() => chance(0.6));
    const asked = query.map((name) => {
      if (name === 'pattern') return `pattern=${pick(['g', 'G%25', '_1', '%25_%25'.repeat(50), ...odd])}`;
      if (!chance(0.08)) return `${name}=${pick(whole)}`;
      strange.add('query');
      return `${name}=${encodeURI(pick(broken))}`;
    });
    if (chance(0.02)) asked.push(`x=${pick(odd)}`);
    const search = asked.length === 0 ? '' : `?${asked.join('&')}`;

    let authorization = 'good';
    if (chance(0.04)) {
      strange.add('token');
      authorization = pick([
        'none',
        '',
        'Bearer',
        'Bearer ',
        `Bearer ${'0'.repeat(64)}`,
        'Basic eDp5',
        'bearer good',
      ]);
    }
    const headers: Record<string, string> = {};
    if (chance(0.9)) headers['content-type'] = chance(0.8) ? 'application/x-protobuf' : pick(types);
    if (chance(0.02))
      Object.assign(
        headers,
        pick<Record<string, string>>([
          { 'content-encoding': 'gzip' },
          { range: 'bytes=0-1' },
          { 'if-none-match': '*' },
          { 'last-event-id': '7' },
          { upgrade: 'h2c' },
        ]),
      );

    let body: Uint8Array | undefined;
    const withoutBody = method === 'GET' || method === 'HEAD';
    if (!withoutBody && (operation.request !== undefined || chance(0.3))) {
      const bad = chance(0.12);
      if (bad) strange.add('body');
      const schema = (chance(0.01) ? pick(weighted).request : operation.request) ?? pick(weighted).request;
      const concerned = chance(0.7) ? world.concerned(operation.path.split('/').at(-1) ?? '', group) : [];
      const users = concerned.length > 0 ? concerned : world.users;
      body =
        schema === undefined ? bytes(20) : encode(schema, message(schema, { ...world, users }, bad) as never);
      if (bad) body = mutated(body);
      if (chance(0.003)) {
        strange.add('large');
        body = new Uint8Array(bodyLimit + 1 + below(2 * bodyLimit));
      }
    }
    const goes = body !== undefined && chance(0.015) ? below(body.length + 1) : undefined;
    return {
      operation,
      method,
      path: `${base}${path}${search}`,
      group: operation.path.includes(':group_id') ? group : undefined,
      headers,
      authorization,
      body,
      chunked: chance(0.2),
      goes,
      strange,
    };
  };
}
