import type { View } from '../../core/table.js';
import { type Group, groupProfiles, type GroupMember as Member } from '../../domain/groups/groups.js';
import { type User, users } from '../../domain/users/users.js';
import { type GroupMember, GroupRole, GroupVisibility, type UserInfoResponse } from './gen/messages.js';
import { conclaveIdOfUser, usernameOf } from './ids.js';
import { type Call, textOf } from './operation.js';
import { notFound } from './refusal.js';
import type { Sparse } from './schema.js';

/** What everybody sees of somebody. Throws a refusal for nobody. */
export async function userInfo(
  call: Call<unknown>,
  find: (view: View) => User | undefined,
): Promise<Sparse<UserInfoResponse>> {
  const found = await call.show((view) => {
    const user = find(view);
    return user === undefined ? undefined : shown(view, user);
  });
  if (found === undefined) throw notFound('user not found');
  return found;
}

/** A member; whose record is gone in between is left out. */
export function memberShape(view: View, { user: id, admin }: Member): Sparse<GroupMember>[] {
  const user = view.get(users, id);
  return user === undefined
    ? []
    : [{ ...shown(view, user), role: admin ? GroupRole.ADMIN : GroupRole.MEMBER }];
}

function shown(view: View, user: User): Sparse<UserInfoResponse> {
  const profile = view.get(groupProfiles, user.id);
  return {
    userId: conclaveIdOfUser(user),
    username: usernameOf(view, user),
    alias: textOf(profile?.alias),
    signingKeyFingerprint: textOf(profile?.fingerprint),
  };
}

export function visibilityOf({ visibility }: Pick<Group, 'visibility'>): GroupVisibility {
  return visibility === 'public' ? GroupVisibility.PUBLIC : GroupVisibility.PRIVATE;
}
