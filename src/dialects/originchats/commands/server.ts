import { ChatError } from '../../../core/errors.js';
import { late, within } from '../../../core/within.js';
import { textOf } from '../context.js';
import { refuse } from '../refusal.js';
import { serverLook } from '../server-facts.js';
import type { CommandRow } from './command.js';

const info: CommandRow = {
  cmd: 'server_info',
  section: '6.12',
  run: (ask) => ask.reply({ ...ask.read((view) => serverLook(view, ask.tools.settings)) }),
};

const update: CommandRow = {
  cmd: 'server_update',
  section: '6.12',
  run(ask) {
    ask.needs('manage_server');
    const parts: Record<string, string> = {};
    for (const [part, title] of [
      ['name', 'Name'],
      ['icon', 'Icon'],
      ['banner', 'Banner'],
    ] as const) {
      const value = ask.request[part];
      if (value === undefined || value === null) continue;
      if (typeof value !== 'string') refuse(`${title} must be a string or null`);
      parts[part] = value;
    }
    if (Object.keys(parts).length === 0) refuse('No updates provided');
    // Everybody was told by then, the asker among them.
    return ask.submit('settings.update', { by: ask.user, ...parts }, {}, () =>
      ask.reply({ ...ask.read((view) => serverLook(view, ask.tools.settings)) }),
    );
  },
};

const pluginsList: CommandRow = {
  cmd: 'plugins_list',
  section: '6.12',
  run(ask) {
    ask.needsOwner();
    const { plugins } = ask.tools.settings;
    ask.reply({ plugins: plugins?.list() ?? {} });
  },
};

/** How long the host may take to load plugins anew. */
const reloadMs = 10_000;

const pluginsReload: CommandRow = {
  cmd: 'plugins_reload',
  section: '6.12',
  async run(ask) {
    ask.needsOwner();
    const { host, settings } = ask.tools;
    const { plugins } = settings;
    const file = textOf(ask.request.plugin);
    const failed = file === undefined ? 'Failed to reload plugins' : `Failed to reload plugin '${file}'`;
    if (file !== undefined && !Object.hasOwn(plugins?.list() ?? {}, file)) refuse(failed);
    const run = async () => plugins?.reload(file);
    const outcome = await within(host.clock, reloadMs, run()).catch((thrown: unknown) => {
      host.report(new ChatError('handler-failed', 'plugins.reload threw', { cause: thrown }));
      return refuse(failed);
    });
    if (outcome === late) {
      host.report(new ChatError('handler-failed', `plugins.reload took longer than ${reloadMs} ms`));
      refuse(failed);
    }
    const val =
      file === undefined ? 'All plugins reloaded successfully' : `Plugin '${file}' reloaded successfully`;
    const plugin = file === undefined ? {} : { plugin: file };
    return ask.submit('modlog.plugins', { by: ask.user, ...plugin }, {}, () => ask.reply({ val }));
  },
};

export const serverCommands: readonly CommandRow[] = [info, update, pluginsList, pluginsReload];
