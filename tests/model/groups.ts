/** People of Conclave alone, whom nobody else sees: nothing that other clients read holds the word that their names begin with. */
export const hidden = 'sealed';
export const recluses = ['ivy', 'jon', 'kay', 'lea'].map((name) => `${hidden}_${name}`);

/** Why a request is refused: codes of section 3. */
export const faults = {
  badRequest: 100,
  badToken: 202,
  unknown: 300,
  conflict: 301,
  forbidden: 302,
  notMember: 400,
  notAdmin: 401,
  banned: 403,
} as const;
export type Fault = (typeof faults)[keyof typeof faults] | undefined;

export interface Recluse {
  readonly name: string;
  /** Counts how often their account was deleted. */
  life: number;
  /** Has an account. */
  known: boolean;
  banned: boolean;
  /** Welcomes that wait for them, the oldest first. */
  welcomes: { readonly group: Group; readonly data: string }[];
}

/** A client of one of them; the same account may have two. */
export interface Device {
  readonly place: number;
  readonly person: Recluse;
  /** Its token is good. */
  good: boolean;
  /** Its stream is open. */
  hears: boolean;
}

export interface Invite {
  readonly key: string;
  readonly group: Group;
  readonly inviter: string;
  readonly invitee: string;
  readonly commit: string;
  readonly welcome: string;
}

/** An encrypted group; what is in it is bytes. */
export interface Group {
  readonly name: string;
  gone: boolean;
  /** By name, and whether they are admins. */
  readonly members: Map<string, boolean>;
  /** Whom it keeps out, and who said so, in the order of bans. */
  readonly bans: Map<string, string>;
  messages: { readonly number: number; readonly sender: string; readonly data: string }[];
  /** The newest number there ever was. */
  last: number;
}

/** What a member brings along with a change: a commit to be stored, if there is one. */
type Commit = string | undefined;

/** Encrypted groups in plain data, as the protocol has them (sections 8 to 10), and what each event stream must bring. */
export class Groups {
  readonly people = new Map<string, Recluse>(
    recluses.map((name) => [name, { name, life: 0, known: false, banned: false, welcomes: [] }]),
  );
  readonly devices = new Map<number, Device>();
  readonly list: Group[] = [];
  /** Invitations that wait, the oldest first. */
  invites: Invite[] = [];
  #told = new Map<number, string[]>();
  #keys = 0;

  person(name: string): Recluse {
    return this.people.get(name) as Recluse;
  }

  /** How somebody of now is named in what clients see. */
  who(name: string): string {
    return `${name}.${this.person(name).life}`;
  }

  /** What each stream must have brought since the last time, by place. */
  take(): ReadonlyMap<number, readonly string[]> {
    const told = this.#told;
    this.#told = new Map();
    return told;
  }

