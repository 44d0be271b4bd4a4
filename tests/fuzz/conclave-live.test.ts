import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { memory } from '../../src/adapters/storage/memory.js';
import * as wire from '../../src/dialects/conclave/codec.js';
import { conclaveIdOf, conclaveIdOfUser, innerId, wireId } from '../../src/dialects/conclave/ids.js';
import { operations } from '../../src/dialects/conclave/operations/index.js';
import { type GroupPerson, groupBans, groupMembers, groups } from '../../src/domain/groups/groups.js';
import { invites, welcomes } from '../../src/domain/groups/invites.js';
import { type GroupMessage, groupMessages } from '../../src/domain/groups/messages.js';
import type { GroupId, UserId } from '../../src/domain/ids.js';
import { keyPackages, keyStocks, regularPackages } from '../../src/domain/keys/keys.js';
import { users } from '../../src/domain/users/users.js';
import { type ConclaveServer, hex, type Person, serve } from '../conformance/conclave/support/server.js';
import { randomFrom } from '../support/random.js';
import { Asker, faultOf } from './support/conclave-asker.js';
import { bodyLimit, requests, type Wish, type World } from './support/conclave-requests.js';

const REQUESTS = Number(process.env.POLYLECT_FUZZ_PACKETS ?? 20_000);
const SEED = Number(process.env.POLYLECT_FUZZ_SEED ?? 20_250_413);
/** Requests that are under way at once. */
const AT_ONCE = 16;

let server: ConclaveServer | undefined;
let asker: Asker | undefined;
afterEach(async () => {
  asker?.end();
  await server?.stop();
});

