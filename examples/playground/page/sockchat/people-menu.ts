import type { ChatUser } from 'polylect/client';
import { ask } from '../frame/dialog.js';
import { type MenuItem, openMenu } from '../frame/menu.js';
import type { App } from './app.js';

const durations = [
  ['60', 'a minute'],
  ['600', 'ten minutes'],
  ['3600', 'an hour'],
  ['86400', 'a day'],
  ['', 'no end'],
] as const;

/** Opens what can be done with a person. */
export function personMenu(app: App, trigger: HTMLElement, user: ChatUser): void {
  const own = user.id === app.client?.self?.id;
  const command = (name: string, ...words: string[]) =>
    void app.act((client) => client.command(name, user.bareName, ...words));
  const items: MenuItem[] = own
    ? [{ label: 'That is you', act: () => app.write('') }]
    : [
        { label: 'Whisper', act: () => app.whisperTo(user.bareName) },
        { label: 'Mention', act: () => app.write(`${user.bareName}: `) },
      ];
  if (app.client?.self?.permissions?.kick === true) {
    items.push({ label: 'Show address', act: () => command('ip') });
  }
  if (!own && app.outranks(user)) {
    items.push(
      { label: 'Silence…', act: () => void moderate(app, user, 'silence') },
      { label: 'Let speak again', act: () => command('unsilence') },
      { label: 'Kick', act: () => command('kick'), isDangerous: true },
      { label: 'Ban…', act: () => void moderate(app, user, 'ban'), isDangerous: true },
    );
  }
  openMenu(trigger, `What to do with ${user.name}`, items);
}

async function moderate(app: App, user: ChatUser, what: 'silence' | 'ban'): Promise<void> {
  const answer = await ask({
    title: what === 'ban' ? `Ban ${user.bareName}` : `Silence ${user.bareName}`,
    text:
      what === 'ban'
        ? 'They are sent away, and nobody may come in from their address while it lasts. On one computer that is you, too: after leaving you could not come back.'
        : 'Nobody sees what they write while it lasts. They are told once.',
    fields: [{ name: 'for', label: 'For', options: durations, value: '60' }],
    confirm: what === 'ban' ? 'Ban' : 'Silence',
    isDangerous: what === 'ban',
  });
  if (answer === null) return;
  const seconds = answer.get('for') ?? '';
  void app.act((client) => client.command(what, user.bareName, ...(seconds === '' ? [] : [seconds])));
}