  #tell(names: Iterable<string>, line: string): void {
    const all = new Set(names);
    for (const { place, person, hears } of this.devices.values())
      if (hears && all.has(person.name)) this.#told.set(place, [...(this.#told.get(place) ?? []), line]);
  }

  /** Tells the members, but for one. */
  #tellIn(group: Group, line: string, but?: string): void {
    this.#tell(
      [...group.members.keys()].filter((name) => name !== but),
      line,
    );
  }

  // Accounts

  /** Every token of somebody is good no longer, and their streams end. */
  endTokens(person: Recluse): void {
    for (const device of this.devices.values()) {
      if (device.person !== person) continue;
      device.good = false;
      device.hears = false;
    }
  }

  /** Somebody's account is deleted: of theirs nothing stays, of what they said neither; groups do. */
  forget(person: Recluse): void {
    const { name } = person;
    const mine = this.list
      .filter(({ members }) => members.has(name))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    this.endTokens(person);
    this.invites = this.invites.filter(({ inviter, invitee }) => inviter !== name && invitee !== name);
    person.welcomes = [];
    for (const group of this.list) {
      group.messages = group.messages.filter(({ sender }) => sender !== name);
      group.members.delete(name);
      for (const [whom, by] of group.bans) if (whom === name || by === name) group.bans.delete(whom);
    }
    for (const group of mine) this.#tellIn(group, `${this.who(name)} is out of ${group.name}`);
    person.known = false;
    person.life++;
  }

  // Groups

  notMember({ members }: Group, by: string): Fault {
    return members.has(by) ? undefined : faults.notMember;
  }

  notAdmin({ members }: Group, by: string): Fault {
    return members.get(by) ? undefined : faults.notAdmin;
  }

  #notOn(group: Group, by: string, whom: string): Fault {
    return this.notAdmin(group, by) ?? (this.person(whom).known ? undefined : faults.unknown);
  }

  /** How many messages there are, in all groups. */
  kept(): number {
    return this.list.reduce((sum, { messages }) => sum + messages.length, 0);
  }

  isTaken(name: string): boolean {
    return this.list.some((group) => group.name === name && !group.gone);
  }

  create(name: string, founder: string): Group {
    const group: Group = {
      name,
      gone: false,
      members: new Map([[founder, true]]),
      bans: new Map(),
      messages: [],
      last: 0,
    };
    this.list.push(group);
    return group;
  }

  end(group: Group, by: string): Fault {
    const no = this.notAdmin(group, by);
    if (no !== undefined) return no;
    this.#tellIn(group, `${group.name} is gone`);
    group.gone = true;
    group.messages = [];
    group.members.clear();
    this.invites = this.invites.filter((invite) => invite.group !== group);
    for (const person of this.people.values())
      person.welcomes = person.welcomes.filter((welcome) => welcome.group !== group);
    return undefined;
  }

  #store(group: Group, sender: string, data: Commit): void {
    if (data !== undefined) group.messages.push({ number: ++group.last, sender, data });
  }

  send(group: Group, by: string, data: string): Fault {
    const no = this.notMember(group, by);
    if (no !== undefined) return no;
    this.#store(group, by, data);
    this.#tellIn(group, `${group.name} has message ${group.last} of ${this.who(by)}`, by);
    return undefined;
  }

  commit(group: Group, by: string, data: Commit): Fault {
    const no = this.notMember(group, by);
    if (no !== undefined) return no;
    this.#store(group, by, data);
    if (data !== undefined) this.#tellIn(group, `${group.name} has a commit`, by);
    return undefined;
  }

  // Members

  #drop(group: Group, whom: string, isTold: boolean): void {
    group.members.delete(whom);
    this.#tell(
      [...group.members.keys(), ...(isTold ? [whom] : [])],
      `${this.who(whom)} is out of ${group.name}`,
    );
  }

  leave(group: Group, by: string, commit: Commit): Fault {
    const no = this.notMember(group, by);
    if (no !== undefined) return no;
    this.#store(group, by, commit);
    this.#drop(group, by, false);
    return undefined;
  }

  remove(group: Group, by: string, whom: string, commit: Commit): Fault {
    const no = this.#notOn(group, by, whom);
    if (no !== undefined) return no;
    if (!group.members.has(whom)) return faults.badRequest;
    this.#store(group, by, commit);
    this.#drop(group, whom, true);
    return undefined;
  }

  ban(group: Group, by: string, whom: string, commit: Commit): Fault {
    const no = this.#notOn(group, by, whom);
    if (no !== undefined) return no;
    if (group.bans.has(whom)) return faults.conflict;
    group.bans.set(whom, by);
    this.invites = this.invites.filter((one) => one.group !== group || one.invitee !== whom);
    // Of somebody who is no member nothing is stored, and nobody is told.
    if (!group.members.has(whom)) return undefined;
    this.#store(group, by, commit);
    this.#drop(group, whom, true);
    return undefined;
  }

  unban(group: Group, by: string, whom: string): Fault {
    const no = this.#notOn(group, by, whom);
    if (no !== undefined) return no;
    return group.bans.delete(whom) ? undefined : faults.badRequest;
  }

  promote(group: Group, by: string, whom: string): Fault {
    const no = this.#notOn(group, by, whom);
    if (no !== undefined) return no;
    if (!group.members.has(whom)) return faults.badRequest;
    return group.members.get(whom) ? faults.conflict : this.#setAdmin(group, whom, true);
  }

  demote(group: Group, by: string, whom: string): Fault {
    const no = this.#notOn(group, by, whom);
    if (no !== undefined) return no;
    const admins = [...group.members.values()].filter((admin) => admin).length;
    if (!group.members.get(whom) || admins === 1) return faults.badRequest;
    return this.#setAdmin(group, whom, false);
  }

  #setAdmin(group: Group, whom: string, admin: boolean): undefined {
    group.members.set(whom, admin);
    this.#tellIn(group, `${group.name} has other roles`);
  }

  // Invitations

  invite(group: Group, by: string, whom: string, commit: string, welcome: string): Fault {
    const no = this.#notOn(group, by, whom);
    if (no !== undefined) return no;
    if (group.members.has(whom)) return faults.conflict;
    if (group.bans.has(whom)) return faults.banned;
    if (this.invites.some((one) => one.group === group && one.invitee === whom)) return faults.conflict;
    this.#keys++;
    this.invites.push({ key: `i${this.#keys}`, group, inviter: by, invitee: whom, commit, welcome });
    this.#tell([whom], `${this.who(by)} invites into ${group.name}`);
    return undefined;
  }

  #notTheirs(invite: Invite, by: string): Fault {
    if (!this.invites.includes(invite)) return faults.unknown;
    return invite.invitee === by ? undefined : faults.notMember;
  }

  #close(invite: Invite): void {
    this.invites = this.invites.filter((one) => one !== invite);
  }

  accept(invite: Invite, by: string): Fault {
    const no = this.#notTheirs(invite, by);
    if (no !== undefined) return no;
    const { group, inviter, commit, welcome } = invite;
    this.#close(invite);
    group.members.set(by, false);
    this.person(by).welcomes.push({ group, data: welcome });
    this.#store(group, inviter, commit);
    this.#tell([by], `welcome to a group: ${group.name}`);
    this.#tellIn(group, `${group.name} has a commit`, by);
    return undefined;
  }

  decline(invite: Invite, by: string): Fault {
    const no = this.#notTheirs(invite, by);
    if (no !== undefined) return no;
    this.#close(invite);
    this.#tell([invite.inviter], `${this.who(by)} declines ${invite.group.name}`);
    return undefined;
  }

  cancel(group: Group, by: string, whom: string): Fault {
    const no = this.notAdmin(group, by);
    if (no !== undefined) return no;
    const invite = this.invites.find((one) => one.group === group && one.invitee === whom);
    if (invite === undefined) return faults.unknown;
    this.#close(invite);
    this.#tell([whom], `no invitation into ${group.name} any more`);
    this.#tell([invite.inviter], `${this.who(whom)} declines ${group.name}`);
    return undefined;
  }
}
