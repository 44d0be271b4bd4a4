import { archiveLimits } from '../../src/core/archive-limits.js';
import { anyTable, type Stamped } from '../../src/core/command.js';
import type { CommitterState } from '../../src/core/committer.js';
import { Engine } from '../../src/core/engine.js';
import type { ChatError } from '../../src/core/errors.js';
import { engineLimits } from '../../src/core/limits.js';
import { Rejection } from '../../src/core/rejection.js';
import type { Table, View } from '../../src/core/table.js';
import { permissions } from '../../src/domain/access/permissions.js';
import { blocks, blockTables } from '../../src/domain/blocks/blocks.js';
import { channels, channelTables } from '../../src/domain/channels/channels.js';
import { type DomainConfig, domainLimits } from '../../src/domain/config.js';
import { credentials, credentialTables } from '../../src/domain/credentials/credentials.js';
import { directTables, directViewers, isInDirect } from '../../src/domain/directs/directs.js';
import type { ChatEvent } from '../../src/domain/events.js';
import { groupTables } from '../../src/domain/groups/groups.js';
import { invites, welcomes } from '../../src/domain/groups/invites.js';
import { groupSenders, watermarks } from '../../src/domain/groups/messages.js';
import { groupSettings } from '../../src/domain/groups/settings.js';
import { type Commands, nouns } from '../../src/domain/index.js';
import { keyStocks } from '../../src/domain/keys/keys.js';
import { memberLines, members, visitors } from '../../src/domain/members/members.js';
import { revisionLines } from '../../src/domain/messages/revision-lines.js';
import { moderationTables } from '../../src/domain/moderation/bans.js';
import { modlogDays } from '../../src/domain/modlog/modlog.js';
import { notifications, notificationTables } from '../../src/domain/notifications/notifications.js';
import { clientStates, profileTables } from '../../src/domain/profiles/profiles.js';
import { readTables } from '../../src/domain/reads/reads.js';
import { roleTables } from '../../src/domain/roles/roles.js';
import { online, sessions, sessionTables } from '../../src/domain/sessions/online.js';
import { slashNames, slashSets, slashTables } from '../../src/domain/slash/slash.js';
import { statuses, statusTables } from '../../src/domain/status/status.js';
import {
  isFollowing,
  subscriptions,
  subscriptionTables,
} from '../../src/domain/subscriptions/subscriptions.js';
import { tokenTables } from '../../src/domain/tokens/tokens.js';
import { identityKey } from '../../src/domain/users/identity.js';
import { linkOf, links, linksOf } from '../../src/domain/users/links.js';
import { recordOfIdentity, users, userTables } from '../../src/domain/users/users.js';
import { voice, voiceMembers, voiceTables } from '../../src/domain/voice/voice.js';
import { FaultyStorage, type Plan } from '../../src/testing/faulty-storage.js';
import { ManualClock } from '../../src/testing/manual-clock.js';

export const config: DomainConfig = {
  defaults: { rank: 1, roles: [], traits: [], permissions },
  defaultChannel: 'lounge',
  botName: 'ChatBot',
  reservedNames: [],
  backlog: 5,
  guestProviders: ['guest'],
  directDialects: ['two'],
  whisperDialects: ['one'],
  worldRoles: {},
  traitGrants: {},
  limits: {
    ...domainLimits,
    sessionsPerUser: 3,
    linksPerUser: 2,
    channelsPerUser: 3,
    linesPerChannel: 4,
    notificationsPerChannel: 3,
  },
  modlogDays,
  groups: groupSettings,
};

const memoryTables: Table[] = [
  ...blockTables,
  ...channelTables,
  ...credentialTables,
  ...directTables,
  ...groupTables,
  anyTable(groupSenders),
  anyTable(watermarks),
  anyTable(invites),
  anyTable(welcomes),
  anyTable(keyStocks),
  ...tokenTables,
  anyTable(members),
  anyTable(visitors),
  ...subscriptionTables,
  ...moderationTables,
  ...notificationTables,
  ...profileTables,
  ...readTables,
  ...roleTables,
  ...sessionTables,
  ...slashTables,
  ...statusTables,
  ...userTables,
  ...voiceTables,
];

