import { join } from 'node:path';
import { sqlite } from '../../../../src/adapters/storage/sqlite.js';
import * as wire from '../../../../src/dialects/conclave/codec.js';
import { userOfConclaveId, uuidOfPath } from '../../../../src/dialects/conclave/ids.js';
import type { UserId } from '../../../../src/domain/ids.js';
import { rowsIn, rowsOf } from '../../../support/sqlite-rows.js';
import { temporaryFolder } from '../../../support/temporary-folder.js';
import { StandingClock } from '../../sockchat/support/clock.js';
import { type ConclaveServer, hex, type Person, type ServeOptions, serve } from './server.js';

export const password = 'password123';

/**
 * A chat in a file where alice has done everything that leaves a row, and bob, carol, dave and erin were there. All but alice and erin
 * have forgotten what they heard of it.
 */
export class Town {
  readonly clock = new StandingClock();
  readonly folder = temporaryFolder();
  readonly file = join(this.folder.path, 'chat.sqlite');
  server!: ConclaveServer;
  people!: Record<'alice' | 'bob' | 'carol' | 'dave' | 'erin', Person>;
  /** Groups by name: `own`, `alone` of alice; `bens`, `open`, `shut` of bob; `past` of carol, which alice has left. */
  readonly groups: Record<string, string> = {};
  /** What tells rows of alice: her internal id, her identity, her names, her token's hash, her fingerprint. */
  marks: readonly string[] = [];
  /** Paths of the invitations: alice's of dave, carol's of alice. */
  fromAlice = '';
  toAlice = '';

  async open(options: ServeOptions = {}): Promise<this> {
    this.server = await serve({ storage: sqlite({ file: this.file }), clock: this.clock, ...options });
    return this;
  }

  async build(options: ServeOptions = {}): Promise<this> {
    await this.open(options);
    const { server } = this;
    await server.register('alice', { alias: 'Alice of Town' });
    const alice = await server.login('alice', password);
    await alice.listen();
    const { bob, carol, dave, erin } = await server.cast('bob', 'carol', 'dave', 'erin');
    this.people = { alice, bob, carol, dave, erin };
    const group = async (by: Person, name: string, ...members: Person[]) => {
      const id = await by.group(name);
      this.groups[name] = id;
      for (const one of members) await by.bring(id, one);
      return id;
    };
    const own = await group(alice, 'own', bob);
    const bens = await group(bob, 'bens', alice);
    const past = await group(carol, 'past', alice);
    await group(alice, 'alone');
    const open = await group(bob, 'open', carol);
    const shut = await group(bob, 'shut');
    const setting = (by: Person, id: string, body: Partial<wire.UpdateGroupRequest>) =>
      by.done(`/groups/${id}`, wire.UpdateGroupRequest, body, 'PATCH');
    await setting(bob, open, { visibility: 2 });
    await alice.done('/key-packages', wire.UploadKeyPackageRequest, {
      entries: [1, 2, 3].map((n) => ({ data: Uint8Array.of(0, 1, 0, 5, n), isLastResort: n === 1 })),
      signingKeyFingerprint: 'f00dcafe',
    });
    await alice.done(`/groups/${own}/commit`, wire.UploadCommitRequest, {
      commitMessage: Uint8Array.of(0, 1, 0, 1, 9),
      groupInfo: Uint8Array.of(0, 1, 0, 4, 9),
      mlsGroupId: 'abcd',
    });
    for (const id of [own, bens, past]) await alice.send(id, 1, 2, 3);
    await bob.send(own, 4);
    await carol.send(past, 5);
    await alice.post(`/groups/${open}/join`);
    // From now on how far people have fetched is noted; bob has not.
    await setting(alice, own, { updateMessageExpiry: true, messageExpirySeconds: 0 });
    await alice.get(`/groups/${own}/messages`, wire.GetMessagesResponse);
    await alice.done(`/groups/${past}/leave`);
    await alice.done(`/groups/${own}/ban`, wire.BanMemberRequest, { userId: erin.bytes });
    await bob.done(`/groups/${shut}/ban`, wire.BanMemberRequest, { userId: alice.bytes });
    this.fromAlice = await alice.invite(own, dave);
    this.toAlice = await carol.invite(past, alice);
    const account = server.chat.read((view) => userOfConclaveId(view, uuidOfPath(alice.id) ?? ''));
    await server.chat.users.link(account?.id ?? ('' as UserId), { provider: 'accounts', id: '47' });
    // The token is renewed.
    await this.calm();
    this.clock.skip(61_000);
    await alice.ask('/me');
    for (const one of [bob, carol, dave]) await one.heard();
    const tokens = rowsIn(await this.lazyRows(), 'tokens');
    const { id = '', identity = '' } =
      server.chat.read((view) => userOfConclaveId(view, uuidOfPath(alice.id) ?? '')) ?? {};
    const hashes = tokens.filter((row) => row.includes(`"${id}"`)).map((row) => row.split(' ')[1] ?? '');
    this.marks = [id, identity, 'f00dcafe', 'Alice of Town', 'alice', ...hashes];
    return this;
  }

  /** The rows, but for counters, once those are written that may lag. */
  async lazyRows(): Promise<string[]> {
    await this.calm();
    await this.clock.advance(2_500);
    await this.calm();
    return this.rows();
  }

  /** The rows as they are in storage, but for counters. */
  async rows(): Promise<string[]> {
    return (await rowsOf(this.file)).filter((row) => !/^counters |last\d+/.test(row));
  }

  /** Until all that was decided is stored: time that goes by meanwhile would be storage's delay. */
  async calm(): Promise<void> {
    await this.server.register(`last${++registered}`);
  }

  /** Groups of somebody with their members' names. */
  async rooms(of: Person): Promise<Record<string, string[]>> {
    const { groups } = await of.get('/groups', wire.ListGroupsResponse);
    return Object.fromEntries(
      groups.map(({ groupName, members }) => [groupName, members.map(({ username }) => username)]),
    );
  }

  /** Messages of a group as somebody in it fetches them: number, sender, bytes. */
  async messages(of: Person, group: string): Promise<string[]> {
    const { messages } = await of.get(`/groups/${group}/messages`, wire.GetMessagesResponse);
    const names = new Map(Object.values(this.people).map(({ id, name }) => [id, name]));
    return messages.map((one) => `${one.sequenceNum} ${names.get(hex(one.senderId))} ${hex(one.mlsMessage)}`);
  }

  async stop(): Promise<void> {
    await this.server?.stop();
    this.folder.remove();
  }
}

let registered = 0;
