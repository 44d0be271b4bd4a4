import {
  type ConclaveClient,
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
}

/** What a person hears. */
export interface Line {
  readonly groupId: string;
  readonly from: string;
  readonly text: string;
}

/** Who is told what a person hears. */
export interface Ears {
  hear(line: Line): void;
  /** Is told of what could not be read. */
  failed(error: unknown): void;
}

/** How many key packages for one use each are kept with the server. */
const packagesKept = 5;

/** Somebody with an account, keys and an open event stream. */
export class Person {
  readonly rooms = new Map<string, Room>();
  readonly #stream;
  #keys: mls.Keys[] = [];
  #key: mls.SigningKey | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly client: ConclaveClient,
    readonly userId: string,
    readonly username: string,
    private readonly ears: Ears,
    stream: ConclaveStreamOptions,
  ) {
    this.#stream = client.events(stream);
    this.#stream.on('open', () => this.#soon(() => this.#catchUp()));
    this.#stream.on('inviteReceived', ({ inviteId }) => this.#soon(() => this.#accept(inviteId)));
    this.#stream.on('newMessage', ({ groupId }) => this.#soon(() => this.#read(groupId)));
    this.#stream.on('identityReset', ({ groupId }) => this.#soon(() => this.#read(groupId)));
    this.#stream.on('groupUpdate', ({ groupId, updateType }) => {
      if (updateType === GroupUpdateType.COMMIT) this.#soon(() => this.#read(groupId));
    });
    this.#stream.on('memberRemoved', ({ groupId, removedUserId }) => {
      if (removedUserId === userId) this.rooms.delete(groupId);
      else this.#soon(() => this.#read(groupId));
    });
    this.#stream.on('groupDeleted', ({ groupId }) => this.rooms.delete(groupId));
  }

  /** Makes an account, logs in, and leaves key packages for others to invite with. */
  static async arrive(
    url: string,
    account: { readonly username: string; readonly password: string },
    ears: Ears,
    stream: ConclaveStreamOptions = {},
  ): Promise<Person> {
    const client = conclaveClient(url);
    const { userId } = await client.register(account);
    await client.login(account);
    const person = new Person(client, userId, account.username, ears, stream);
    await person.#newKeys();
    return person;
  }

  /** Begins a group of one; its id. */
  async begin(groupName: string): Promise<string> {
    const { groupId } = await this.client.createGroup({ groupName });
    const { state, commitMessage, groupInfo } = await mls.begin(await this.#oneKey());
    await this.client.commit(groupId, { commitMessage, groupInfo, mlsGroupId: mls.groupIdOf(state) });
    this.rooms.set(groupId, { name: groupName, state, since: mls.epochOf(state), read: 0 });
    return groupId;
  }

  /** Invites somebody; the server keeps what lets them in until they accept. */
  invite(groupId: string, username: string): Promise<void> {
    return this.#inTurn(async () => {
      const room = await this.#newest(groupId);
      const { userId: inviteeId } = await this.client.user(username);
      const { memberKeyPackages } = await this.client.invite(groupId, { userIds: [inviteeId] });
      const adds = memberKeyPackages.map(({ keyPackageData }) => mls.adding(keyPackageData));
      const { state, ...messages } = await mls.commit(room.state, ...adds);
      await this.client.escrowInvite(groupId, { inviteeId, ...messages });
      room.state = state;
    });
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

  /** Makes the keys of a group new, and puts somebody out who is not there any more. */
  renew(groupId: string, goneId?: string): Promise<void> {
    return this.#inTurn(async () => {
      const room = await this.#newest(groupId);
      const proposals = goneId === undefined ? [] : [mls.removing(room.state, goneId)];
      const { state, commitMessage, groupInfo } = await mls.commit(room.state, ...proposals);
      await this.client.commit(groupId, { commitMessage, groupInfo });
      room.state = state;
    });
  }

  /** Puts a member out. */
  remove(groupId: string, userId: string): Promise<void> {
    return this.#inTurn(async () => {
      const room = await this.#newest(groupId);
      const { state, commitMessage, groupInfo } = await mls.commit(
        room.state,
        mls.removing(room.state, userId),
      );
      await this.client.removeMember(groupId, { userId, commitMessage, groupInfo });
      room.state = state;
    });
  }

  /** Begins anew with other keys, as somebody does who has lost theirs, and comes back into all groups. */
  reset(): Promise<void> {
    return this.#inTurn(async () => {
      await this.client.resetAccount();
      await this.#newKeys();
      for (const { groupId, groupName } of (await this.client.groups()).groups)
        await this.#enter(groupId, groupName, (await this.client.groupInfo(groupId)).groupInfo, true);
    });
  }

  /** Comes into a public group. */
  join(groupId: string, name: string): Promise<void> {
    return this.#inTurn(async () => {
      const { groupInfo } = await this.client.join(groupId);
      await this.#enter(groupId, name, groupInfo, false);
    });
  }

  /** Hears no more, and ends what is under way. */
  async close(): Promise<void> {
    this.#stream.close();
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

  async #enter(groupId: string, name: string, info: Uint8Array, again: boolean): Promise<void> {
    const { state, commitMessage, groupInfo } = await mls.joinByInfo(info, await this.#oneKey(), again);
    await this.client.externalJoin(groupId, { commitMessage });
    // The server keeps the older one otherwise, and the next who comes so would come in too late.
    await this.client.commit(groupId, { groupInfo });
    this.rooms.set(groupId, { name, state, since: mls.epochOf(state), read: 0 });
  }

  async #accept(inviteId: string): Promise<void> {
    await this.client.acceptInvite(inviteId);
    await this.#welcomes();
  }

  async #welcomes(): Promise<void> {
    const { welcomes } = await this.client.welcomes();
    for (const { groupId, groupAlias, welcomeMessage, welcomeId } of welcomes) {
      const state = await mls.join(welcomeMessage, this.#keys);
      this.rooms.set(groupId, { name: groupAlias, state, since: mls.epochOf(state), read: 0 });
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

  /** A commit counts only if it follows the last one. */
  async #newest(groupId: string): Promise<Room> {
    await this.#read(groupId);
    return this.room(groupId);
  }

  async #read(groupId: string): Promise<void> {
    const room = this.rooms.get(groupId);
    if (room === undefined) return;
    for (;;) {
      const { messages } = await this.client.messages(groupId, { after: room.read });
      if (messages.length === 0) return;
      for (const { sequenceNum, senderId, mlsMessage } of messages) {
        room.read = sequenceNum;
        if (senderId === this.userId) continue;
        try {
          const { state, text } = await mls.take(room.state, mlsMessage, room.since);
          room.state = state;
          if (text !== undefined) this.ears.hear({ groupId, from: senderId, text });
        } catch (error) {
          // Two commits at once: only the first one counts. The next message shows whether it was ours.
          this.ears.failed(error);
        }
      }
    }
  }

  async #newKeys(): Promise<void> {
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
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }
}
