import {
  type ConclaveClient,
  type ConclaveStream,
  type ConclaveStreamOptions,
  conclaveClient,
  GroupUpdateType,
} from 'polylect/client';
import * as mls from './mls.js';

/** Somebody's place in a group. */
export interface Room {
  readonly name: string;
  state: mls.State;
  /** The epoch that they came in with. */
  readonly since: bigint;
  /** The number of the last message that was read. */
  read: number;
  /** Commits of their own that have not come back from the server yet. */
  readonly own: OwnCommit[];
}

/** A commit of one's own: it counts once it has come back, if nobody else's came before it. */
export interface OwnCommit {
  readonly bytes: Uint8Array;
  readonly state: mls.State;
  /** Whom it lets in when they accept. */
  readonly invitee?: { readonly userId: string; readonly username: string };
  counts?: true;
}

/** What a person hears. */
export interface Line {
  readonly groupId: string;
  readonly from: string;
  readonly text: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Who is told what a person hears. */
export interface Ears {
  hear(line: Line): void;
  /** Is told of what could not be done or read; `sealed`: the message that it is about. */
  failed(error: unknown, sealed?: Omit<Line, 'text'>): void;
  /** Something was done: rooms may be others, and their members and epochs. */
  changed?(): void;
}

/** How a person behaves. */
export interface PersonOptions extends ConclaveStreamOptions {
  /** Takes every invitation. Default true; otherwise {@link Person.accept} does. */
  readonly acceptsAll?: boolean;
}

/** How many key packages for one use each are kept with the server. */
const packagesKept = 5;

/** How many messages are asked for at once. */
const pageSize = 100;

/** How often a commit is made anew because somebody else's came first. */
const commitTries = 5;

/** Somebody with an account, keys and an open event stream. */
export class Person {
  readonly rooms = new Map<string, Room>();
  readonly stream: ConclaveStream;
  #keys: mls.Keys[] = [];
  #key: mls.SigningKey | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly client: ConclaveClient,
    readonly userId: string,
    readonly username: string,
    private readonly ears: Ears,
    { acceptsAll = true, ...options }: PersonOptions,
  ) {
    const stream = client.events(options);
    this.stream = stream;
    stream.on('open', () => this.#soon(() => this.#catchUp()));
    stream.on('inviteReceived', ({ inviteId }) => {
      if (acceptsAll) this.#soon(() => this.#accept(inviteId));
    });
    stream.on('inviteDeclined', ({ groupId }) => this.#soon(() => this.#forgetInvites(groupId)));
    stream.on('newMessage', ({ groupId }) => this.#soon(() => this.#read(groupId)));
    stream.on('identityReset', ({ groupId }) => this.#soon(() => this.#read(groupId)));
    stream.on('groupUpdate', ({ groupId, updateType }) => {
      if (updateType === GroupUpdateType.COMMIT) this.#soon(() => this.#read(groupId));
    });
    stream.on('memberRemoved', ({ groupId, removedUserId }) => {
      if (removedUserId === userId) this.rooms.delete(groupId);
      else this.#soon(() => this.#read(groupId));
    });
    stream.on('groupDeleted', ({ groupId }) => this.rooms.delete(groupId));
  }

  /** Makes an account, logs in, and leaves key packages for others to invite with. */
  static async arrive(
    url: string,
    account: { readonly username: string; readonly password: string },
    ears: Ears,
    options: PersonOptions = {},
  ): Promise<Person> {
    const client = conclaveClient(url);
    await client.register(account);
    return Person.withNewKeys(client, await client.login(account), ears, options);
  }

  /** Somebody who is logged in, with new keys: those of before are void, and so are the key packages that others have not taken yet. */
  static async withNewKeys(
    client: ConclaveClient,
    { userId, username }: { readonly userId: string; readonly username: string },
    ears: Ears,
    options: PersonOptions = {},
  ): Promise<Person> {
    const person = new Person(client, userId, username, ears, options);
    try {
      await person.#inTurn(() => person.#newKeys());
    } catch (error) {
      person.stream.close();
      throw error;
    }
    return person;
  }

  /** Begins a group of one; its id. */
  async begin(groupName: string): Promise<string> {
    const { groupId } = await this.client.createGroup({ groupName });
    const { state, commitMessage, groupInfo } = await mls.begin(await this.#oneKey());
    await this.client.commit(groupId, { commitMessage, groupInfo, mlsGroupId: mls.groupIdOf(state) });
    this.#put(groupId, groupName, state);
    return groupId;
  }

  /** Invites somebody; the server keeps what lets them in until they accept, and only then does it count. */
  invite(groupId: string, username: string): Promise<void> {
    return this.#inTurn(async () => this.#invite(groupId, await this.#newest(groupId), username));
  }

  /** Takes an invitation. */
  accept(inviteId: string): Promise<void> {
    return this.#inTurn(() => this.#accept(inviteId));
  }

  say(groupId: string, text: string): Promise<void> {
    return this.#inTurn(async () => {
      const room = this.room(groupId);
      const { state, bytes } = await mls.encrypt(room.state, text);
      // No key is used twice, even if the message does not arrive.
      room.state = state;
      await this.client.send(groupId, { mlsMessage: bytes });
    });
  }

  /** Makes the keys of a group new, and puts those out who are not there any more. */
  renew(groupId: string, ...goneIds: readonly string[]): Promise<void> {
    return this.#inTurn(() =>
      this.#commit(groupId, goneIds, (messages) => this.client.commit(groupId, messages)),
    );
  }

  /** Puts a member out. */
  remove(groupId: string, userId: string): Promise<void> {
    return this.#inTurn(async () => {
      let isMember = true;
      await this.#commit(groupId, [userId], async (messages) => {
        if (isMember) await this.client.removeMember(groupId, { userId, ...messages });
        else await this.client.commit(groupId, messages);
        isMember = false;
      });
    });
  }

  /** Goes out of a group. The others make their keys new, so that nothing can be read any more. */
  leave(groupId: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.client.leave(groupId);
      this.rooms.delete(groupId);
    });
  }

  /** Begins anew with other keys, as somebody does who has lost theirs, and comes back into all groups. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#newKeys();
      for (const { groupId, groupName } of (await this.client.groups()).groups)
        await this.#comeBack(groupId, groupName);
    });
  }

  /** Comes back into a group whose keys are lost. What was said before cannot be read any more. */
  comeBack(groupId: string, name: string): Promise<void> {
    return this.#inTurn(() => this.#comeBack(groupId, name));
  }

  /** Comes into a public group. */
  join(groupId: string, name: string): Promise<void> {
    return this.#inTurn(async () => {
      const { groupInfo } = await this.client.join(groupId);
      await this.#enter(groupId, name, groupInfo);
    });
  }

  /** Hears no more, and ends what is under way. */
  async close(): Promise<void> {
    this.stream.close();
    await this.settled();
  }

  /** When all is done that was under way. */
  async settled(): Promise<void> {
    await this.#turn;
  }

  room(groupId: string): Room {
    const room = this.rooms.get(groupId);
    if (room === undefined) throw new RangeError(`${this.username} is not in ${groupId}`);
    return room;
  }

  /** Ids of those who can read what is said in a group now, whoever the server says is a member. */
  readersOf(groupId: string): readonly string[] {
    return mls.membersOf(this.room(groupId).state);
  }

  /** How often the keys of a group have been made new. */
  epochOf(groupId: string): bigint {
    return mls.epochOf(this.room(groupId).state);
  }

  #put(groupId: string, name: string, state: mls.State): void {
    this.rooms.set(groupId, { name, state, since: mls.epochOf(state), read: 0, own: [] });
  }

  async #comeBack(groupId: string, name: string): Promise<void> {
    await this.#enter(groupId, name, (await this.client.groupInfo(groupId)).groupInfo);
  }

  async #enter(groupId: string, name: string, info: Uint8Array): Promise<void> {
    const { state, commitMessage, groupInfo } = await mls.joinByInfo(info, await this.#oneKey());
    await this.client.externalJoin(groupId, { commitMessage });
    // The server keeps the older one otherwise, and the next who comes so would come in too late.
    await this.client.commit(groupId, { groupInfo });
    this.#put(groupId, name, state);
  }

  async #invite(groupId: string, room: Room, username: string): Promise<void> {
    const { userId } = await this.client.user(username);
    const { memberKeyPackages } = await this.client.invite(groupId, { userIds: [userId] });
    const adds = memberKeyPackages.map(({ keyPackageData }) => mls.adding(keyPackageData));
    const { state, ...messages } = await mls.commit(room.state, ...adds);
    await this.client.escrowInvite(groupId, { inviteeId: userId, ...messages });
    room.own.push({ bytes: messages.commitMessage, state, invitee: { userId, username } });
  }

  /** Those who have declined are waited for no longer. */
  async #forgetInvites(groupId: string): Promise<void> {
    const room = this.rooms.get(groupId);
    if (room === undefined) return;
    const { invites } = await this.client.groupInvites(groupId);
    const waiting = new Set(invites.map(({ inviteeId }) => inviteeId));
    const over = room.own.filter(({ invitee }) => invitee !== undefined && !waiting.has(invitee.userId));
    // One that was accepted meanwhile is among the messages.
    await this.#read(groupId);
    for (const one of over) forget(room, one);
  }

  /** An invitation into an epoch that is over leads nowhere: it is taken back, and given anew. */
  async #inviteAnew(groupId: string, room: Room): Promise<void> {
    const next = mls.epochOf(room.state) + 1n;
    for (const one of [...room.own]) {
      if (one.invitee === undefined || mls.epochOf(one.state) === next) continue;
      forget(room, one);
      const { userId: inviteeId, username } = one.invitee;
      try {
        await this.client.cancelInvite(groupId, { inviteeId });
        await this.#invite(groupId, room, username);
      } catch (error) {
        this.ears.failed(error);
      }
    }
  }

  async #accept(inviteId: string): Promise<void> {
    await this.client.acceptInvite(inviteId);
    await this.#welcomes();
  }

  async #welcomes(): Promise<void> {
    const { welcomes } = await this.client.welcomes();
    for (const { groupId, groupAlias, welcomeMessage, welcomeId } of welcomes) {
      try {
        this.#put(groupId, groupAlias, await mls.join(welcomeMessage, this.#keys));
      } catch (error) {
        // To keys that are lost. A member is there all the same, and may come back in.
        this.ears.failed(error);
      }
      await this.client.acceptWelcome(welcomeId);
      await this.client.uploadKeyPackages({ entries: [{ data: (await this.#oneKey()).bytes }] });
      await this.#read(groupId);
    }
  }

  /** Whatever happened while the stream was away. */
  async #catchUp(): Promise<void> {
    await this.#welcomes();
    for (const groupId of this.rooms.keys()) await this.#read(groupId);
  }

  /** Has a commit follow the last one. Of two at once only the first counts, and the other one is made anew. */
  async #commit(
    groupId: string,
    goneIds: readonly string[],
    upload: (messages: Pick<mls.Committed, 'commitMessage' | 'groupInfo'>) => Promise<void>,
  ): Promise<void> {
    for (let tries = 0; tries < commitTries; tries += 1) {
      const room = await this.#newest(groupId);
      // One's own place of before goes as well.
      const removals = [this.userId, ...goneIds].flatMap((userId) => mls.removing(room.state, userId));
      const { state, commitMessage, groupInfo } = await mls.commit(room.state, ...removals);
      const own: OwnCommit = { bytes: commitMessage, state };
      room.own.push(own);
      await upload({ commitMessage, groupInfo });
      await this.#read(groupId);
      if (own.counts) return;
    }
    throw new Error('others have made the keys new each time');
  }

  /** A commit counts only if it follows the last one. */
  async #newest(groupId: string): Promise<Room> {
    await this.#read(groupId);
    return this.room(groupId);
  }

  async #read(groupId: string): Promise<void> {
    const room = this.rooms.get(groupId);
    if (room === undefined) return;
    for (;;) {
      const { messages } = await this.client.messages(groupId, { after: room.read, limit: pageSize });
      for (const { sequenceNum, senderId, mlsMessage, createdAt } of messages) {
        room.read = sequenceNum;
        if (senderId === this.userId) {
          adopt(room, mlsMessage);
          continue;
        }
        const about = { groupId, from: senderId, at: createdAt * 1000 };
        try {
          const { state, text } = await mls.take(room.state, mlsMessage, room.since);
          room.state = state;
          if (text !== undefined) this.ears.hear({ ...about, text });
        } catch (error) {
          this.ears.failed(error, about);
        }
      }
      if (messages.length < pageSize) break;
    }
    await this.#inviteAnew(groupId, room);
  }

  async #newKeys(): Promise<void> {
    await this.client.resetAccount();
    this.#key = await mls.newSigningKey();
    this.#keys = [await mls.newKeys(this.userId, this.#key, true)];
    while (this.#keys.length <= packagesKept) await this.#oneKey();
    await this.client.uploadKeyPackages({
      entries: this.#keys.map(({ bytes }, index) => ({ data: bytes, isLastResort: index === 0 })),
      signingKeyFingerprint: this.#key.fingerprint,
    });
  }

  async #oneKey(): Promise<mls.Keys> {
    const keys = await mls.newKeys(this.userId, this.#key as mls.SigningKey);
    this.#keys.push(keys);
    return keys;
  }

  #soon(work: () => Promise<void>): void {
    this.#inTurn(work).catch((error) => this.ears.failed(error));
  }

  /** One after the other: each step goes on from the state that the one before has left. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work).finally(() => this.ears.changed?.());
    this.#turn = done.catch(() => {});
    return done;
  }
}

/** Goes on with a commit of one's own that came back, if it follows the last one. */
function adopt(room: Room, message: Uint8Array): void {
  const own = room.own.find(({ bytes }) => isSame(bytes, message));
  if (own === undefined) return;
  forget(room, own);
  if (mls.epochOf(own.state) !== mls.epochOf(room.state) + 1n) return;
  room.state = own.state;
  own.counts = true;
}

function forget(room: Room, own: OwnCommit): void {
  const at = room.own.indexOf(own);
  if (at >= 0) room.own.splice(at, 1);
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
