import type { Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { GroupId, InviteId, UserId, WelcomeId } from '../ids.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { notAdmin, notUser } from './checks.js';
import {
  everybodyIn,
  type Group,
  groupBans,
  groupFacts,
  groupMembers,
  groupPerson,
  groups,
  memberOf,
  pairKey,
} from './groups.js';
import {
  dropInvite,
  dropWelcome,
  type Invite,
  type InviteData,
  inviteData,
  inviteOf,
  invites,
  welcomeData,
  welcomes,
} from './invites.js';
import { addSealed } from './messages.js';

/** Invitations that one `invite.purge` removes at most. */
export const invitesPerRun = 500;

/** Somebody answers an invitation that is for them. */
export interface InviteAnswer {
  readonly by: UserId;
  readonly invite: InviteId;
}

export interface InviteCommands {
  /**
   * Keeps an invitation until it is answered, with what takes effect then: the commit that adds the invitee, the welcome for them, and the group
   * info afterwards. Base64, none of them empty.
   */
  'invite.add': {
    input: {
      readonly by: UserId;
      readonly group: GroupId;
      readonly user: UserId;
      readonly commit: string;
      readonly welcome: string;
      readonly info: string;
    };
    result: { readonly invite: InviteId };
  };
  /** Makes the invitee a member, stores the commit as the inviter's, replaces the group info and leaves the welcome for the invitee. */
  'invite.accept': {
    input: InviteAnswer;
    result: { readonly welcome: WelcomeId; readonly sequence: number };
  };
  'invite.decline': { input: InviteAnswer; result: undefined };
  /** Takes back the invitation of a user into a group, whoever gave it. Admins only. */
  'invite.cancel': {
    input: { readonly by: UserId; readonly group: GroupId; readonly user: UserId };
    result: undefined;
  };
  /** Lets go of invitations that nobody answered in `inviteMs`, at most 500 at once, which nobody is told; `more`: there are others. */
  'invite.purge': { input: object; result: { readonly purged: number; readonly more: boolean } };
  /** The welcome was taken in and goes; `welcome-unknown` unless it is whoever asks's own. */
  'welcome.accept': { input: { readonly by: UserId; readonly welcome: WelcomeId }; result: undefined };
}

export function inviteRules(config: DomainConfig): Rules<InviteCommands> {
  /** The invitation, if it is there and theirs. */
  const answered = (view: View, { by, invite: id }: InviteAnswer): Invite | Rejection<RejectionCode> => {
    const invite = view.get(invites, id);
    if (invite === undefined) return refuse('invite-unknown');
    return invite.invitee === by ? invite : refuse('invite-foreign');
  };
  const isInvite = (found: Invite | Rejection<RejectionCode>): found is Invite => 'invitee' in found;
  const factsAbout = (view: View, { id, group, inviter, invitee }: Invite) => ({
    invite: id,
    group: groupFacts(view.get(groups, group) as Group),
    inviter: groupPerson(view, inviter),
    invitee: groupPerson(view, invitee),
  });
  return {
    'invite.add': {
      decide(tx, { by, group: id, user, commit, welcome, info }) {
        if (commit === '' || welcome === '' || info === '') return refuse('group-data-missing');
        const no = notAdmin(tx, id, by) ?? notUser(tx, user);
        if (no !== undefined) return no;
        if (memberOf(tx, id, user) !== undefined) return refuse('group-member-exists');
        if (tx.get(groupBans, pairKey(id, user)) !== undefined) return refuse('group-banned');
        if (inviteOf(tx, id, user) !== undefined) return refuse('invite-exists');
        const number = tx.nextId();
        const invite: Invite = {
          id: String(number) as InviteId,
          group: id,
          inviter: by,
          invitee: user,
          at: tx.at,
        };
        tx.put(invites, invite);
        tx.put(inviteData, { id: number, commit, welcome, info });
        tell(tx, 'group_invite', factsAbout(tx, invite));
        return { invite: invite.id };
      },
    },
    'invite.accept': {
      needs: (view, answer) =>
        isInvite(answered(view, answer)) ? [{ table: inviteData, ids: [Number(answer.invite)] }] : [],
      decide(tx, answer) {
        const invite = answered(tx, answer);
        if (!isInvite(invite)) return invite;
        const { by } = answer;
        const { group: id, inviter } = invite;
        if (memberOf(tx, id, by) !== undefined) return refuse('group-member-exists');
        if (tx.get(groupBans, pairKey(id, by)) !== undefined) return refuse('group-banned');
        const sealed = tx.get(inviteData, Number(invite.id)) as InviteData;
        const group = groupFacts(tx.get(groups, id) as Group);
        const user = groupPerson(tx, by);
        tx.put(groupMembers, { group: id, user: by, admin: false, since: tx.nextId() });
        const number = tx.nextId();
        const welcome = String(number) as WelcomeId;
        const { alias } = group;
        tx.put(welcomes, {
          id: welcome,
          group: id,
          ...(alias === undefined ? {} : { alias }),
          user: by,
          at: tx.at,
        });
        tx.put(welcomeData, { id: number, data: sealed.welcome });
        const sequence = addSealed(tx, id, inviter, sealed) as number;
        dropInvite(tx, invite);
        tell(tx, 'group_member_add', { group, user, cause: 'accept' });
        tell(tx, 'group_welcome', { welcome, group, user });
        tell(tx, 'group_update', { group, cause: 'commit', to: everybodyIn(tx, id, by), by, sequence });
        return { welcome, sequence };
      },
    },
    'invite.decline': {
      decide(tx, answer) {
        const invite = answered(tx, answer);
        if (!isInvite(invite)) return invite;
        dropInvite(tx, invite);
        tell(tx, 'group_invite_decline', { ...factsAbout(tx, invite), cancelled: false });
        return undefined;
      },
    },
    'invite.cancel': {
      decide(tx, { by, group, user }) {
        const no = notAdmin(tx, group, by);
        if (no !== undefined) return no;
        const invite = inviteOf(tx, group, user);
        if (invite === undefined) return refuse('invite-unknown');
        dropInvite(tx, invite);
        const { inviter, ...facts } = factsAbout(tx, invite);
        tell(tx, 'group_invite_cancel', { ...facts, by });
        tell(tx, 'group_invite_decline', { ...facts, inviter, cancelled: true });
        return undefined;
      },
    },
    'invite.purge': {
      decide(tx) {
        const old: Invite[] = [];
        for (const invite of tx.all(invites)) {
          if (invite.at >= tx.at - config.groups.inviteMs) continue;
          old.push(invite);
          if (old.length > invitesPerRun) break;
        }
        const more = old.length > invitesPerRun;
        if (more) old.pop();
        for (const invite of old) dropInvite(tx, invite);
        return { purged: old.length, more };
      },
    },
    'welcome.accept': {
      decide(tx, { by, welcome: id }) {
        const welcome = tx.get(welcomes, id);
        if (welcome?.user !== by) return refuse('welcome-unknown');
        dropWelcome(tx, welcome);
        return undefined;
      },
    },
  };
}
