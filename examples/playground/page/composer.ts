import type { SockChatClient } from 'polylect/client';
import type { App } from './app.js';
import { choose } from './dialog.js';
import { byId } from './elements.js';

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

/** Where one writes. */
export function composer(app: App): (client: SockChatClient) => void {
  const text = byId<HTMLTextAreaElement>('text');
  const target = byId('target');
  let whisperTo: string | null = null;

  const resize = () => {
    text.style.height = 'auto';
    text.style.height = `${Math.min(text.scrollHeight, 160)}px`;
    const left = (app.client?.maxLength ?? 5_000) - [...text.value].length;
    app.problem(left < 0 ? `${-left} characters too long: the rest will be cut off.` : null);
    if (left >= 0 && left < 200) byId('left').textContent = `${left} characters left`;
  };
  const aim = (name: string | null) => {
    whisperTo = name;
    target.hidden = name === null;
    byId('target-name').textContent = name ?? '';
    app.show('chat');
    text.focus();
  };
  app.onWhisper = aim;
  const send = () => {
    const value = text.value;
    if (value.trim() === '') return;
    const sent = app.act((client) => {
      if (whisperTo !== null && !value.startsWith('/')) client.whisper(whisperTo, value);
      else client.send(value);
    });
    if (!sent) return;
    text.value = '';
    resize();
  };
  text.addEventListener('input', resize);
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && whisperTo !== null) aim(null);
  });
  byId('composer').addEventListener('submit', (event) => {
    event.preventDefault();
    send();
    text.focus();
  });
  byId('target-drop').addEventListener('click', () => aim(null));
  byId('help').addEventListener('click', async () => {
    const rows = commands.map(([value, words, about]) => ({ value, label: `${value}${words}`, about }));
    const chosen = await choose('Commands', rows);
    if (chosen !== null) app.write(chosen);
  });

  return (client) => {
    aim(null);
    const enable = () => {
      byId<HTMLButtonElement>('send').disabled = client.state !== 'online';
      text.placeholder = client.channel === null ? 'Message' : `Message #${client.channel}`;
    };
    client.on('state', enable);
    client.on('login', enable);
    client.on('channel_switch', enable);
    enable();
  };
}
