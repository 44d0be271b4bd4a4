import type { ListedChannel, SockChatClient } from 'polylect/client';
import { ask } from '../frame/dialog.js';
import { button, h, perFrame } from '../frame/elements.js';
import { fill, personRow, roomRow, tag } from '../frame/lists.js';
import type { App } from './app.js';
import { personMenu } from './people-menu.js';
import { shownName } from './sentences.js';

/** The list of rooms, that of people, and oneself. */
export function sidebar(app: App): (client: SockChatClient) => void {
  const open = h(
    'button',
    {
      class: 'icon-button',
      type: 'button',
      attributes: { 'aria-label': 'New room' },
      on: { click: () => void newRoom(app) },
    },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '+'),
  );
  const away = button(
    'Away',
    () => {
      // Any command ends being away; one without its words does nothing else.
      const isAway = app.client?.self?.away != null;
      void app.act((client) => (isAway ? client.command('join') : client.command('afk')));
    },
    'small',
  );
  app.frame.part('rooms-head').append(open);
  app.frame.part('self-actions').prepend(
    button('Nickname', () => void rename(app), 'small'),
    away,
  );
  return (client) => {
    const people = perFrame(() => showPeople(app, client, away));
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
  const rooms = [...client.channels.values()].sort((a, b) => a.name.localeCompare(b.name));
  fill(
    app.frame.part('rooms'),
    rooms.map((room) => {
      const isHere = room.name === client.channel;
      return roomRow({
        key: room.name,
        name: room.name,
        tags: [room.hasPassword ? tag('password') : null, room.isTemporary ? tag('for now') : null],
        isHere,
        enter: () => void enter(app, room, isHere),
      });
    }),
  );
  app.frame.showTitle(client.channel ?? '');
}

async function enter(app: App, room: ListedChannel, isHere: boolean): Promise<void> {
  if (isHere) return app.frame.showView('chat');
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
  if (await app.act((client) => client.join(room.name, password === '' ? undefined : password)))
    app.frame.showView('chat');
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
  if (name !== '' && (await app.act((client) => client.command('create', name)))) app.frame.showView('chat');
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
  await app.act((client) => (nick === '' ? client.command('nick') : client.command('nick', nick)));
}

function showPeople(app: App, client: SockChatClient, away: HTMLElement): void {
  const people = [...client.users.values()]
    .filter((user) => user.visible)
    .sort(
      (a, b) =>
        (b.permissions?.rank ?? 0) - (a.permissions?.rank ?? 0) || a.bareName.localeCompare(b.bareName),
    );
  fill(
    app.frame.part('people'),
    people.map((user) =>
      personRow({
        key: user.id,
        name: shownName(user),
        colour: user.colour,
        isAway: user.away !== null,
        tags: [
          user.away === null ? null : tag(user.away, 'away'),
          user.permissions?.kick === true ? tag('mod', 'mod') : null,
          user.id === client.self?.id ? tag('you') : null,
        ],
        open: (row) => personMenu(app, row, user),
      }),
    ),
  );
  app.frame.part('people-count').textContent = String(people.length);
  const { self } = client;
  if (self === null) return;
  app.frame.showSelf(shownName(self), self.colour, {
    face: self.bareName,
    tags: [tag(`rank ${self.permissions?.rank ?? '?'}`)],
  });
  away.setAttribute('aria-pressed', String(self.away !== null));
  away.textContent = self.away === null ? 'Away' : 'Back';
}