/** What followed from the published events alone: who is where, as delivery would have it. */
export interface Projection {
  readonly sessions: Map<string, string>;
  readonly places: Map<string, string>;
  readonly channels: Map<string, string>;
  /** `channel user` → peer. */
  readonly voice: Map<string, string>;
  /** `session channel` of what is followed. */
  readonly follows: Map<string, string>;
  /** `channel user` of stored members. */
  readonly members: Map<string, number>;
  /** `session name` of commands that bots answer. */
  readonly slash: Map<string, string>;
}

export interface DomainRig {
  readonly engine: Engine<Commands>;
  readonly storage: FaultyStorage;
  readonly clock: ManualClock;
  readonly events: ChatEvent[];
  readonly errors: ChatError[];
  readonly states: CommitterState[];
  readonly recorded: Stamped[];
  readonly seen: Projection;
  /** Broken promises noticed while events were published. */
  readonly broken: string[];
  readonly counts: { decided: number; granted: number; undone: number };
  run<T extends keyof Commands>(type: T, input: Commands[T]['input']): { result?: unknown; undone: boolean };
  view<R>(look: (view: View) => R): R;
}

/** The whole domain over a storage that fails as it is told to. */
export async function domainRig(
  options: { plan?: Plan; storage?: FaultyStorage; clock?: ManualClock; prepare?: boolean } = {},
): Promise<DomainRig> {
  const clock = options.clock ?? new ManualClock();
  const storage = options.storage ?? new FaultyStorage(clock, options.plan);
  const events: ChatEvent[] = [];
  const errors: ChatError[] = [];
  const states: CommitterState[] = [];
  const recorded: Stamped[] = [];
  const broken: string[] = [];
  const counts = { decided: 0, granted: 0, undone: 0 };
  const seen: Projection = {
    sessions: new Map(),
    places: new Map(),
    channels: new Map(),
    voice: new Map(),
    follows: new Map(),
    members: new Map(),
    slash: new Map(),
  };
  const stored = storedKeys(storage);
  let lastId = 0;
  const engine = await Engine.open<Commands>({
    nouns: nouns(config),
    storage,
    clock,
    limits: { ...engineLimits, ...archiveLimits },
    durability: 'storage',
    format: 1,
    takeover: 'refuse',
    publish(event) {
      const fact = event as ChatEvent;
      events.push(fact);
      project(seen, fact);
      if ('id' in fact && fact.type !== 'message_delete') {
        if (fact.id <= lastId && fact.type !== 'announcement')
          broken.push(`${fact.type} has id ${fact.id} after ${lastId}`);
        lastId = Math.max(lastId, fact.id);
      }
      const row = rowOf(fact);
      if (row !== undefined && !stored().has(row))
        broken.push(`${fact.type} was seen before ${row} was stored`);
    },
    published: () => {},
    report: (error) => errors.push(error),
    storageState: (state) => states.push(state),
    undone: () => engine.submit('session.reconcile', {}, { decided: () => {} }),
    record: (command) => recorded.push(command),
  });
  const rig: DomainRig = {
    engine,
    storage,
    clock,
    events,
    errors,
    states,
    recorded,
    seen,
    broken,
    counts,
    run(type, input) {
      const asked: { result?: unknown; undone: boolean } = { undone: false };
      engine.submit(type, input, {
        decided(result) {
          if ('result' in asked) broken.push(`${type} was decided twice`);
          asked.result = result;
          counts.decided++;
          if (!(result instanceof Rejection)) counts.granted++;
        },
        undone() {
          if (asked.undone || asked.result instanceof Rejection)
            broken.push(`${type} was undone for nothing`);
          asked.undone = true;
          counts.undone++;
        },
      });
      return asked;
    },
    view: (look) => engine.read(look).value,
  };
  if (options.prepare !== false) {
    rig.run('channel.prepare', {
      wishes: [
        { name: 'lounge' },
        { name: 'staff', rank: 5 },
        { name: 'hall', memberPolicy: { forced: true } },
        { name: 'passage', memberPolicy: { volatile: true } },
        { name: 'talk', kind: 'voice' },
        { name: 'stage', kind: 'voice', rank: 4 },
      ],
    });
    await clock.turn();
  }
  return rig;
}

