import { colourOf } from '../../colours.js';
import { ask, look } from '../frame/dialog.js';
import { button, h, perFrame } from '../frame/elements.js';
import { fill, personRow, roomRow, tag } from '../frame/lists.js';
import type { App, Place } from './app.js';
import { nameOf } from './names.js';
import { personMenu } from './people-menu.js';

/** The lists of rooms, of direct messages and of people, and oneself. Answers what shows them anew. */
export function sidebar(app: App): () => void {
  const directs = directList(app);
  app.frame.part('self-actions').prepend(button('Name', () => void rename(app), 'small'));
  return perFrame(() => {
    fill(
      app.frame.part('rooms'),
      app.rooms.map((place) => placeRow(app, place)),
    );
    fill(
      directs,
      app.directs.map((place) => placeRow(app, place, '@')),
    );
    showPeople(app);
    const { place } = app;
    if (place !== undefined) app.frame.showTitle(place.name, place.room === undefined ? '@' : '#');
  });
}

/** Puts the list of direct messages between rooms and people. */
function directList(app: App): HTMLElement {
  const title = app.frame.id('directs-title');
  const list = h('ul', { id: app.frame.id('directs'), class: 'list' });
  const open = h(
    'button',
    {
      class: 'icon-button',
      type: 'button',
      attributes: { 'aria-label': 'Write to somebody' },
      on: { click: () => void findPerson(app) },
    },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '+'),
  );
  const block = h(
    'nav',
    {
      class: 'block',
      attributes: { role: app.frame.isPane ? 'group' : 'navigation', 'aria-labelledby': title },
    },
    h('div', { class: 'block-head' }, h('h2', { id: title }, 'Direct messages'), open),
    list,
  );
  app.frame.part('people-block').before(block);
  return list;
}

function placeRow(app: App, { id, name }: Place, mark?: string): HTMLElement {
  const { count, isNew } = app.unread(id);
  return roomRow({
    key: id,
    name,
    ...(mark === undefined ? {} : { mark }),
    tags: [unreadTag(count, isNew)],
    isHere: id === app.open,
    enter: () => {
      app.frame.showView('chat');
      app.frame.part('text').focus();
      if (id !== app.open) void app.enter(id);
    },
  });
}

function unreadTag(count: number, isNew: boolean): HTMLElement | null {
  if (count === 0) return isNew ? tag('new', 'unread') : null;
  return h(
    'span',
    { class: 'tag unread' },
    String(count),
    h('span', { class: 'hidden' }, count === 1 ? ' notification' : ' notifications'),
  );
}

function showPeople(app: App): void {
  const self = app.client?.self;
  const people = [...app.members].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
  fill(
    app.frame.part('people'),
    people.map((member) => {
      const user = app.client?.users.get(member.id) ?? member;
      const isThere = app.online[user.id] !== false;
      return personRow({
        key: user.id,
        name: nameOf(user),
        colour: colourOf(nameOf(user)),
        isAway: !isThere,
        tags: [
          isThere ? null : tag('offline', 'away'),
          app.blocked.has(user.id) ? tag('blocked') : null,
          ...(user.moderation_state ? [tag(user.moderation_state)] : []),
          ...user.badges.map((badge) => tag(badge, 'mod')),
          user.id === self?.id ? tag('you') : null,
        ],
        open: (row) => personMenu(app, row, user),
      });
    }),
  );
  app.frame.part('people-count').textContent = String(people.length);
  if (self === null || self === undefined) return;
  const name = nameOf(self);
  app.frame.showSelf(name, colourOf(name), { tags: self.badges.map((badge) => tag(badge, 'mod')) });
}

async function findPerson(app: App): Promise<void> {
  const chosen = await look('Write to somebody', 'Name', async (term) => {
    const { client } = app;
    if (client === null || client.state !== 'online') return [];
    const { results } = await client.request('user.list.search', { search_term: term, page: 1 });
    return results
      .filter(({ id }) => id !== client.self?.id)
      .map((user) => ({ value: user.id, label: nameOf(user) }));
  });
  if (chosen === null) return;
  await app.writeTo(chosen);
  app.frame.showView('chat');
  app.frame.part('text').focus();
}

async function rename(app: App): Promise<void> {
  const answer = await ask({
    title: 'Your name',
    text: 'What others are shown. It need not be yours alone.',
    fields: [{ name: 'name', label: 'Name', value: nameOf(app.client?.self ?? undefined), maxLength: 64 }],
    confirm: 'Take it',
  });
  const name = answer?.get('name')?.trim() ?? '';
  if (name !== '') await app.rename(name);
}
