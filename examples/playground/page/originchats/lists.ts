import type { OriginChatsClient, OriginChatsUser } from 'polylect/client';
import { avatar, byId, h } from '../elements.js';

/** The lists of channels and people, and oneself. Answers what shows them anew. */
export function lists(
  enter: (channel: string) => void,
  current: () => string,
): (client: OriginChatsClient) => void {
  return (client) => {
    keepingFocus(byId('rooms'), 'room', () =>
      client.channels
        .filter((one) => one.type === 'text')
        .map(({ name }) =>
          h(
            'li',
            {},
            channelButton(name, name === current(), () => pick(name)),
          ),
        ),
    );
    const people = [...client.users.values()]
      .filter(({ status }) => status.status !== 'offline')
      .sort((a, b) => a.username.localeCompare(b.username));
    byId('people').replaceChildren(...people.map((one) => h('li', {}, personRow(client, one))));
    byId('people-count').textContent = String(people.length);
    const name = client.self?.username ?? '';
    byId('self-card').replaceChildren(
      avatar(name, client.users.get(name)?.color ?? null),
      h('span', { class: 'self-name', title: name }, name),
    );
  };

  function pick(name: string): void {
    enter(name);
    for (const one of byId('rooms').querySelectorAll<HTMLElement>('button'))
      mark(one, one.dataset.room === name);
  }
}

function channelButton(name: string, isHere: boolean, act: () => void): HTMLButtonElement {
  const element = h(
    'button',
    { class: 'row room', type: 'button', on: { click: act } },
    h('span', { class: 'hash', attributes: { 'aria-hidden': 'true' } }, '#'),
    h('span', { class: 'row-name' }, name),
  );
  element.dataset.room = name;
  mark(element, isHere);
  return element;
}

function mark(element: HTMLElement, isHere: boolean): void {
  if (isHere) element.setAttribute('aria-current', 'true');
  else element.removeAttribute('aria-current');
}

function personRow(
  client: OriginChatsClient,
  { username, nickname, color, status }: OriginChatsUser,
): HTMLElement {
  const isAway = status.status === 'idle';
  return h(
    'div',
    { class: isAway ? 'row person is-away' : 'row person' },
    avatar(username, color),
    h('span', { class: 'row-name', title: username }, nickname ?? username),
    isAway ? h('span', { class: 'tag away' }, status.text || 'idle') : null,
    username === client.self?.username ? h('span', { class: 'tag' }, 'you') : null,
  );
}

/** Fills a list anew and leaves the focus on the same entry. */
function keepingFocus(list: HTMLElement, key: string, make: () => HTMLElement[]): void {
  const focused = list.contains(document.activeElement)
    ? (document.activeElement as HTMLElement).dataset[key]
    : undefined;
  list.replaceChildren(...make());
  if (focused === undefined) return;
  for (const one of list.querySelectorAll<HTMLElement>('button'))
    if (one.dataset[key] === focused) one.focus();
}
