import type { ChatLine, ChatMessage, ChatNotice, SockChatClient } from 'polylect/client';
import type { App } from './app.js';
import { ask } from './dialog.js';
import { avatar, byId, h, shownName, time } from './elements.js';
import { followEnd } from './follow-end.js';
import { personMenu } from './people-menu.js';
import { sentence } from './sentences.js';

const groupMs = 5 * 60_000;

/** The conversation. */
export function messages(app: App): (client: SockChatClient) => void {
  const log = byId('log');
  const end = followEnd(log, byId('to-end'));
  const shown = new Map<number, HTMLElement>();

  return (client) => {
    const add = (line: ChatLine) => {
      const { lines } = client;
      const index = lines.lastIndexOf(line);
      if (index === -1) return;
      const element = render(app, line, lines[index - 1]);
      const next = lines[index + 1];
      log.insertBefore(element, next === undefined ? null : (shown.get(next.key) ?? null));
      shown.set(line.key, element);
      if (shown.size > lines.length) prune(lines);
      end.grown({
        isOwn: line.kind === 'message' && line.isOwn,
        isNews: !line.past && line.kind === 'message',
      });
    };
    const prune = (lines: readonly ChatLine[]) => {
      const keys = new Set(lines.map((line) => line.key));
      for (const [key, element] of shown) {
        if (keys.has(key)) continue;
        element.remove();
        shown.delete(key);
      }
    };
    const all = () => {
      shown.clear();
      log.replaceChildren();
      for (const line of client.lines) add(line);
    };
    all();
    client.on('message', add);
    client.on('notice', add);
    client.on('clear', all);
    client.on('message_delete', () => prune(client.lines));
  };
}

function render(app: App, line: ChatLine, before: ChatLine | undefined): HTMLElement {
  return line.kind === 'notice' ? renderNotice(line) : renderMessage(app, line, before);
}

function renderNotice({ notice, at }: ChatNotice): HTMLElement {
  const isSaid = notice.id === 'say' || notice.id === 'welcome';
  const kind = notice.type === 'error' ? 'notice error' : isSaid ? 'notice said' : 'notice';
  return h('div', { class: kind }, h('p', {}, sentence(notice)), time(at));
}

function continues(line: ChatMessage, before: ChatLine | undefined): boolean {
  return (
    before?.kind === 'message' &&
    !line.isAction &&
    !before.isAction &&
    !line.isPrivate &&
    !before.isPrivate &&
    before.user.id === line.user.id &&
    before.user.name === line.user.name &&
    line.at - before.at < groupMs
  );
}

function renderMessage(app: App, line: ChatMessage, before: ChatLine | undefined): HTMLElement {
  const { user } = line;
  const follows = continues(line, before);
  const kinds = ['message'];
  if (follows) kinds.push('follows');
  if (line.isOwn) kinds.push('own');
  if (line.isAction) kinds.push('action');
  if (line.isPrivate) kinds.push('private');
  const name = h(
    'button',
    {
      class: 'author',
      type: 'button',
      attributes: { 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      on: { click: () => personMenu(app, name, app.client?.users.get(user.id) ?? user) },
    },
    shownName(user),
  );
  const note = line.isPrivate
    ? h('span', { class: 'tag whisper' }, line.to === null ? 'whispers to you' : `you whisper to ${line.to}`)
    : null;
  const head = follows
    ? h('span', { class: 'hidden' }, `${user.name}: `)
    : h('p', { class: 'head' }, name, note, time(line.at));
  return h(
    'article',
    { class: kinds.join(' ') },
    follows
      ? h('span', { class: 'gutter', attributes: { 'aria-hidden': 'true' } }, time(line.at))
      : avatar(user.bareName, user.colour),
    h('div', { class: 'body' }, head, h('p', { class: 'words' }, line.text)),
    mayDelete(app, line) ? deleteButton(app, line) : null,
  );
}

function mayDelete(app: App, line: ChatMessage): boolean {
  return !line.isPrivate && (line.isOwn || app.client?.self?.permissions?.kick === true);
}

function deleteButton(app: App, line: ChatMessage): HTMLButtonElement {
  const about = line.text.length > 40 ? `${line.text.slice(0, 40)}…` : line.text;
  const remove = async () => {
    const answer = await ask({
      title: 'Delete this message?',
      text: `${line.user.name}: ${about}`,
      confirm: 'Delete',
      isDangerous: true,
    });
    if (answer !== null) app.act((client) => client.command('delmsg', line.id));
  };
  return h(
    'button',
    {
      class: 'icon-button delete',
      type: 'button',
      title: 'Delete',
      attributes: { 'aria-label': `Delete ${line.user.name}'s message: ${about}` },
      on: { click: () => void remove() },
    },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '×'),
  );
}
