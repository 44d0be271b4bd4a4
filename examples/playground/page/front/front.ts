import { byId, h } from '../frame/elements.js';
import { hearHost } from '../frame/host-events.js';
import type { Mounted } from '../frame/mount.js';
import { mount } from '../frame/mount.js';
import { protocols, type Spoken } from '../protocols.js';
import { eventLog } from './event-log.js';
import { hostConsole } from './host-console.js';
import { Links } from './links.js';
import { type PaneDoor, paneDoor, type Visitor } from './pane-door.js';

/** Who comes in by which protocol when four do; the first of them alone when it is one. */
const four: Readonly<Record<string, Visitor>> = {
  sockchat: { name: 'ada', role: 'moderator' },
  originchats: { name: 'ben', role: 'member' },
  venueless: { name: 'cleo', role: 'member' },
  conclave: { name: 'dan', role: 'member' },
};
const one: Visitor = { name: 'ada', role: 'moderator' };

interface Pane {
  readonly spoken: Spoken;
  readonly mounted: Mounted;
  readonly door: PaneDoor;
}

/** The first page: a client of every protocol side by side, and the host between them. */
export function front(place: HTMLElement): void {
  place.prepend(document.importNode(byId<HTMLTemplateElement>('front').content, true));
  const links = new Links();
  const panes = protocols.map((spoken) => pane(spoken, links));
  offer(panes);
  for (const choice of document.querySelectorAll<HTMLInputElement>('input[name=who]')) {
    choice.addEventListener('change', () => offer(panes));
  }
  byId('everybody').addEventListener('click', () => void everybody(panes));
  narrow(panes);
  oneVoice(panes);
  const log = eventLog(
    links,
    panes.map(({ spoken }) => spoken),
  );
  hearHost({ event: log, community: hostConsole() });
}

function pane(spoken: Spoken, links: Links): Pane {
  const { key, path, name, about } = spoken;
  const heading = h('h2', { id: `${key}-heading` }, name);
  const who = h('p', { class: 'pane-who' });
  const alone = h(
    'a',
    { class: 'pane-alone', attributes: { href: path, 'aria-label': `${name} on a page of its own` } },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '↗'),
  );
  const dot = h('span', { class: 'protocol-dot', attributes: { 'aria-hidden': 'true' } });
  dot.dataset.protocol = key;
  const section = h(
    'section',
    { id: key, class: 'pane-of', attributes: { 'aria-labelledby': heading.id, 'data-protocol': key } },
    h('header', { class: 'pane-head' }, dot, heading, who, alone),
  );
  byId('panes').append(section);
  let door: PaneDoor | undefined;
  const mounted = mount(section, spoken.make, {
    layout: 'pane',
    prefix: `${key}-`,
    door(frame, enter) {
      door = paneDoor(frame, about, enter);
      return door;
    },
    changed: (person) =>
      who.replaceChildren(...(person === null ? [] : ['as ', h('strong', {}, person.name)])),
  });
  mounted.frame.packetShown = (row, entry) => links.packet(key, row, entry);
  if (door === undefined) throw new Error(`${name} has no door`);
  return { spoken, mounted, door };
}

/** Logs everybody out and offers the names that go with the switch. */
function offer(panes: readonly Pane[]): void {
  const isOne = document.querySelector<HTMLInputElement>('input[name=who]:checked')?.value === 'one';
  byId('everybody').textContent = isOne ? 'Come in everywhere' : 'Let everybody in';
  for (const { spoken, mounted, door } of panes) {
    const wasIn = !door.isShut;
    if (wasIn) mounted.leave();
    door.offer((isOne ? undefined : four[spoken.key]) ?? one);
    if (wasIn) void mounted.enter(door.person);
  }
}

/** Lets in whoever is not in yet. */
async function everybody(panes: readonly Pane[]): Promise<void> {
  const those = panes.filter(({ door }) => door.isShut);
  await Promise.all(those.map(({ mounted, door }) => mounted.enter(door.person)));
  panes[0]?.mounted.frame.part('text').focus();
}

/** Where one pane fits, buttons say which; the host is one of them. */
function narrow(panes: readonly Pane[]): void {
  const front = document.querySelector<HTMLElement>('.front');
  if (front === null) throw new Error('there is no front page');
  const tabs = [...panes.map(({ spoken }) => spoken), { key: 'host', name: 'Host' }].map(({ key, name }) => {
    const tab = h('button', { type: 'button', on: { click: () => show(key) } }, name);
    tab.dataset.to = key;
    return tab;
  });
  const show = (key: string) => {
    front.dataset.show = key;
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab.dataset.to === key));
  };
  byId('front-tabs').append(...tabs);
  show('sockchat');
}

/** The same is told in every pane: only the one that has the focus says it aloud. */
function oneVoice(panes: readonly Pane[]): void {
  const voices = (pane: Pane) => [
    ...pane.mounted.frame.root.querySelectorAll<HTMLElement>('[role=log], [role=status], [aria-live]'),
  ];
  const listenTo = (heard: Pane | undefined) => {
    for (const one of panes) {
      for (const voice of voices(one)) voice.setAttribute('aria-live', one === heard ? 'polite' : 'off');
    }
  };
  document.addEventListener('focusin', ({ target }) => {
    listenTo(panes.find(({ mounted }) => target instanceof Node && mounted.frame.root.contains(target)));
  });
  listenTo(undefined);
}
