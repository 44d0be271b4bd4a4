import {
  type ConclaveClient,
  conclaveClient,
  type GroupInfo,
  GroupRole,
  type PendingInvite,
  type WithIds,
} from 'polylect/client';
import { Person } from '../../../encrypted/person.js';
import type { WireEntry } from '../frame/wire-panel.js';
import type { Account } from './accounts.js';
import { inWords, isSessionOver } from './sentences.js';
import { watched } from './traffic.js';

/** Something in a conversation. */
export interface Item {
  readonly key: number;
  /** `said`: by somebody; `unreadable`: the same, to keys that one does not have; `notice`: something happened. */
  readonly kind: 'said' | 'unreadable' | 'notice';
  /** Id of who said it; empty for notices. */
  readonly from: string;
  readonly text: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Somebody in a group. */
export interface Member {
  readonly userId: string;
  readonly username: string;
  /** Empty for none. */
  readonly alias: string;
  readonly isAdmin: boolean;
  /** Of the key that they sign with. */
  readonly signingKeyFingerprint: string;
}

export type Invite = WithIds<PendingInvite>;

/** A group, as its list and its conversation show it. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Member[];
  /** Whether one has keys of it here. Without them nothing can be read or said. */
  readonly hasKeys: boolean;
  /** Whether there was something since that they do not open. */
  readonly isApart: boolean;
  /** How often its keys were made new. */
  readonly epoch: bigint;
  /** Ids of those who left and can still read, until the keys are made new. */
  readonly gone: readonly string[];
  readonly isAdmin: boolean;
  /** Invitations that wait, for admins of the open group. */
  readonly invited: readonly Invite[];
  readonly unread: number;
}

/** Who is told about a session. */
export interface Watcher {
  wire(entry: WireEntry): void;
  /** Something on show is another. */
  changed(): void;
  /** Something went wrong, in words; `null`: not any more. */
  problem(text: string | null): void;
  /** The stream: there, or not for now. */
  connection(state: 'online' | 'waiting', inMs: number): void;
  /** It is over, and with `isGone` so is the account; `why` is empty for those who know. */
  ended(why: string, isGone: boolean): void;
}

/** Somebody's time in Conclave: their account, their groups, and what is said in them. Keys and words are in memory only. */
export class Session {
  alias = '';
  invites: readonly Invite[] = [];
  /** Id of the open group; empty for none. */
  open = '';
  readonly #watcher: Watcher;
  readonly #client: ConclaveClient;
  #person: Person | undefined;
  #groups: readonly WithIds<GroupInfo>[] = [];
  #invited: readonly Invite[] = [];
  readonly #items = new Map<string, Item[]>();
  readonly #unread = new Map<string, number>();
  readonly #apart = new Set<string>();
  readonly #epochs = new Map<string, bigint>();
  /** Names of all who were seen, for when they are gone. */
  readonly #names = new Map<string, string>();
  #count = 0;
  #isOver = false;
  #refreshing: Promise<void> | undefined;
  #isStale = false;

  private constructor(url: string, watcher: Watcher) {
    this.#watcher = watcher;
    this.#client = conclaveClient(url, { fetch: watched((entry) => watcher.wire(entry)) });
  }

  /** Registers, if that is wanted, and logs in with new keys. Rejects with an `Error` whose message is for people. */
  static async enter(url: string, account: Account, registers: boolean, watcher: Watcher): Promise<Session> {
    const session = new Session(url, watcher);
    try {
      if (registers) await session.#client.register(account);
      await session.#enter(await session.#client.login(account));
    } catch (error) {
      session.close();
      throw new Error(inWords(error), { cause: error });
    }
    return session;
  }

  get userId(): string {
    return this.#person?.userId ?? '';
  }

  get username(): string {
    return this.#person?.username ?? '';
  }