it(`[Conclave] survives ${REQUESTS} requests in random order, and a well-behaved client misses nothing`, async () => {
  const random = randomFrom(SEED);
  const storage = memory();
  server = await serve({ storage });
  const here = server;
  const { chat } = here;
  asker = new Asker(here.port);

  // What the witness is to hear, by the chat's own events.
  const witness = await here.arrive('witness');
  await witness.listen();
  const isWitness = (person: GroupPerson) => hex(conclaveIdOf(person)) === witness.id;
  const witnessId = chat.read(
    (view) => [...view.all(users)].find((row) => hex(conclaveIdOfUser(row)) === witness.id)?.id,
  ) as UserId;
  const expected: string[] = [];
  const gid = (group: GroupId) => hex(wireId('group', group));
  const pid = (person: GroupPerson) => hex(conclaveIdOf(person));
  const note = (to: readonly UserId[], text: string) => to.includes(witnessId) && expected.push(text);
  chat.on('group_message', ({ group, sequence, sender, to }) =>
    note(to, `message ${gid(group.group)} ${sequence} ${pid(sender)}`),
  );
  chat.on('group_update', ({ group, cause, to }) => note(to, `update ${gid(group.group)} ${cause}`));
  chat.on('group_member_remove', ({ group, user, to }) =>
    note(to, `removed ${gid(group.group)} ${pid(user)}`),
  );
  chat.on('group_identity_reset', ({ group, user, to }) =>
    note(to, `reset ${gid(group.group)} ${pid(user)}`),
  );
  chat.on('group_invite', ({ group, inviter, invitee }) => {
    if (isWitness(invitee))
      expected.push(`invited ${gid(group.group)} ${group.name} ${group.alias ?? ''} ${pid(inviter)}`);
  });
  chat.on('group_invite_cancel', ({ group, invitee }) => {
    if (isWitness(invitee)) expected.push(`cancelled ${gid(group.group)}`);
  });
  chat.on('group_invite_decline', ({ group, inviter, invitee }) => {
    if (isWitness(inviter)) expected.push(`declined ${gid(group.group)} ${pid(invitee)}`);
  });

  const hall = await witness.group('hall');
  const info = { groupInfo: Uint8Array.of(0, 1, 0, 4) };
  await witness.done(`/groups/${hall}/commit`, wire.UploadCommitRequest, info);
  await witness.done(`/groups/${hall}`, wire.UpdateGroupRequest, { visibility: 2 }, 'PATCH');

  // Those who ask for strange things. Who was deleted comes again under another name.
  const crowd: Person[] = [];
  let born = 0;
  let rounds = 0;
  const catchUp = async () => {
    for (let i = 0; i < 6; i++) {
      const one = crowd[i];
      if (one !== undefined && (await one.ask('/me')).status === 200) continue;
      const again = one && (await here.login(one.name).catch(() => undefined));
      crowd[i] = again ?? (await here.arrive(`actor${born++}`));
    }
    for (const one of crowd) await one.post(`/groups/${hall}/join`);
    // Groups with two admins do not come about by chance.
    const [first, second, third] = crowd;
    if (rounds++ % 10 === 0 && first && second && third) {
      const team = await first.group(`team${rounds}`);
      for (const one of [second, third]) await first.bring(team, one);
      await first.done(`/groups/${team}/promote`, wire.PromoteMemberRequest, { userId: second.bytes });
    }
    expect((await witness.ask('/me')).status).toBe(200);
    await witness.send(hall, 1);
  };
  /** Who is in a group, by its id on the wire. */
  const membersBy = (group: string) =>
    chat.read((view) =>
      view.by(groupMembers, 'group', innerId('group', hyphenated(group))).flatMap(({ user, admin }) => {
        const row = view.get(users, user);
        return row === undefined ? [] : [{ id: hex(conclaveIdOfUser(row)), admin }];
      }),
    );
  /** Whom admins of a group can do something to. */
  const concerned = (act: string, group: string): string[] => {
    const members = membersBy(group);
    if (act === 'demote') return members.flatMap(({ id, admin }) => (admin ? id : []));
    if (act === 'promote' || act === 'remove' || act === 'ban') return members.map(({ id }) => id);
    const id = innerId('group', hyphenated(group));
    return chat.read((view) => {
      const marked =
        act === 'unban'
          ? view.by(groupBans, 'group', id).map(({ user }) => user)
          : act === 'cancel-invite'
            ? view.by(invites, 'group', id).map(({ invitee }) => invitee)
            : [];
      return marked.flatMap((user) => {
        const row = view.get(users, user);
        return row === undefined ? [] : hex(conclaveIdOfUser(row));
      });
    });
  };
  const world = (): World =>
    chat.read((view) => ({
      concerned,
      users: [...crowd.map(({ id }) => id), witness.id],
      names: [...crowd.map(({ name }) => name), 'witness'],
      groups: [hall, ...[...view.all(groups)].slice(-5).map(({ id }) => gid(id))],
      invites: [...view.all(invites)].slice(-8).map(({ id }) => hex(wireId('invite', id))),
      welcomes: [...view.all(welcomes)].slice(-6).map(({ id }) => hex(wireId('welcome', id))),
    }));

  const given = new Map<string, number>();
  const numbers = new Set<string>();
  const twice: string[] = [];
  const take = (data: Uint8Array) => {
    const key = hex(data);
    if (data.length === 8 && data[4] === 0) given.set(key, (given.get(key) ?? 0) + 1);
  };
  const learn = ({ operation, strange, group }: Wish, body: Uint8Array) => {
    if (strange.has('path') || strange.has('method')) return;
    const { response } = operation;
    if (response === wire.GetKeyPackageResponse) {
      const read = wire.decode(wire.GetKeyPackageResponse, body);
      if (read.ok) take(read.message.keyPackageData);
    } else if (response === wire.InviteToGroupResponse) {
      const read = wire.decode(wire.InviteToGroupResponse, body);
      if (read.ok) for (const one of read.message.memberKeyPackages) take(one.keyPackageData);
    } else if (response === wire.SendMessageResponse) {
      const read = wire.decode(wire.SendMessageResponse, body);
      const key = read.ok ? `${group} ${read.message.sequenceNum}` : '';
      if (numbers.has(key)) twice.push(key);
      numbers.add(key);
    } else if (response === wire.GetMessagesResponse) {
      const read = wire.decode(wire.GetMessagesResponse, body);
      const all = read.ok ? read.message.messages.map((one) => one.sequenceNum) : [];
      if (all.some((one, index) => index > 0 && one <= (all[index - 1] as number))) twice.push(`${all}`);
    }
  };

  /** Often one who may do it; otherwise anybody. */
  const whoFor = ({ group }: Wish): Person => {
    if (group === undefined || random.chance(0.3)) return random.pick(crowd);
    const members = membersBy(group);
    const admins = crowd.filter(({ id }) => members.some((one) => one.id === id && one.admin));
    const all = crowd.filter(({ id }) => members.some((one) => one.id === id));
    const few = admins.length > 0 && random.chance(0.7) ? admins : all;
    return random.pick(few.length > 0 ? few : crowd);
  };

  const next = requests(random);
  const bad: string[] = [];
  const statuses = new Map<number, number>();
  const granted = new Set<string>();
  await witness.heard();
  expected.length = 0;
  for (let sent = 0; sent < REQUESTS; ) {
    await catchUp();
    const around = world();
    const wishes = Array.from({ length: Math.min(200, REQUESTS - sent) }, () => next(around));
    sent += wishes.length;
    const work = async () => {
      for (let wish = wishes.pop(); wish !== undefined; wish = wishes.pop()) {
        const answered = await asker?.ask(wish, whoFor(wish).token);
        const fault = faultOf(wish, answered);
        const { method, path, operation, strange } = wish;
        if (fault !== undefined)
          bad.push(
            `${method} ${path.slice(0, 200)} (${[...strange]}): ${fault}, ${answered?.status} ${answered?.type}`,
          );
        if (answered === undefined) continue;
        statuses.set(answered.status, (statuses.get(answered.status) ?? 0) + 1);
        if (answered.status >= 300) continue;
        if (strange.size === 0) granted.add(`${operation.method} ${operation.path}`);
        if (method !== 'HEAD') learn(wish, answered.body);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
  await catchUp();
  const heard = await witness.heard();
  console.log(
    `seed ${SEED}: ${[...statuses]
      .sort()
      .map(([status, n]) => `${status}: ${n}`)
      .join(', ')}; ${heard.length} events witnessed, ${given.size} key packages given`,
  );

  expect(bad).toEqual([]);
  expect(here.errors).toEqual([]);
  expect(heard).toEqual(expected);
  expect(heard.length).toBeGreaterThan(REQUESTS / 100);
  // Requests that are all refused would show nothing.
  const never = operations.filter(({ method, path }) => !granted.has(`${method} ${path}`));
  expect(never.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
  expect(twice).toEqual([]);
  expect([...given].filter(([, times]) => times > 1)).toEqual([]);
  expect(given.size).toBeGreaterThan(REQUESTS / 1_000);

  const rows = async (table: string) => (await storage.query({ table, limit: 10_000 })).map(({ row }) => row);
  const stored = new Set((await rows(keyPackages.name)).map((row) => (row as { id: number }).id));
  const said = (await rows(groupMessages.name)) as GroupMessage[];
  chat.read((view) => {
    for (const { group, user } of view.all(groupMembers))
      expect([view.get(groups, group)?.id, view.get(users, user)?.id]).toEqual([group, user]);
    for (const { regular, lastResort } of view.all(keyStocks)) {
      expect(regular.length).toBeLessThanOrEqual(regularPackages);
      for (const id of [...regular, ...(lastResort === undefined ? [] : [lastResort])])
        expect(stored.delete(id)).toBe(true);
    }
    for (const { group, sequence, sender } of said) {
      expect(view.get(users, sender)?.id).toBe(sender);
      expect(sequence).toBeLessThanOrEqual(view.get(groups, group)?.last ?? 0);
    }
    for (const { group, inviter, invitee } of view.all(invites))
      expect([group, inviter, invitee]).toEqual([
        view.get(groups, group)?.id,
        view.get(users, inviter)?.id,
        view.get(users, invitee)?.id,
      ]);
  });
  // No key package lies in storage that nobody can be given.
  expect([...stored]).toEqual([]);
}, 180_000);

it('[Conclave 1] reads no more of a body than may be, whether or not it says how large it is', async () => {
  server = await serve();
  const here = server;
  const { token } = await here.arrive('alice');
  const sockets: Socket[] = [];
  here.http.on('connection', (socket) => sockets.push(socket));
  const withBody = operations.filter(({ request }) => request !== undefined);
  const piece = Buffer.from(`10000\r\n${'x'.repeat(0x1_0000)}\r\n`);
  const upload = ({ method, path }: (typeof operations)[number], length?: number) =>
    new Promise<string>((resolve) => {
      let text = '';
      let sent = 0;
      const socket = connect(here.port, '127.0.0.1');
      const size = length === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${length}`;
      const bare = path.replace(/:[a-z_]+/, '00112233445566778899aabbccddeeff');
      socket.write(
        `${method} /api/v1${bare} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\n${size}\r\n\r\n`,
      );
      const pump = () => {
        while (sent < 64 * 1_048_576 && !socket.destroyed && socket.writable) {
          sent += piece.length;
          if (!socket.write(length === undefined ? piece : piece.subarray(7, -2))) return;
        }
      };
      socket.on('drain', pump);
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve(text));
      pump();
    });
  let answered = 0;
  for (const operation of withBody)
    for (const length of [undefined, bodyLimit + 1, 2 ** 40]) {
      const text = await upload(operation, length);
      // Whoever goes on sending may not get to read the answer.
      expect(text).toMatch(/^($|HTTP\/1\.1 413 )/);
      if (text !== '') answered++;
      const read = sockets.splice(0).reduce((sum, socket) => sum + socket.bytesRead, 0);
      expect(read).toBeLessThan(length === undefined ? bodyLimit * 1.5 : bodyLimit / 2);
    }
  expect(answered).toBeGreaterThan(0);
  expect(here.errors).toEqual([]);
}, 60_000);

function hyphenated(digits: string): string {
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