/** What must hold of the memory after any step. Returns what does not. */
export function flaws(
  { view, broken, errors, states }: Pick<DomainRig, 'view' | 'broken' | 'errors' | 'states'>,
  limits = config.limits,
): string[] {
  const found = [...broken];
  for (const error of errors) {
    if (error.code === 'internal' || error.code === 'handler-failed')
      found.push(`${error.message}: ${error.cause instanceof Error ? error.cause.stack : error.cause}`);
  }
  if (states.includes('diverged')) found.push('diverged from storage');
  view((state) => {
    for (const table of memoryTables) found.push(...wrongIndexes(state, table));
    for (const session of state.all(sessions)) {
      if (state.get(users, session.user) === undefined) found.push(`session ${session.id} has no user`);
      if (state.get(online, session.user) === undefined)
        found.push(`user of session ${session.id} is not online`);
    }
    for (const { id, linked, user } of state.all(sessions)) {
      if (linked !== undefined && linkOf(state, linked)?.user !== user)
        found.push(`session ${id} was opened by an identity that is not linked to ${user}`);
    }
    for (const { user, provider, identity: id } of state.all(links)) {
      const own = linksOf(state, user);
      if (state.get(users, user) === undefined) found.push(`${id} is linked to nobody`);
      if (recordOfIdentity(state, { provider, id })?.id !== user)
        found.push(`${id} is linked to ${user} and another's`);
      if (own.length > config.limits.linksPerUser) found.push(`${user} has ${own.length} links`);
      if (own.filter(({ leads }) => leads !== undefined).length > 1)
        found.push(`two identities lead ${user}`);
      if (state.count(links, 'identity', identityKey(provider, id)) > 1) found.push(`${id} is linked twice`);
    }
    for (const stay of state.all(voice)) {
      if (state.get(sessions, stay.session)?.user !== stay.user)
        found.push(`${stay.session} is in voice and not there`);
      if (state.get(channels, stay.channel) === undefined)
        found.push(`${stay.session} is in voice in a channel that is not there`);
    }
    for (const { session, channel, user } of state.all(subscriptions)) {
      if (state.get(sessions, session)?.user !== user)
        found.push(`${session} follows a channel and is not there`);
      if (state.get(channels, channel) === undefined) found.push(`${session} follows a channel that is gone`);
    }
    for (const member of [...state.all(members), ...state.all(visitors)]) {
      const { channel, user, volatile } = member;
      if (state.get(channels, channel) === undefined) found.push(`${user} belongs to a channel that is gone`);
      if (state.get(users, user) === undefined) found.push(`${user} belongs to a channel and is nobody`);
      if (volatile && !isFollowing(state, channel, user))
        found.push(`${user} visits a channel and is not there`);
    }
    const sets = new Set<string>();
    for (const { id, direct } of state.all(channels)) {
      if (direct === undefined) continue;
      const { members: set, gone = [], hidden = [] } = direct;
      const there = state.by(members, 'channel', id).map(({ user }) => user);
      const living = set.filter((user) => !gone.some((one) => one.user === user));
      if (there.sort().join() !== living.join() || there.length === 0)
        found.push(`${id} is for ${living} and has ${there}`);
      if (hidden.some((user) => !living.includes(user))) found.push(`${id} is hidden from somebody else`);
      if (gone.length > 0) continue;
      if (sets.has(set.join())) found.push(`there are two direct channels of ${set}`);
      sets.add(set.join());
    }
    for (const { by, user } of state.all(blocks)) {
      if (state.get(users, by) === undefined || state.get(users, user) === undefined)
        found.push(`${by} has blocked ${user}, and one of them is nobody`);
    }
    for (const { user } of state.all(directViewers)) {
      if (state.get(users, user) === undefined) found.push(`${user} is shown direct channels and is nobody`);
    }
    for (const { channel, user, messages: ids } of state.all(notifications)) {
      const where = `${user} has notifications of ${channel}`;
      const place = state.get(channels, channel);
      if (place === undefined) found.push(`${where}, which is gone`);
      if (place?.direct !== undefined && !isInDirect(state, channel, user)) found.push(`${where} of others`);
      if (state.get(directViewers, user) === undefined) found.push(`${where} and is not to have any`);
      const sorted = [...new Set(ids)].sort((a, b) => a - b);
      if (ids.length === 0 || ids.length > limits.notificationsPerChannel || `${sorted}` !== `${ids}`)
        found.push(`${where}: ${ids}`);
    }
    for (const set of state.all(slashSets)) {
      if (state.get(sessions, set.session)?.user !== set.user)
        found.push(`${set.session} answers commands and is not there`);
    }
    for (const { login, provider, identity: id } of state.all(credentials)) {
      if (recordOfIdentity(state, { provider, id }) === undefined) found.push(`account ${login} has no user`);
    }
    for (const { user } of state.all(clientStates)) {
      if (state.get(users, user) === undefined)
        found.push(`something is kept for clients of ${user}, who is nobody`);
    }
    for (const { user } of state.all(statuses)) {
      if (state.get(users, user) === undefined) found.push(`${user} has a status and no record`);
    }
    for (const row of state.all(online)) {
      if (state.one(sessions, 'user', row.user) === undefined)
        found.push(`${row.user} is online without a session`);
      const placed = state.by(sessions, 'user', row.user).some(({ place }) => place);
      if (placed !== (row.channel !== undefined))
        found.push(
          `${row.user} is ${row.channel ? 'in a channel without' : 'nowhere with'} a session that has a place`,
        );
      if (row.channel !== undefined && state.get(channels, row.channel) === undefined)
        found.push(`${row.user} is in a channel that is not there`);
      if (row.person.handle !== state.get(users, row.user)?.handle)
        found.push(`${row.user} shows an old handle`);
    }
    for (const channel of state.all(channels)) {
      if (channel.owner !== undefined && state.get(users, channel.owner) === undefined)
        found.push(`${channel.name} belongs to nobody`);
    }
    for (const name of ['skeleton', 'shape', 'number', 'identity'] as const) {
      // Who is private has none of the first three.
      const values = [...state.all(users)].flatMap((user) => users.indexes?.[name]?.(user) ?? []);
      if (new Set(values).size < values.length) found.push(`two users share a ${name}`);
    }
  });
  return found;
}

