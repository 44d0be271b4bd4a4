import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rejection } from '../../src/core/rejection.js';
import { groups } from '../../src/domain/groups/groups.js';
import {
  type InviteData,
  invites,
  type WelcomeData,
  welcomes,
  welcomesOf,
} from '../../src/domain/groups/invites.js';
import { type GroupInfo, type GroupMessage, groupSenders } from '../../src/domain/groups/messages.js';
import type { GroupId, UserId } from '../../src/domain/ids.js';
import { type KeyPackage, keyStocks } from '../../src/domain/keys/keys.js';
import { users } from '../../src/domain/users/users.js';
import { type Fate, seededPlan } from '../../src/testing/faulty-storage.js';
import { hash, sealed } from '../support/groups.js';
import { type DomainRig, disagreements, domainRig, flaws } from './domain-rig.js';

const faults: readonly Fate[] = ['throws', 'unknown', 'hangs', 'now', 50, 3_000, 8_000, 'conflicts'];

const kinds = [
  'account',
  'account',
  'create',
  'create',
  'invite',
  'invite',
  'accept',
  'accept',
  'send',
  'send',
  'commit',
  'fetched',
  'fleeting',
  'open',
  'join',
  'leave',
  'ban',
  'decline',
  'remove',
  'welcome',
  'keys',
  'take',
  'take',
  'token',
  'gone',
  'purge',
  'turn',
  'turn',
  'wait',
  'release',
  'calm',
] as const;
type Step = readonly [kind: (typeof kinds)[number], a: number, b: number];

/** Plays a run and returns what was wrong. */
async function play(seed: number, share: number, steps: readonly Step[]): Promise<string[]> {
  const rig = await domainRig();
  const faulty = seededPlan(seed, faults, share);
  rig.storage.plan = faulty;
  const { run, view, clock, storage } = rig;
  const taken: { result?: unknown; undone: boolean }[] = [];
  let made = 0;
  const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];
  for (const [kind, a, b] of steps) {
    const who = (at: number) =>
      (pick(
        view((v) => [...v.all(users)]),
        at,
      )?.id ?? 'nobody') as UserId;
    const by = who(a);
    const group = (pick(
      view((v) => [...v.all(groups)]),
      b,
    )?.id ?? 'nowhere') as GroupId;
    const there = { by, group };
    const invite =
      pick(
        view((v) => v.by(invites, 'invitee', by)),
        b,
      )?.id ?? ('none' as never);
    if (kind === 'account') {
      const login = `u${a % 6}`;
      const identity = { provider: 'sealed', id: `${made++}`, name: login };
      run('group.register', { realm: 'sealed', login, key: login, hash, identity });
    } else if (kind === 'create') run('group.create', { by, name: `g${b % 4}` });
    else if (kind === 'invite') run('invite.add', { ...there, user: who(a + 1 + (b % 3)), ...sealed });
    else if (kind === 'accept') run('invite.accept', { by, invite });
    else if (kind === 'decline') run('invite.decline', { by, invite });
    else if (kind === 'send') run('group.send', { ...there, data: `${made++}` });
    else if (kind === 'commit') run('group.commit', { ...there, commit: `${made++}`, info: `${made}` });
    else if (kind === 'fetched') run('group.fetched', { ...there, sequence: b });
    else if (kind === 'fleeting') run('group.update', { ...there, expirySeconds: b % 2 ? 0 : 5 });
    else if (kind === 'open') run('group.update', { ...there, visibility: 'public' });
    else if (kind === 'join') run('group.join', there);
    else if (kind === 'leave') run('group.leave', there);
    else if (kind === 'ban') run('group.ban', { ...there, user: who(b) });
    else if (kind === 'remove') run('group.remove', there);
    else if (kind === 'welcome') {
      for (const { id } of view((v) => welcomesOf(v, by))) run('welcome.accept', { by, welcome: id });
    } else if (kind === 'keys') {
      const packages = Array.from({ length: b % 13 }, (_, n) => ({ data: `${made++}`, lastResort: n === 5 }));
      run('keys.add', { by, packages });
    } else if (kind === 'take') taken.push(run('keys.take', { user: who(b) }));
    else if (kind === 'token') {
      run('token.create', { user: by, hash: `t${made++}`, dialect: 'sealed' });
      run('token.use', { hash: `t${made - 1}` });
    } else if (kind === 'gone') run('user.leave', { user: by, via: 'sealed' });
    else if (kind === 'purge') {
      const messages = storage.content<GroupMessage>('group_messages').filter((one) => one.group === group);
      run('group.purge', { group, messages });
    } else if (kind === 'turn') await clock.turn();
    else if (kind === 'wait') await clock.advance(a % 3 ? a * 10 : 40_000);
    else if (kind === 'release') storage.release(1 + (a % 3));
    else {
      await calm(rig);
      storage.plan = faulty;
    }
  }
  await calm(rig);
  return [...flaws(rig), ...(await disagreements(rig)), ...wrongRows(rig), ...takenTwice(rig, taken)];
}

