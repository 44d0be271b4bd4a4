import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { GroupId, InviteId, UserId, WelcomeId } from '../ids.js';
import { pairKey } from './groups.js';

/** An invitation into a group that waits for its answer. */
export interface Invite {
  readonly id: InviteId;
  readonly group: GroupId;
  readonly inviter: UserId;
  readonly invitee: UserId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export const invites = table({
  name: 'group_invites',
  class: 'resident',
  key: 'text',
  id: (invite: Invite) => invite.id,
  indexes: {
    pair: (invite: Invite) => pairKey(invite.group, invite.invitee),
    group: (invite: Invite) => invite.group,
    inviter: (invite: Invite) => invite.inviter,
    invitee: (invite: Invite) => invite.invitee,
  },
});

/** What an invitation brings when it is accepted, each base64. */
export interface InviteData {
  /** The invitation's id. */
  readonly id: number;
  readonly commit: string;
  readonly welcome: string;
  readonly info: string;
}

export const inviteData = table<InviteData, number>({
  name: 'group_invite_data',
  class: 'archive',
  key: 'integer',
  id: (one) => one.id,
  passing: true,
});

/** A welcome that waits until somebody has taken it in. */
export interface Welcome {
  readonly id: WelcomeId;
  readonly group: GroupId;
  /** The group's alias when the invitation was accepted. */
  readonly alias?: string;
  readonly user: UserId;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

export const welcomes = table({
  name: 'group_welcomes',
  class: 'resident',
  key: 'text',
  id: (welcome: Welcome) => welcome.id,
  indexes: { group: (welcome: Welcome) => welcome.group, user: (welcome: Welcome) => welcome.user },
});

export interface WelcomeData {
  /** The welcome's id. */
  readonly id: number;
  /** Base64. */
  readonly data: string;
}

export const welcomeData = table<WelcomeData, number>({
  name: 'group_welcome_data',
  class: 'archive',
  key: 'integer',
  id: (one) => one.id,
  passing: true,
});

export const inviteTables = [
  anyTable(invites),
  anyTable(inviteData),
  anyTable(welcomes),
  anyTable(welcomeData),
];

/** The invitation of somebody into a group: there is one at most. */
export function inviteOf(view: View, group: GroupId, invitee: UserId): Invite | undefined {
  return view.one(invites, 'pair', pairKey(group, invitee));
}

/** Invitations that wait for somebody's answer, the oldest first. */
export function invitesTo(view: View, invitee: UserId): Invite[] {
  return view.by(invites, 'invitee', invitee).sort(byAge);
}

/** Invitations into a group, the oldest first. */
export function invitesInto(view: View, group: GroupId): Invite[] {
  return view.by(invites, 'group', group).sort(byAge);
}

/** Welcomes that wait for somebody, the oldest first; their bytes are in storage, under the same ids. */
export function welcomesOf(view: View, user: UserId): Welcome[] {
  return view.by(welcomes, 'user', user).sort(byAge);
}

export function dropInvite(tx: Tx, { id }: Pick<Invite, 'id'>): void {
  tx.remove(invites, id);
  tx.remove(inviteData, Number(id));
}

export function dropWelcome(tx: Tx, { id }: Pick<Welcome, 'id'>): void {
  tx.remove(welcomes, id);
  tx.remove(welcomeData, Number(id));
}

function byAge(a: { readonly id: string }, b: { readonly id: string }): number {
  return Number(a.id) - Number(b.id);
}
