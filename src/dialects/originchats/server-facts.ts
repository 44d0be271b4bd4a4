import type { View } from '../../core/table.js';
import { type CommunitySettings, settingsOf } from '../../domain/settings/settings.js';
import type { OriginChatsSettings } from './options.js';

/** How the community presents itself; what nobody has set is empty (section 6.12). */
export interface ServerLook {
  readonly name: string;
  readonly icon: string;
  readonly banner: string;
}

/** What was set while the chat runs, else the options. */
export function lookOf(
  set: CommunitySettings,
  { server, assets }: Pick<OriginChatsSettings, 'server' | 'assets'>,
): ServerLook {
  const url = server.url ?? '';
  const picture = (part: 'icon' | 'banner') =>
    set[part] ?? server[part] ?? (assets[part] === undefined ? '' : `${url}/server-assets/${part}`);
  return { name: set.name ?? server.name, icon: picture('icon'), banner: picture('banner') };
}

export function serverLook(view: View, settings: OriginChatsSettings): ServerLook {
  return lookOf(settingsOf(view), settings);
}
