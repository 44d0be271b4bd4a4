import type { Noun, Rules } from '../../core/command.js';
import type { DomainConfig } from '../config.js';
import { type Registration, register } from '../credentials/commands.js';
import type { GroupId, UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { counters, users } from '../users/users.js';
import { badAlias, badName, notAdmin } from './checks.js';
import { removeGroup } from './going.js';
import {
  everybodyIn,
  externalJoins,
  type Group,
  type GroupVisibility,
  groupBans,
  groupFacts,
  groupMembers,
  groupPerson,
  groups,
  groupsOf,
  groupTables,
  groupVisibilities,
  memberOf,
  pairKey,
} from './groups.js';
import { type InviteCommands, inviteRules } from './invite-commands.js';
import { inviteOf, inviteTables } from './invites.js';
import { type GroupMemberCommands, memberRules } from './member-commands.js';
import { type GroupMessageCommands, messageRules } from './message-commands.js';
import { groupMessageTables, mostGroupNumber } from './messages.js';
import { setProfile } from './profiles.js';

interface OwnCommands {
  /**
   * Makes a private account: a credential and a user whom nobody in other protocols sees. Refused with `group-name-invalid` for the login,
   * `group-alias-invalid`, and as `credentials.register` is, with `name-in-use` for a login that is taken. `alias`: empty is none.
   */
  'group.register': {
    input: Pick<Registration, 'realm' | 'login' | 'key' | 'hash' | 'identity'> & { readonly alias?: string };
    result: { readonly user: UserId };
  };
  /** Sets what members of groups are called; empty clears it. Tells every group of theirs, in the order of names. */
  'group.alias': { input: { readonly by: UserId; readonly alias: string }; result: undefined };
  /** Makes a group with its maker as only member and admin. `alias`: empty is none. */
  'group.create': {
    input: { readonly by: UserId; readonly name: string; readonly alias?: string };
    result: { readonly group: GroupId };
  };
  /** Changes a group, all at once or not at all; what is left out, and empty text, stays. Admins only. */
  'group.update': {
    input: {
      readonly by: UserId;
      readonly group: GroupId;
      readonly alias?: string;
      readonly name?: string;
      /** Seconds; 0: until everybody has fetched; -1: for good. */
      readonly expirySeconds?: number;
      /** One of {@link groupVisibilities}. */
      readonly visibility?: string;
    };
    result: undefined;
  };
  /** Removes a group with all that is in it. Admins only, and the host. */
  'group.remove': { input: { readonly by: UserId | 'host'; readonly group: GroupId }; result: undefined };
  /** Makes somebody a member of a public group, before they have told the others by a commit of theirs. */
  'group.join': { input: { readonly by: UserId; readonly group: GroupId }; result: undefined };
}

export interface GroupCommands
  extends OwnCommands,
    GroupMemberCommands,
    InviteCommands,
    GroupMessageCommands {}

/** End-to-end encrypted groups. What is in them the chat cannot read: it orders, keeps and hands on sealed bytes. */
export function groupNoun(config: DomainConfig): Noun {
  const rules: Rules<OwnCommands> = {
    'group.register': {
      decide(tx, { alias, ...registration }) {
        const no = badName(registration.login) ?? (alias ? badAlias(alias) : undefined);
        if (no !== undefined) return no;
        const user = register(tx, config, { ...registration, wornName: 'number', private: true });
        if (!('handle' in user)) return user;
        if (alias) setProfile(tx, user.id, { alias });
        return { user: user.id };
      },
    },
    'group.alias': {
      decide(tx, { by, alias }) {
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        const no = badAlias(alias);
        if (no !== undefined) return no;
        setProfile(tx, by, { alias: alias === '' ? null : alias });
        const user = groupPerson(tx, by);
        for (const group of groupsOf(tx, by)) {
          const to = everybodyIn(tx, group.id);
          tell(tx, 'group_update', { group: groupFacts(group), cause: 'settings', to, by, user });
        }
        return undefined;
      },
    },
    'group.create': {
      decide(tx, { by, name, alias }) {
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        const no = badName(name) ?? (alias ? badAlias(alias) : undefined);
        if (no !== undefined) return no;
        if (tx.one(groups, 'name', name) !== undefined) return refuse('group-name-taken', { name });
        const limit = config.limits.groupsPerUser;
        const number = tx.get(counters, 'group')?.next ?? 1;
        // Groups stay without members (Conclave, section 8.5): whoever leaves theirs may not make others for ever.
        const most = Math.max(tx.count(groupMembers, 'user', by), tx.count(groups, 'founder', by));
        if (most >= limit || number > mostGroupNumber) return refuse('too-many-groups', { limit });
        tx.put(counters, { name: 'group', next: number + 1 });
        const id = tx.nextId();
        const group: Group = {
          id: String(id) as GroupId,
          number,
          name,
          ...(alias ? { alias } : {}),
          visibility: 'private',
          expirySeconds: -1,
          last: 0,
          founder: by,
          createdAt: tx.at,
        };
        tx.put(groups, group);
        tx.put(groupMembers, { group: group.id, user: by, admin: true, since: id });
        tell(tx, 'group_create', { group: groupFacts(group), by: groupPerson(tx, by) });
        return { group: group.id };
      },
    },
    'group.update': {
      decide(tx, { by, group: id, alias, name, expirySeconds, visibility }) {
        const no =
          notAdmin(tx, id, by) ?? (alias ? badAlias(alias) : undefined) ?? (name ? badName(name) : undefined);
        if (no !== undefined) return no;
        const before = tx.get(groups, id) as Group;
        const other = name ? tx.one(groups, 'name', name) : undefined;
        if (name && other !== undefined && other.id !== id) return refuse('group-name-taken', { name });
        if (expirySeconds !== undefined) {
          if (!Number.isSafeInteger(expirySeconds) || expirySeconds < -1)
            return refuse('group-expiry-invalid');
          const limit = config.groups.retentionSeconds;
          if (limit > 0 && expirySeconds > limit) return refuse('group-expiry-too-long', { limit });
        }
        if (visibility !== undefined && !isVisibility(visibility)) return refuse('group-visibility-invalid');
        const group: Group = {
          ...before,
          ...(alias ? { alias } : {}),
          ...(name ? { name } : {}),
          ...(expirySeconds === undefined ? {} : { expirySeconds }),
          ...(visibility === undefined ? {} : { visibility }),
        };
        tx.put(groups, group);
        tell(tx, 'group_update', {
          group: groupFacts(group),
          cause: 'settings',
          to: everybodyIn(tx, id),
          by,
        });
        return undefined;
      },
    },
    'group.remove': {
      decide(tx, { by, group: id }) {
        const no = by === 'host' ? undefined : notAdmin(tx, id, by);
        if (no !== undefined) return no;
        const group = tx.get(groups, id);
        if (group === undefined) return refuse('group-unknown');
        removeGroup(tx, group, by);
        return undefined;
      },
    },
    'group.join': {
      decide(tx, { by, group: id }) {
        const group = tx.get(groups, id);
        if (group === undefined) return refuse('group-unknown');
        if (group.visibility !== 'public') return refuse('group-not-public');
        if (tx.get(users, by) === undefined) return refuse('user-unknown');
        if (memberOf(tx, id, by) !== undefined) return refuse('group-member-exists');
        if (tx.get(groupBans, pairKey(id, by)) !== undefined) return refuse('group-banned');
        if (inviteOf(tx, id, by) !== undefined) return refuse('invite-exists');
        if (group.infoAt === undefined) return refuse('group-info-none');
        tx.put(groupMembers, { group: id, user: by, admin: false, since: tx.nextId() });
        tx.put(externalJoins, { group: id, user: by });
        tell(tx, 'group_member_add', {
          group: groupFacts(group),
          user: groupPerson(tx, by),
          cause: 'join',
        });
        return undefined;
      },
    },
  };
  return {
    name: 'groups',
    tables: [...groupTables, ...groupMessageTables, ...inviteTables],
    rules: {
      ...rules,
      ...memberRules(config),
      ...inviteRules(config),
      ...messageRules(config),
    } as unknown as Noun['rules'],
  };
}

function isVisibility(text: string): text is GroupVisibility {
  return (groupVisibilities as readonly string[]).includes(text);
}
