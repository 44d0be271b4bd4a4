import type { VenuelessUser } from 'polylect/client';
import { ask } from '../frame/dialog.js';
import { type MenuItem, openMenu } from '../frame/menu.js';
import type { App } from './app.js';
import { nameOf } from './names.js';

/** Opens what can be done with somebody. */
export function personMenu(app: App, trigger: HTMLElement, { id }: Pick<VenuelessUser, 'id'>): void {
  const user = app.client?.users.get(id);
  const name = nameOf(user);
  if (id === app.client?.self?.id) {
    return openMenu(trigger, `What to do with ${name}`, [{ label: 'That is you', act: () => app.write('') }]);
  }
  const items: MenuItem[] = [];
  if (app.may('world:chat.direct')) items.push({ label: 'Write to them', act: () => void app.writeTo(id) });
  items.push({ label: 'Mention', act: () => app.write(`@${name} `) });
  items.push(
    app.blocked.has(id)
      ? { label: 'Unblock', act: () => void app.block(id, false) }
      : { label: 'Block', act: () => void app.block(id, true) },
  );
  if (app.may('world:users.manage')) {
    items.push(
      { label: 'Let in and speak again', act: () => void moderate(app, id, 'reactivate') },
      { label: 'Silence', act: () => void moderate(app, id, 'silence') },
      { label: 'Ban…', act: () => void ban(app, id, name), isDangerous: true },
    );
  }
  openMenu(trigger, `What to do with ${name}`, items);
}

function moderate(app: App, id: string, what: 'ban' | 'silence' | 'reactivate'): Promise<boolean> {
  return app.act((client) => client.request(`user.${what}`, { id }));
}

async function ban(app: App, id: string, name: string): Promise<void> {
  const answer = await ask({
    title: `Ban ${name}`,
    text: 'They are sent away from every protocol until somebody lets them in again.',
    confirm: 'Ban',
    isDangerous: true,
  });
  if (answer !== null) await moderate(app, id, 'ban');
}
