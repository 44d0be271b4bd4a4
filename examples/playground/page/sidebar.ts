import type { ChatUser, ListedChannel, SockChatClient } from 'polylect/client';
import type { App } from './app.js';
import { ask } from './dialog.js';
import { avatar, byId, h, perFrame, shownName } from './elements.js';
import { personMenu } from './people-menu.js';

/** The list of rooms, that of people, and oneself. */
export function sidebar(app: App): (client: SockChatClient) => void {
  byId('new-room').addEventListener('click', () => void newRoom(app));
  byId('rename').addEventListener('click', () => void rename(app));
  byId('away').addEventListener('click', () => {
    // Any command ends being away; one without its words does nothing else.
    const away = app.client?.self?.away != null;
    app.act((client) => (away ? client.command('join') : client.command('afk')));
  });
  return (client) => {
    const people = perFrame(() => showPeople(app, client));
    const rooms = perFrame(() => showRooms(app, client));
    for (const event of ['users', 'user_add', 'user_remove', 'user_update', 'clear'] as const)
      client.on(event, people);
    for (const event of ['channels', 'channel_switch', 'clear'] as const) client.on(event, rooms);
    client.on('login', () => {
      people();
      rooms();
    });
  };
}

function showRooms(app: App, client: SockChatClient): void {
  const list = byId('rooms');
  const focused = (document.activeElement as HTMLElement | null)?.dataset.room;
  const rooms = [...client.channels.values()].sort((a, b) => a.name.localeCompare(b.name));
  list.replaceChildren(
    ...rooms.map((room) => h('li', {}, roomButton(app, room, room.name === client.channel))),
  );
  byId('title-name').textContent = client.channel ?? '';
  document.title = client.channel === null ? 'polylect playground' : `#${client.channel} · polylect`;
  if (focused === undefined) return;
  for (const one of list.querySelectorAll<HTMLElement>('button'))
    if (one.dataset.room === focused) one.focus();
}

function roomButton(app: App, room: ListedChannel, isHere: boolean): HTMLButtonElement {
  const marks = [...(room.hasPassword ? ['password'] : []), ...(room.isTemporary ? ['for now'] : [])];
  const element = h(
    'button',
    { class: 'row room', type: 'button', on: { click: () => void enter(app, room, isHere) } },
    h('span', { class: 'hash', attributes: { 'aria-hidden': 'true' } }, '#'),
    h('span', { class: 'row-name' }, room.name),
    ...marks.map((mark) => h('span', { class: 'tag' }, mark)),
  );
  element.dataset.room = room.name;
  if (isHere) element.setAttribute('aria-current', 'true');
  return element;
}

async function enter(app: App, room: ListedChannel, isHere: boolean): Promise<void> {
  if (isHere) return app.show('chat');
  let password: string | undefined;
  if (room.hasPassword && app.client?.self?.permissions?.kick !== true) {
    const answer = await ask({
      title: `Enter #${room.name}`,
      fields: [{ name: 'password', label: 'Password', type: 'password' }],
      confirm: 'Enter',
    });
    if (answer === null) return;
    password = answer.get('password');
  }
  if (app.act((client) => client.join(room.name, password === '' ? undefined : password))) app.show('chat');
}

async function newRoom(app: App): Promise<void> {
  const lasts = app.client?.self?.permissions?.create === 2;
  const answer = await ask({
    title: 'New room',
    text: lasts ? 'It stays until it is closed with /delchan.' : 'It closes when the last person leaves.',
    fields: [{ name: 'name', label: 'Name', hint: 'Letters, digits, - and _', maxLength: 30 }],
    confirm: 'Open it',
  });
  const name = answer?.get('name')?.trim() ?? '';
  if (name !== '' && app.act((client) => client.command('create', name))) app.show('chat');
}

async function rename(app: App): Promise<void> {
  const self = app.client?.self;
  const answer = await ask({
    title: 'Nickname',
    text: 'Shown with a ~ before it. Leave it empty to go by your own name again.',
    fields: [
      {
        name: 'nick',
        label: 'Nickname',
        value: self?.hasNickname === true ? self.bareName : '',
        maxLength: 15,
      },
    ],
    confirm: 'Take it',
  });
  if (answer === null) return;
  const nick = answer.get('nick')?.trim() ?? '';
  app.act((client) => (nick === '' ? client.command('nick') : client.command('nick', nick)));
}

function showPeople(app: App, client: SockChatClient): void {
  const list = byId('people');
  const focused = (document.activeElement as HTMLElement | null)?.dataset.user;
  const people = [...client.users.values()]
    .filter((user) => user.visible)
    .sort(
      (a, b) =>
        (b.permissions?.rank ?? 0) - (a.permissions?.rank ?? 0) || a.bareName.localeCompare(b.bareName),
    );
  list.replaceChildren(
    ...people.map((user) => h('li', {}, personButton(app, user, user.id === client.self?.id))),
  );
  byId('people-count').textContent = String(people.length);
  const { self } = client;
  if (self !== null) {
    byId('self-card').replaceChildren(
      avatar(self.bareName, self.colour),
      h('span', { class: 'self-name', title: self.name }, shownName(self)),
      h('span', { class: 'tag' }, `rank ${self.permissions?.rank ?? '?'}`),
    );
    byId('away').setAttribute('aria-pressed', String(self.away !== null));
    byId('away').textContent = self.away === null ? 'Away' : 'Back';
  }
  if (focused === undefined) return;
  for (const one of list.querySelectorAll<HTMLElement>('button'))
    if (one.dataset.user === focused) one.focus();
}

function personButton(app: App, user: ChatUser, isSelf: boolean): HTMLButtonElement {
  const element = h(
    'button',
    {
      class: user.away === null ? 'row person' : 'row person is-away',
      type: 'button',
      attributes: { 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      on: { click: () => personMenu(app, element, user) },
    },
    avatar(user.bareName, user.colour),
    h('span', { class: 'row-name', title: shownName(user) }, shownName(user)),
    user.away === null ? null : h('span', { class: 'tag away' }, user.away),
    user.permissions?.kick === true ? h('span', { class: 'tag mod' }, 'mod') : null,
    isSelf ? h('span', { class: 'tag' }, 'you') : null,
  );
  element.dataset.user = user.id;
  return element;
}
