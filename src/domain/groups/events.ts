import type { Actor } from '../events.js';
import type { InviteId, UserId, WelcomeId } from '../ids.js';
import type { GroupFacts, GroupPerson } from './groups.js';

/**
 * What happens in encrypted groups. Part of `EventMap`. `to`: whom the protocol tells, as they were when it was decided. What is said in a group is
 * in no event: it is sealed.
 */
export interface GroupEvents {
  /** Somebody made a group; they are its only member and admin. */
  group_create: { readonly group: GroupFacts; readonly by: GroupPerson };
  /**
   * A group is not as it was. `commit`: a commit was stored, under `sequence`; `settings`: its name or the like may have changed, or the profile
   * of a member, who is `by` then; `role`: `user` is admin now, or no longer: see `admin`.
   */
  group_update: {
    readonly group: GroupFacts;
    readonly cause: 'commit' | 'settings' | 'role';
    readonly to: readonly UserId[];
    readonly by: Actor;
    readonly sequence?: number;
    readonly user?: GroupPerson;
    readonly admin?: boolean;
  };
  /** A group is gone with all that was in it. `to`: its members. */
  group_delete: { readonly group: GroupFacts; readonly to: readonly UserId[]; readonly by: Actor };
  /** Something was said in a group. `to`: the members but for the sender. */
  group_message: {
    readonly group: GroupFacts;
    readonly sequence: number;
    readonly sender: GroupPerson;
    readonly to: readonly UserId[];
  };
  /** Somebody is a member now: by invitation, or of a public group by their own wish. */
  group_member_add: {
    readonly group: GroupFacts;
    readonly user: GroupPerson;
    readonly cause: 'accept' | 'join';
  };
  /**
   * Somebody is a member no longer. `to`: the members who are left, and with `remove` and `ban` the one who is not. `left-for-good`: the account
   * is gone.
   */
  group_member_remove: {
    readonly group: GroupFacts;
    readonly user: GroupPerson;
    readonly cause: 'leave' | 'remove' | 'ban' | 'left-for-good';
    readonly to: readonly UserId[];
    readonly by: Actor;
  };
  /** A member has begun anew, with other keys. `to`: the other members. */
  group_identity_reset: {
    readonly group: GroupFacts;
    readonly user: GroupPerson;
    readonly to: readonly UserId[];
  };
  /** Somebody is kept out of a group, whether or not they were a member, or no longer: see `on`. */
  group_ban: {
    readonly group: GroupFacts;
    readonly user: GroupPerson;
    readonly by: Actor;
    readonly on: boolean;
  };
  /** Somebody is invited into a group. */
  group_invite: {
    readonly invite: InviteId;
    readonly group: GroupFacts;
    readonly inviter: GroupPerson;
    readonly invitee: GroupPerson;
  };
  /** An invitation was declined, or cancelled by an admin: then `group_invite_cancel` was told before. Concerns the inviter. */
  group_invite_decline: {
    readonly invite: InviteId;
    readonly group: GroupFacts;
    readonly inviter: GroupPerson;
    readonly invitee: GroupPerson;
    readonly cancelled: boolean;
  };
  /** An invitation was taken back. Concerns the invitee. */
  group_invite_cancel: {
    readonly invite: InviteId;
    readonly group: GroupFacts;
    readonly invitee: GroupPerson;
    readonly by: Actor;
  };
  /** A welcome waits for somebody who accepted an invitation. */
  group_welcome: { readonly welcome: WelcomeId; readonly group: GroupFacts; readonly user: GroupPerson };
}
