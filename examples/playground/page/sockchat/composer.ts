import type { SockChatClient } from 'polylect/client';
import { composer } from '../frame/composer.js';
import { choose } from '../frame/dialog.js';
import { h } from '../frame/elements.js';
import { target } from '../frame/target.js';
import type { App } from './app.js';

const commands = [
  ['/me ', 'waves', 'says what you do'],
  ['/msg ', 'name text', 'whispers'],
  ['/nick ', 'name', 'takes a nickname; without one, gives it back'],
  ['/afk ', 'why', 'away until you say something'],
  ['/join ', 'room password', 'goes to another room'],
  ['/create ', 'room', 'opens a room and goes there'],
  ['/who ', 'room', 'lists who is there'],
  ['/password ', 'word', 'sets the password of your room'],
  ['/delchan ', 'room', 'closes a room'],
  ['/say ', 'text', 'speaks to everybody, as moderator'],
  ['/kick ', 'name seconds', 'sends somebody away, as moderator'],
  ['/ban ', 'name seconds', 'keeps somebody out, as moderator'],
  ['/unban ', 'name', 'ends a ban, as moderator'],
  ['/bans', '', 'lists bans, as moderator'],
] as const;

/** Where one writes, with whispers and commands. */
export function writing(app: App): (client: SockChatClient) => void {
  const { frame } = app;
  let aimedAt: string | null = null;
  const line = target(frame, 'Stop whispering', () => aim(null));
  const help = h(
    'button',
    {
      class: 'icon-button slash',
      type: 'button',
      attributes: { 'aria-label': 'Commands' },
      on: { click: () => void chooseCommand() },
    },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '/'),
  );
  frame.part('composer-row').prepend(help);
  const field = composer(frame, {
    send: (text) =>
      app.act((client) => {
        if (aimedAt !== null && !text.startsWith('/')) client.whisper(aimedAt, text);
        else client.send(text);
      }),
    typed(text) {
      const left = (app.client?.maxLength ?? 5_000) - [...text].length;
      frame.showProblem(left < 0 ? `${-left} characters too long: the rest will be cut off.` : null);
      if (left >= 0 && left < 200) frame.showNote(`${left} characters left`);
    },
    escaped() {
      if (aimedAt !== null) aim(null);
    },
  });
  const aim = (to: string | null) => {
    aimedAt = to;
    if (to === null) line.hide();
    else line.show('Whisper to ', to);
    frame.showView('chat');
    field.focus();
  };
  const chooseCommand = async () => {
    const rows = commands.map(([value, words, about]) => ({ value, label: `${value}${words}`, about }));
    const chosen = await choose('Commands', rows);
    if (chosen !== null) field.write(chosen);
  };
  app.whisperTo = aim;
  app.write = (text) => field.write(text === '' ? field.text : text);
  return () => aim(null);
}
