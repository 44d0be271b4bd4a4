import type { ChatLine, ChatMessage, ChatNotice, SockChatClient } from 'polylect/client';
import { ask } from '../frame/dialog.js';
import { avatar, h, perFrame, time } from '../frame/elements.js';
import { Log } from '../frame/log.js';
import { beginning, tool } from '../frame/message.js';
import type { App } from './app.js';
import { personMenu } from './people-menu.js';
import { sentence, shownName } from './sentences.js';

const groupMs = 5 * 60_000;

/** The conversation. */
export function messages(app: App): (client: SockChatClient) => void {
  const log = new Log<ChatLine>(app.frame, {
    key: (line) => line.key,
    render: (line, before) => render(app, line, before),
    growth: (line) => ({
      isOwn: line.kind === 'message' && line.isOwn,
      isNews: line.kind === 'message' && !line.past,
    }),
  });
  return (client) => {
    const soon = perFrame(() => {
      if (client === app.client) log.show(client.lines);
    });
    log.clear();
    soon();
    for (const event of ['message', 'notice', 'clear', 'message_delete'] as const) client.on(event, soon);
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
    mayDelete(app, line) ? h('div', { class: 'tools' }, deleteButton(app, line)) : null,
  );
}

function mayDelete(app: App, line: ChatMessage): boolean {
  return !line.isPrivate && (line.isOwn || app.client?.self?.permissions?.kick === true);
}

function deleteButton(app: App, line: ChatMessage): HTMLButtonElement {
  const about = beginning(line.text);
  const remove = async () => {
    const answer = await ask({
      title: 'Delete this message?',
      text: `${line.user.name}: ${about}`,
      confirm: 'Delete',
      isDangerous: true,
    });
    if (answer !== null) app.act((client) => client.command('delmsg', line.id));
  };
  return tool('×', 'Delete', `Delete ${line.user.name}'s message: ${about}`, () => void remove());
}