async function calm({ storage, clock }: DomainRig): Promise<void> {
  storage.plan = () => 'ok';
  storage.release();
  await clock.advance(60_000);
}

/** Sealed bytes are there exactly where a row in memory says so, and numbers that were told mean one message each. */
function wrongRows({ storage, view, events }: DomainRig): string[] {
  const found: string[] = [];
  const same = (what: string, stored: readonly (number | string)[], known: readonly (number | string)[]) => {
    const [a, b] = [stored, known].map((list) => list.map(String).sort().join());
    if (a !== b) found.push(`${what}: storage has ${a}, memory knows ${b}`);
  };
  const told = new Map<string, string>();
  for (const event of events) {
    if (event.type !== 'group_message') continue;
    const key = `${event.group.group} ${event.sequence}`;
    if (told.has(key)) found.push(`${key} was told twice`);
    told.set(key, event.sender.user);
  }
  view((v) => {
    const stored = storage.content<GroupMessage>('group_messages');
    for (const { group, sequence, sender } of stored) {
      if (sequence > (v.get(groups, group)?.last ?? 0))
        found.push(`${group} has ${sequence} beyond its last`);
      if (v.get(users, sender) === undefined) found.push(`${group} ${sequence} is of nobody`);
      if (v.get(groupSenders, `${group}:${sender}`) === undefined)
        found.push(`${group} does not know ${sender}`);
      const teller = told.get(`${group} ${sequence}`);
      if (teller !== undefined && teller !== sender) found.push(`${group} ${sequence} is of somebody else`);
    }
    same('invitations', idsOf(storage.content<InviteData>('group_invite_data')), idsOf([...v.all(invites)]));
    same('welcomes', idsOf(storage.content<WelcomeData>('group_welcome_data')), idsOf([...v.all(welcomes)]));
    const packages = idsOf(storage.content<KeyPackage>('key_packages'));
    same(
      'keys',
      packages,
      [...v.all(keyStocks)].flatMap(({ regular, lastResort = [] }) => [...regular, lastResort].flat()),
    );
    const infos = storage.content<GroupInfo>('group_infos').map(({ number }) => number);
    const known = [...v.all(groups)].filter(({ infoAt }) => infoAt !== undefined).map(({ number }) => number);
    same('infos', infos, known);
  });
  return found;
}

function idsOf(rows: readonly { readonly id: number | string }[]): (number | string)[] {
  return rows.map(({ id }) => id);
}

/** No key package was handed out twice, unless it is somebody's last resort. */
function takenTwice(
  { recorded }: DomainRig,
  taken: readonly { result?: unknown; undone: boolean }[],
): string[] {
  const lasting = new Set<string>();
  for (const { type, input } of recorded) {
    if (type !== 'keys.add') continue;
    const { packages } = input as { packages: readonly { data: string; lastResort: boolean }[] };
    for (const one of packages) if (one.lastResort) lasting.add(one.data);
  }
  const once = taken
    .filter(({ result, undone }) => !undone && result !== undefined && !(result instanceof Rejection))
    .map(({ result }) => (result as { data: string }).data)
    .filter((data) => !lasting.has(data));
  return once.length === new Set(once).size ? [] : [`handed out: ${once}`];
}

// SEED repeats a run that failed; RUNS makes that many times as many.
describe('whatever people do in encrypted groups', () => {
  const more = Number(process.env.RUNS ?? 1);
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000_000);
  const step = fc.tuple(fc.constantFrom(...kinds), fc.nat(50), fc.nat(50));

  test.each([
    ['storage works', 0],
    ['storage fails now and then', 0.15],
    ['storage fails more often than not', 0.7],
  ] as const)(
    `rows, sealed bytes and what was told agree where %s (seed ${seed})`,
    async (_, share) => {
      await fc.assert(
        fc.asyncProperty(
          fc.integer(),
          fc.array(step, { minLength: 30, maxLength: 200, size: 'max' }),
          async (plan, steps) => {
            expect(await play(plan, share, steps)).toEqual([]);
          },
        ),
        { numRuns: 60 * more, seed },
      );
    },
    60_000 * more,
  );
});
