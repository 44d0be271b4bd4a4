import { Rejection } from '../../src/core/rejection.js';
import { type Permission, permissions } from '../../src/domain/access/permissions.js';
import { type Channel, channelByName, channels } from '../../src/domain/channels/channels.js';
import { type DomainConfig, domainLimits } from '../../src/domain/config.js';
import type { ChatEvent, EventName } from '../../src/domain/events.js';
import { groupSettings } from '../../src/domain/groups/settings.js';
import type { SessionId, UserId } from '../../src/domain/ids.js';
import { type Commands, nouns } from '../../src/domain/index.js';
import { modlogDays } from '../../src/domain/modlog/modlog.js';
import { online } from '../../src/domain/sessions/online.js';
import type { Identity } from '../../src/domain/users/identity.js';
import { type User, users } from '../../src/domain/users/users.js';
import { RuleBench } from '../../src/testing/rule-bench.js';

export interface Community {
  readonly bench: RuleBench<Commands>;
  readonly config: DomainConfig;
  run: RuleBench<Commands>['run'];
  /** Opens a session of a new or known identity; `name` is also its id unless one is given. */
  join(name: string, identity?: Partial<Identity>, input?: Partial<Opening>): UserId;
  /** As `join`, with the outcome as it is. */
  open(name: string, identity?: Partial<Identity>, input?: Partial<Opening>): unknown;
  user(id: UserId): User | undefined;
  channel(name: string): Channel;
  /** The name of the channel somebody is in. */
  place(user: UserId): string | undefined;
  /** Events of one type that the last command told. */
  told<N extends EventName>(type: N): ChatEvent<N>[];
}

type Opening = Commands['session.open']['input'];

/** A chat of rules only, with its lounge, for tests of the domain. */
export function community(change: Partial<DomainConfig> = {}): Community {
  const config: DomainConfig = {
    defaults: { rank: 1, roles: [], traits: [], permissions: everyday },
    defaultChannel: 'lounge',
    botName: 'ChatBot',
    reservedNames: [],
    backlog: 20,
    guestProviders: ['guest'],
    directDialects: ['two'],
    whisperDialects: ['one'],
    worldRoles: {},
    traitGrants: {},
    limits: domainLimits,
    modlogDays,
    groups: groupSettings,
    ...change,
  };
  const bench = new RuleBench<Commands>(nouns(config));
  let sessions = 0;
  bench.run('channel.prepare', { wishes: [{ name: 'lounge' }] });
  const open: Community['open'] = (name, identity, input) =>
    bench.run('session.open', {
      session: `s${++sessions}` as SessionId,
      dialect: 'one',
      identity: { provider: 'accounts', id: name, name, ...identity },
      place: true,
      wornName: 'refuse',
      ...input,
    });
  return {
    bench,
    config,
    run: (type, input) => bench.run(type, input),
    open,
    join(name, identity, input) {
      const opened = open(name, identity, input);
      if (opened instanceof Rejection) throw new Error(`${name} was refused: ${opened.code}`);
      return (opened as { user: UserId }).user;
    },
    user: (id) => bench.read((view) => view.get(users, id)),
    channel(name) {
      const found = bench.read((view) => channelByName(view, name));
      if (found === undefined) throw new Error(`no channel ${name}`);
      return found;
    },
    place: (user) =>
      bench.read((view) => {
        const here = view.get(online, user)?.channel;
        return here === undefined ? undefined : view.get(channels, here)?.name;
      }),
    told: (type) => bench.events.filter((event): event is never => event.type === type),
  };
}

/** What everybody may in these tests. */
const everyday: Permission[] = ['message.send', 'message.delete.own', 'channel.create', 'nick.own'];
export const everything: readonly Permission[] = permissions;

/** The code of a rejection, `granted` otherwise. */
export function outcome(result: unknown): string {
  return result instanceof Rejection ? result.code : 'granted';
}
