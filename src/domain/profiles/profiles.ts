import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { UserId } from '../ids.js';
import { isSeen } from '../users/names.js';
import type { User } from '../users/users.js';

/** What a user's clients keep for themselves. */
export interface ClientState {
  readonly user: UserId;
  /** Free JSON, for nobody but the user's own sessions. */
  readonly state: Readonly<Record<string, unknown>>;
}

export const clientStates = table({
  name: 'client_states',
  class: 'resident',
  key: 'text',
  id: (row: ClientState) => row.user,
});

export const profileTables = [anyTable(clientStates)];

/** What a user's clients last kept; empty if nothing. */
export function clientStateOf(view: View, user: UserId): ClientState['state'] {
  return view.get(clientStates, user)?.state ?? {};
}

/** Of who leaves for good nothing is kept. */
export function forgetClientState(tx: Tx, user: UserId): void {
  if (tx.get(clientStates, user) !== undefined) tx.remove(clientStates, user);
}

/** The display name in a profile, without spaces around it; `undefined` if there is none, or nothing of it can be seen. */
export function nameIn(profile: User['profile']): string | undefined {
  const name = profile?.display_name;
  return typeof name === 'string' && isSeen(name) ? name.trim() : undefined;
}

/**
 * A profile as protocols show it that have the display name in it: with `display_name` as it is now, which is the handle of whoever has
 * none, and with none where somebody is still unnamed. A new object each time.
 */
export function profileOf(
  user: Pick<User, 'profile' | 'displayName' | 'unnamed' | 'handle'>,
): Readonly<Record<string, unknown>> {
  const rest = withoutName(user.profile ?? {});
  const shown = displayNameOf(user);
  return shown === undefined ? rest : { ...rest, display_name: shown };
}

/** How somebody is called where names are no keys; `undefined`: nobody has said. */
export function displayNameOf({
  displayName,
  unnamed,
  handle,
}: Pick<User, 'displayName' | 'unnamed' | 'handle'>): string | undefined {
  return displayName ?? (unnamed ? undefined : handle);
}

/** The rest of a profile. */
export function withoutName(profile: NonNullable<User['profile']>): NonNullable<User['profile']> {
  const { display_name: _, ...rest } = profile;
  return rest;
}
