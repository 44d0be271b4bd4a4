import type { Noun, Rules } from '../../core/command.js';
import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import { holdsAs } from '../acting.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import { log, needsLog } from '../modlog/modlog.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { tooLong } from '../text-limits.js';

/** How the community presents itself. What nobody has set is left out: protocols have defaults of their own. */
export interface CommunitySettings {
  /** 1 to 256 characters. */
  readonly name?: string;
  /** A link, up to 2,048 characters. */
  readonly icon?: string;
  /** A link, up to 2,048 characters. */
  readonly banner?: string;
}

/** The one row. */
interface SettingsRow extends CommunitySettings {
  readonly id: 'community';
}

const settings = table({
  name: 'settings',
  class: 'resident',
  key: 'text',
  id: (row: SettingsRow) => row.id,
});

export interface SettingsCommands {
  /** Needs `manage_server`. What is left out stays; `null` goes back to the default. */
  'settings.update': {
    input: { readonly by: Actor } & { readonly [part in keyof CommunitySettings]?: string | null };
    result: { readonly settings: CommunitySettings };
  };
}

export function settingsOf(view: View): CommunitySettings {
  const { id: _, ...set } = view.get(settings, 'community') ?? { id: 'community' };
  return set;
}

export function settingsNoun(config: DomainConfig): Noun {
  const rules: Rules<SettingsCommands> = {
    'settings.update': {
      needs: () => needsLog('server_update'),
      decide(tx, { by, name, icon, banner }) {
        if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
        const no = tooLong('name', name) ?? tooLong('link', icon) ?? tooLong('link', banner);
        if (no !== undefined) return no;
        if (name === '') return refuse('settings-name-invalid');
        const before = settingsOf(tx);
        const next: CommunitySettings = {
          ...part('name', name, before.name),
          ...part('icon', icon, before.icon),
          ...part('banner', banner, before.banner),
        };
        const given = Object.entries({ name, icon, banner }).filter(([, value]) => value !== undefined);
        if (given.length > 0) {
          tx.put(settings, { id: 'community', ...next });
          log(tx, config, by, 'server_update', {
            name: next.name,
            ...(next.name === before.name ? {} : { before: before.name }),
            changed: given.map(([part]) => part),
          });
          tell(tx, 'settings_update', { before, settings: next, by });
        }
        return { settings: next };
      },
    },
  };
  return { name: 'settings', tables: [anyTable(settings)], rules: rules as Noun['rules'] };
}

function part(
  name: keyof CommunitySettings,
  given: string | null | undefined,
  before: string | undefined,
): CommunitySettings {
  const value = given === undefined ? before : (given ?? undefined);
  return value === undefined ? {} : { [name]: value };
}
