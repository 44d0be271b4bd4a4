import type { View } from '../../core/table.js';
import type { Rendering } from '../../delivery/deliver.js';
import { channels } from '../../domain/channels/channels.js';
import type { UserId } from '../../domain/ids.js';
import { silenceOf } from '../../domain/moderation/bans.js';
import { online, sessions } from '../../domain/sessions/online.js';
import { type User, users } from '../../domain/users/users.js';
import { kindOf } from '../../domain/viewers.js';
import type { Tools } from './ask.js';
import { dialectName } from './dialect-name.js';
import type { World } from './options.js';
import type { Frame } from './packets.js';

/** What somebody is told of a world; `undefined`: nothing. */
type Telling = (view: View, user: User, world: World) => Frame | undefined;

/**
 * A frame for everybody who is connected here, as each of them is to see it, made once for all who are shown the same. What permissions somebody
 * has is no event's to say, so it is read from the state; that may be ahead of the event, whose successors then tell it again.
 */
export function toEachAlike(tools: Tools, at: number, tell: Telling): Rendering<Frame>[] {
  return tools.host.read((view) =>
    groupsOf(view, at).flatMap(({ one, all }) => inEachWorld(tools, view, one, all, tell)),
  );
}

/** The same for one user, whether or not they are connected here. */
export function toOne(tools: Tools, id: UserId, tell: Telling): Rendering<Frame>[] {
  return tools.host.read((view) => {
    const user = view.get(users, id);
    return user === undefined ? [] : inEachWorld(tools, view, user, [id], tell);
  });
}

/** A user's connections may be in several worlds. */
function inEachWorld(
  { settings }: Tools,
  view: View,
  one: User,
  all: readonly UserId[],
  tell: Telling,
): Rendering<Frame>[] {
  return [...settings.worlds.values()].flatMap((world) => {
    const frame = tell(view, one, world);
    if (frame === undefined) return [];
    return [{ to: { to: 'users' as const, users: all }, packets: [frame], feature: world.features[0] }];
  });
}

/** People who are shown rooms alike, and one of them. */
interface Alike {
  readonly one: User;
  readonly all: UserId[];
}

function groupsOf(view: View, at: number): Alike[] {
  const groups = new Map<string, Alike>();
  const done = new Set<UserId>();
  for (const { user: id, dialect } of view.all(sessions)) {
    if (dialect !== dialectName || done.has(id)) continue;
    done.add(id);
    const user = view.get(users, id);
    const row = view.get(online, id);
    if (user === undefined || row === undefined) continue;
    // Owners are let in where others are not, as is whoever sits in a channel.
    const apart = view.count(channels, 'owner', id) > 0 || row.channel !== undefined ? id : '';
    const key = `${silenceOf(view, id, at) === undefined ? '' : 'silenced'} ${apart} ${kindOf(row.person)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { one: user, all: [id] });
    else group.all.push(id);
  }
  return [...groups.values()];
}