  get groups(): readonly Group[] {
    const person = this.#person;
    return this.#groups.map(({ groupId: id, groupName: name, members }) => {
      const hasKeys = person?.rooms.has(id) === true;
      const ids = new Set(members.map(({ userId }) => userId));
      return {
        id,
        name,
        members: members.map(({ role, ...member }) => ({ ...member, isAdmin: role === GroupRole.ADMIN })),
        hasKeys,
        isApart: this.#apart.has(id),
        epoch: hasKeys ? person.epochOf(id) : 0n,
        gone: hasKeys ? person.readersOf(id).filter((reader) => !ids.has(reader)) : [],
        isAdmin: members.some(({ userId, role }) => userId === this.userId && role === GroupRole.ADMIN),
        invited: id === this.open ? this.#invited : [],
        unread: this.#unread.get(id) ?? 0,
      };
    });
  }

  get group(): Group | undefined {
    return this.groups.find(({ id }) => id === this.open);
  }

  get items(): readonly Item[] {
    return this.#items.get(this.open) ?? [];
  }

  /** What somebody is called. */
  nameOf(userId: string): string {
    return this.#names.get(userId) ?? 'somebody';
  }

  /** Shows a group. */
  enter(groupId: string): void {
    this.open = groupId;
    this.#watcher.problem(null);
    this.#unread.delete(groupId);
    this.#invited = [];
    this.#watcher.changed();
    void this.#refresh();
  }

  async create(name: string): Promise<boolean> {
    let id = '';
    const isDone = await this.#act(async (person) => {
      id = await person.begin(name);
    });
    if (isDone) {
      this.#notice(
        id,
        'You made this group. Invite somebody: the server carries what you say, and cannot read it.',
      );
      this.enter(id);
    }
    return isDone;
  }

  async say(text: string): Promise<boolean> {
    const { open } = this;
    const isDone = await this.#act((person) => person.say(open, text), false);
    if (isDone) this.#add(open, { kind: 'said', from: this.userId, text, at: Date.now() });
    return isDone;
  }

  invite(username: string): Promise<boolean> {
    const { open } = this;
    return this.#act((person) => person.invite(open, username));
  }

  cancelInvite({ groupId, inviteeId }: Invite): Promise<boolean> {
    return this.#act(() => this.#client.cancelInvite(groupId, { inviteeId }));
  }

  async accept({ groupId, inviteId }: Invite): Promise<boolean> {
    const isDone = await this.#act((person) => person.accept(inviteId));
    if (isDone) this.enter(groupId);
    return isDone;
  }

  decline({ inviteId }: Invite): Promise<boolean> {
    return this.#act(() => this.#client.declineInvite(inviteId));
  }

  /** Makes the keys of the open group new; those who left cannot read any more then. */
  renew(): Promise<boolean> {
    const { open, group } = this;
    return this.#act((person) => person.renew(open, ...(group?.gone ?? [])));
  }

  remove(userId: string): Promise<boolean> {
    const { open } = this;
    return this.#act((person) => person.remove(open, userId));
  }

  /** Comes back into the open group with new keys. */
  async comeBack(): Promise<boolean> {
    const { open, group } = this;
    this.#apart.delete(open);
    const isDone = await this.#act((person) => person.comeBack(open, group?.name ?? ''));
    if (isDone)
      this.#notice(open, 'You are back, with new keys. What was said before cannot be read any more.');
    return isDone;
  }

  leave(): Promise<boolean> {
    const { open } = this;
    return this.#act((person) => person.leave(open));
  }

  deleteGroup(): Promise<boolean> {
    const { open } = this;
    return this.#act(() => this.#client.deleteGroup(open));
  }

  async rename(alias: string): Promise<boolean> {
    const isDone = await this.#act(() => this.#client.updateProfile({ alias }));
    if (isDone) this.alias = alias;
    this.#watcher.changed();
    return isDone;
  }

  async logOut(): Promise<void> {
    await this.#act(() => this.#client.logout(), false);
    this.#end('');
  }

  /** Leaves for good, with all that was said. Answers why not, if so. */
  async deleteAccount(password: string): Promise<string | null> {
    try {
      await this.#client.deleteAccount({ password });
    } catch (error) {
      return inWords(error).replace('name and the password of an account here', 'password of this account');
    }
    this.#end('', true);
    return null;
  }

  /** Tries at once to have the stream back. */
  retry(): void {
    this.#person?.stream.retry();
  }

  /** Ends it here; the account stays logged in nowhere else. */
  close(): void {
    this.#isOver = true;
    this.#person?.stream.close();
  }

  async #enter(login: { readonly userId: string; readonly username: string }): Promise<void> {
    const ears = {
      hear: ({ groupId, from, text, at }: { groupId: string; from: string; text: string; at: number }) =>
        this.#add(groupId, { kind: 'said', from, text, at }),
      failed: (error: unknown, sealed?: { groupId: string; from: string; at: number }) => {
        if (sealed === undefined) return this.#failed(error);
        const text = 'said something that your keys do not open.';
        this.#apart.add(sealed.groupId);
        this.#add(sealed.groupId, { kind: 'unreadable', from: sealed.from, text, at: sealed.at });
      },
      changed: () => this.#keysChanged(),
    };
    const person = await Person.withNewKeys(this.#client, login, ears, { acceptsAll: false });
    this.#person = person;
    const { stream } = person;
    const refresh = () => void this.#refresh();
    // `open` has been told already, perhaps.
    stream.on('open', () => {
      this.#watcher.connection('online', 0);
      refresh();
    });
    stream.on('disconnected', ({ reason, inMs = 0 }) => {
      if (reason === 'lost') this.#watcher.connection('waiting', inMs);
      if (reason === 'refused') this.#end('The session has ended. Log in again.');
    });
    for (const event of ['inviteReceived', 'inviteCancelled', 'groupUpdate', 'welcome'] as const)
      stream.on(event, refresh);
    stream.on('inviteDeclined', ({ groupId, declinedUserId }) => {
      this.#notice(groupId, `${this.nameOf(declinedUserId)} does not come: the invitation is over.`);
      refresh();
    });
    stream.on('memberRemoved', ({ groupId, removedUserId }) => {
      if (removedUserId === person.userId)
        this.#watcher.problem(`You are no member of ${this.#nameOfGroup(groupId)} any more.`);
      refresh();
    });
    stream.on('identityReset', ({ groupId, userId }) => {
      this.#notice(groupId, `${this.nameOf(userId)} came back with new keys.`);
    });
    stream.on('groupDeleted', ({ groupId }) => {
      this.#watcher.problem(`${this.#nameOfGroup(groupId)} was deleted.`);
      refresh();
    });
    this.alias = (await this.#client.me()).alias;
    await this.#refresh();
    this.open = this.#groups[0]?.groupId ?? '';
  }

  #nameOfGroup(groupId: string): string {
    return this.#groups.find((one) => one.groupId === groupId)?.groupName ?? 'The group';
  }

  /** Asks for groups and invitations anew; what comes in meanwhile is asked for once more. */
  #refresh(): Promise<void> {
    this.#isStale = true;
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #ask(): Promise<void> {
    while (this.#isStale && !this.#isOver) {
      this.#isStale = false;
      try {
        const [{ groups }, { invites }] = await Promise.all([this.#client.groups(), this.#client.invites()]);
        this.#compare(groups);
        this.#groups = groups;
        this.invites = invites;
        if (!groups.some(({ groupId }) => groupId === this.open)) this.open = '';
        const isAdmin = this.group?.isAdmin === true;
        const { open } = this;
        const waiting = isAdmin ? (await this.#client.groupInvites(open)).invites : [];
        if (open === this.open) this.#invited = waiting;
        for (const { inviteeId } of waiting) await this.#learnName(inviteeId);
      } catch (error) {
        this.#failed(error);
      }
      this.#watcher.changed();
    }
  }

  async #learnName(userId: string): Promise<void> {
    if (this.#names.has(userId)) return;
    const { username } = await this.#client.userById(userId);
    this.#names.set(userId, username);
  }

  /** Tells who came and who went since the last time. */
  #compare(groups: readonly WithIds<GroupInfo>[]): void {
    for (const { groupId, members } of groups) {
      for (const { userId, username, alias } of members) this.#names.set(userId, alias || username);
      const before = this.#groups.find((one) => one.groupId === groupId)?.members;
      if (before === undefined) continue;
      const was = new Set(before.map(({ userId }) => userId));
      const is = new Set(members.map(({ userId }) => userId));
      for (const { userId } of members)
        if (!was.has(userId)) this.#notice(groupId, `${this.nameOf(userId)} came in.`);
      for (const { userId } of before)
        if (!is.has(userId)) this.#notice(groupId, `${this.nameOf(userId)} is gone.`);
    }
  }

  /** Tells of keys that were made new. */
  #keysChanged(): void {
    const person = this.#person;
    if (person === undefined) return;
    for (const groupId of person.rooms.keys()) {
      const epoch = person.epochOf(groupId);
      const before = this.#epochs.get(groupId);
      this.#epochs.set(groupId, epoch);
      if (before !== undefined && epoch > before) this.#notice(groupId, `The keys are new: epoch ${epoch}.`);
    }
    this.#watcher.changed();
  }

  #notice(groupId: string, text: string): void {
    this.#add(groupId, { kind: 'notice', from: '', text, at: Date.now() });
  }

  #add(groupId: string, item: Omit<Item, 'key'>): void {
    const items = this.#items.get(groupId) ?? [];
    this.#count += 1;
    items.push({ ...item, key: this.#count });
    this.#items.set(groupId, items);
    if (groupId !== this.open && item.kind !== 'notice')
      this.#unread.set(groupId, (this.#unread.get(groupId) ?? 0) + 1);
    this.#watcher.changed();
  }

  async #act(what: (person: Person) => Promise<unknown>, refreshes = true): Promise<boolean> {
    const person = this.#person;
    if (person === undefined) return false;
    this.#watcher.problem(null);
    try {
      await what(person);
      return true;
    } catch (error) {
      this.#failed(error);
      return false;
    } finally {
      if (refreshes) await this.#refresh();
    }
  }

  #failed(error: unknown): void {
    if (this.#isOver) return;
    if (isSessionOver(error)) this.#end(inWords(error));
    else this.#watcher.problem(inWords(error));
  }

  #end(why: string, isGone = false): void {
    if (this.#isOver) return;
    this.close();
    this.#watcher.ended(why, isGone);
  }
}