/** What must hold once everything has settled: memory, storage and what was told agree. */
export async function disagreements(rig: DomainRig): Promise<string[]> {
  const { engine, storage, clock, seen, view } = rig;
  const found: string[] = [];
  if (engine.storageState !== 'open') found.push(`storage is ${engine.storageState}`);
  if (engine.pending > 0) found.push(`${engine.pending} things never left`);
  view((state) => {
    const live = [...state.all(sessions)].map((session) => [session.id as string, session.user as string]);
    compare(found, 'sessions', live, [...seen.sessions]);
    const places = [...state.all(online)].flatMap((row) =>
      row.channel === undefined ? [] : [[row.user as string, row.channel as string]],
    );
    compare(found, 'places', places, [...seen.places]);
    const named = [...state.all(channels)].map((channel) => [channel.id as string, channel.name]);
    compare(found, 'channels', named, [...seen.channels]);
    const followed = [...state.all(subscriptions)].map((one) => [
      `${one.session} ${one.channel}`,
      one.channel,
    ]);
    compare(found, 'follows', followed, [...seen.follows]);
    const belong = [...state.all(members)].map((one) => [`${one.channel} ${one.user}`, one.since]);
    compare(found, 'members', belong, [...seen.members]);
    const spoken = [...state.all(channels)].flatMap(({ id }) =>
      voiceMembers(state, config, id).map(({ person, peer }) => [`${id} ${person.user}`, peer]),
    );
    compare(found, 'voice', spoken, [...seen.voice]);
    const answered = [...state.all(slashNames)].map(({ session, name }) => [`${session} ${name}`, session]);
    compare(found, 'slash', answered, [...seen.slash]);
  });
  const fresh = await domainRig({ clock, storage: storage.copy(), prepare: false });
  const ours = engine.dump();
  const theirs = fresh.engine.dump();
  for (const table of memoryTables) {
    if (table.class === 'live') continue;
    compare(found, table.name, ours[table.name] ?? [], theirs[table.name] ?? []);
  }
  return found;
}

function compare(found: string[], what: string, ours: readonly unknown[], theirs: readonly unknown[]): void {
  const [a, b] = [ours, theirs].map((list) => list.map((one) => JSON.stringify(one)).sort());
  if (JSON.stringify(a) !== JSON.stringify(b))
    found.push(`${what} differ: ${a?.join(' ')} and ${b?.join(' ')}`);
}

