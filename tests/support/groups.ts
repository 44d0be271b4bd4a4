import type { Row } from '../../src/core/change.js';
import { Rejection } from '../../src/core/rejection.js';
import type { Table } from '../../src/core/table.js';
import type { DomainConfig } from '../../src/domain/config.js';
import { groupMessages } from '../../src/domain/groups/messages.js';
import { type GroupSettings, groupSettings } from '../../src/domain/groups/settings.js';
import type { GroupId, InviteId, UserId } from '../../src/domain/ids.js';
import { nouns } from '../../src/domain/index.js';
import { type Community, community } from './community.js';

/** What the tests store as sealed bytes. */
export const sealed = { commit: 'Y29tbWl0', welcome: 'd2VsY29tZQ==', info: 'aW5mbw==' };

export interface Gathering extends Community {
  /** A private account. */
  account(login: string, alias?: string): UserId;
  /** A group of this admin and these members, who came by invitation. */
  make(admin: UserId, name: string, ...members: UserId[]): GroupId;
  invite(by: UserId, group: GroupId, user: UserId): InviteId;
  /** Brings somebody in; returns under which number. */
  bring(by: UserId, group: GroupId, user: UserId): number;
  say(by: UserId, group: GroupId, data?: string): number;
  /** `sequence sender data` of each message that is stored. */
  said(group: GroupId): string[];
  /** Every stored row that has this text anywhere, as `table: row`. */
  traces(text: string): string[];
}

/** The hash that every account of these tests has. */
export const hash = '$argon2id$v=19$m=1,t=1,p=1$c2FsdHNhbHQ$aGFzaA';

/** A chat of rules only, for tests of encrypted groups. */
export function gathering(
  settings: Partial<GroupSettings> = {},
  change: Partial<DomainConfig> = {},
): Gathering {
  const chat = community({ groups: { ...groupSettings, ...settings }, ...change });
  const { run, bench } = chat;
  const granted = <T>(result: T | Rejection): T => {
    if (result instanceof Rejection) throw new Error(`refused: ${result.code}`);
    return result;
  };
  const invite: Gathering['invite'] = (by, group, user) =>
    granted(run('invite.add', { by, group, user, ...sealed })).invite;
  const bring: Gathering['bring'] = (by, group, user) =>
    granted(run('invite.accept', { by: user, invite: invite(by, group, user) })).sequence;
  const tables: Table[] = nouns(chat.config).flatMap((noun) => noun.tables);
  return {
    ...chat,
    account: (login, alias = '') =>
      granted(
        run('group.register', {
          realm: 'sealed',
          login,
          key: login,
          hash,
          identity: { provider: 'sealed', id: `id-${login}`, name: login },
          alias,
        }),
      ).user,
    make(admin, name, ...members) {
      const { group } = granted(run('group.create', { by: admin, name }));
      for (const user of members) bring(admin, group, user);
      return group;
    },
    invite,
    bring,
    say: (by, group, data = 'bWVzc2FnZQ==') => granted(run('group.send', { by, group, data })).sequence,
    said: (group) =>
      bench
        .archived(groupMessages)
        .filter((message) => message.group === group)
        .map(({ sequence, sender, data }) => `${sequence} ${sender} ${data}`),
    traces: (text) =>
      tables.flatMap((table) => {
        const rows: Row[] =
          table.class === 'archive'
            ? bench.archived(table as never)
            : bench.read((view) => [...view.all(table as never)]);
        return rows
          .map((row) => JSON.stringify(row))
          .filter(
            (row) => row.includes(`"${text}"`) || row.includes(`:${text}"`) || row.includes(`"${text}:`),
          )
          .map((row) => `${table.name}: ${row}`);
      }),
  };
}