function wrongIndexes(state: View, table: Table): string[] {
  const found: string[] = [];
  const rows = [...state.all(table)];
  for (const [name, value] of Object.entries(table.indexes ?? {})) {
    for (const one of new Set(rows.map(value))) {
      if (one === undefined) continue;
      const right = rows.filter((row) => value(row) === one).map(table.id);
      const listed = state.by(table, name, one).map(table.id);
      if (right.sort().join() !== listed.sort().join())
        found.push(`${table.name} by ${name} ${one}: ${listed}, not ${right}`);
    }
  }
  return found;
}

function project(seen: Projection, event: ChatEvent): void {
  switch (event.type) {
    case 'session_open':
      seen.sessions.set(event.session, event.person.user);
      if (event.surroundings !== undefined)
        seen.places.set(event.person.user, event.surroundings.channel.channel);
      break;
    case 'session_close':
      seen.sessions.delete(event.session);
      for (const key of [...seen.follows.keys()])
        if (key.startsWith(`${event.session} `)) seen.follows.delete(key);
      break;
    case 'channel_enter':
      seen.places.set(event.person.user, event.surroundings.channel.channel);
      break;
    case 'channel_leave':
    case 'user_disconnect':
      seen.places.delete(event.person.user);
      break;
    case 'voice_join':
    case 'voice_update':
      seen.voice.set(`${event.channel.channel} ${event.person.user}`, event.peer);
      break;
    case 'voice_leave':
      seen.voice.delete(`${event.channel.channel} ${event.person.user}`);
      break;
    case 'slash_add':
      for (const { name } of event.commands) seen.slash.set(`${event.session} ${name}`, event.session);
      break;
    case 'slash_remove':
      for (const name of event.commands) seen.slash.delete(`${event.session} ${name}`);
      break;
    case 'channel_create':
      seen.channels.set(event.channel.channel, event.channel.name);
      break;
    case 'channel_update':
      seen.channels.set(event.channel.channel, event.channel.name);
      break;
    case 'direct_open':
      seen.channels.set(event.channel.channel, '');
      break;
    case 'subscription_open':
      seen.follows.set(`${event.session} ${event.channel.channel}`, event.channel.channel);
      break;
    case 'subscription_close':
      seen.follows.delete(`${event.session} ${event.channel}`);
      break;
    case 'member_add':
      seen.members.set(`${event.channel.channel} ${event.person.user}`, event.id);
      break;
    case 'member_remove':
      seen.members.delete(`${event.channel.channel} ${event.person.user}`);
      break;
    case 'user_leave':
      // What was theirs among few people goes without a word of its own.
      for (const key of [...seen.members.keys()]) {
        const [channel = '', user] = key.split(' ');
        if (user === event.user && seen.channels.get(channel) === '') seen.members.delete(key);
      }
      break;
    case 'channel_delete':
    case 'direct_remove':
      seen.channels.delete(event.channel.channel);
      for (const [key, channel] of [...seen.follows])
        if (channel === event.channel.channel) seen.follows.delete(key);
      for (const key of [...seen.members.keys()])
        if (key.startsWith(`${event.channel.channel} `)) seen.members.delete(key);
      break;
  }
}

/** The row whose storing an event tells of. */
function rowOf(event: ChatEvent): string | undefined {
  switch (event.type) {
    case 'message':
      return `messages ${event.message.id}`;
    case 'message_edit':
      return `${revisionLines.name} ${event.edit}`;
    case 'user_join':
      return `users ${event.person.user}`;
    case 'channel_create':
      return `channels ${event.channel.channel}`;
    case 'member_add':
      return `${memberLines.name} ${event.id}`;
    case 'user_ban':
      return `bans user:${event.person.user}:*`;
    default:
      return undefined;
  }
}

/** The keys that were ever put, as far as storage has them by now. */
function storedKeys(storage: FaultyStorage): () => Set<string> {
  const keys = new Set<string>();
  let read = 0;
  return () => {
    for (; read < storage.stored.length; read++) {
      for (const change of storage.stored[read]?.changes ?? []) {
        if (change.op === 'put') keys.add(`${change.table} ${change.key}`);
      }
    }
    return keys;
  };
}
