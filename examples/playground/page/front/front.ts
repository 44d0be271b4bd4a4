import { byId, h } from '../frame/elements.js';
import { hearHost } from '../frame/host-events.js';
import { conclave, protocols } from '../protocols.js';
import { conclavePane } from './conclave-pane.js';
import { eventLog } from './event-log.js';
import { hostConsole } from './host-console.js';
import { Links } from './links.js';
import type { Pane } from './pane.js';
import type { Visitor } from './pane-door.js';
import { remember, remembered } from './remembered.js';
import { textPane } from './text-pane.js';

/** Who comes in by which protocol when four do. */
const four: Readonly<Record<string, Visitor>> = {
  sockchat: { name: 'ada', role: 'moderator' },
  originchats: { name: 'ben', role: 'member' },
  venueless: { name: 'cleo', role: 'member' },
  conclave: { name: 'dan', role: 'member' },
};
/** Who comes in by all of them. Another name: whoever has been somebody by one protocol cannot become somebody else by all. */
const one: Visitor = { name: 'alex', role: 'moderator' };

/** The first page: a client of every protocol side by side, and the host between them. */
export function front(place: HTMLElement): void {
  place.prepend(document.importNode(byId<HTMLTemplateElement>('front').content, true));
  const links = new Links();
  const panes: Pane[] = [];
  const changed = () => showSwitch(panes);
  panes.push(
    ...protocols.map((spoken) => textPane(spoken, links, changed)),
    conclavePane(conclave, links, changed, isOnePerson),
  );
  const before = remembered();
  for (const choice of document.querySelectorAll<HTMLInputElement>('input[name=who]')) {
    choice.checked = (choice.value === 'one') === (before.isOnePerson === true);
    choice.addEventListener('change', () => {
      remember({ isOnePerson: isOnePerson() });
      void offer(panes);
    });
  }
  void offer(panes);
  byId('everybody').addEventListener('click', () => void everybody(panes));
  narrow(panes, before.show);
  hostSwitch(before.isHostShown !== false);
  oneVoice(panes);
  hearHost({ event: eventLog(links, panes), community: hostConsole() });
}

/** Whether the switch says that one person comes in everywhere. */
function isOnePerson(): boolean {
  return document.querySelector<HTMLInputElement>('input[name=who]:checked')?.value === 'one';
}

/** What the button does next. */
function showSwitch(panes: readonly Pane[]): void {
  const areIn = panes.every(({ isIn }) => isIn);
  const button = byId('everybody');
  button.textContent = areIn ? 'Log all out' : isOnePerson() ? 'Come in' : 'Let all in';
  button.classList.toggle('primary', !areIn);
}

/** Offers the names that go with the switch; whoever is in goes, and comes in as who is meant now. */
async function offer(panes: readonly Pane[]): Promise<void> {
  const isOne = isOnePerson();
  const those = panes.filter(({ isIn }) => isIn);
  for (const pane of those) pane.leave();
  for (const pane of panes) pane.offer((isOne ? undefined : four[pane.key]) ?? one);
  showSwitch(panes);
  await comeIn(those);
}

/** One person has to have their account of Conclave first: the others become theirs. */
async function comeIn(panes: readonly Pane[]): Promise<void> {
  const isFirst = ({ key }: Pane) => isOnePerson() && key === conclave.key;
  await Promise.all(panes.filter(isFirst).map((pane) => pane.enter()));
  await Promise.all(panes.filter((pane) => !isFirst(pane)).map((pane) => pane.enter()));
}

/** Lets in whoever is not in yet; if all are, logs them out. */
async function everybody(panes: readonly Pane[]): Promise<void> {
  const out = panes.filter(({ isIn }) => !isIn);
  if (out.length === 0) {
    for (const pane of panes) pane.leave();
    return;
  }
  await comeIn(out);
  panes[0]?.focus();
}

/** Where one pane fits, buttons say which; the host is one of them. */
function narrow(panes: readonly Pane[], shown = 'sockchat'): void {
  const front = root();
  const tabs = [...panes, { key: 'host', name: 'Host' }].map(({ key, name }) => {
    const tab = h('button', { type: 'button', on: { click: () => show(key) } }, name);
    tab.dataset.to = key;
    return tab;
  });
  const show = (key: string) => {
    front.dataset.show = key;
    for (const tab of tabs) tab.setAttribute('aria-pressed', String(tab.dataset.to === key));
    remember({ show: key });
  };
  byId('front-tabs').append(...tabs);
  show(tabs.some((tab) => tab.dataset.to === shown) ? shown : 'sockchat');
}

/** Where panes and host stand together, the host may go to leave them the room. */
function hostSwitch(isShown: boolean): void {
  const button = byId('host-toggle');
  const show = (now: boolean) => {
    root().dataset.host = now ? 'shown' : 'away';
    button.setAttribute('aria-expanded', String(now));
    remember({ isHostShown: now });
  };
  button.addEventListener('click', () => show(button.getAttribute('aria-expanded') !== 'true'));
  document.querySelector('.skip')?.addEventListener('click', () => show(true));
  show(isShown);
}

function root(): HTMLElement {
  const front = document.querySelector<HTMLElement>('.front');
  if (front === null) throw new Error('there is no front page');
  return front;
}

/** The same is told in every pane: only the one that has the focus says it aloud. */
function oneVoice(panes: readonly Pane[]): void {
  const voices = (pane: Pane) => [
    ...pane.root.querySelectorAll<HTMLElement>('[role=log], [role=status], [aria-live]'),
  ];
  const listenTo = (heard: Pane | undefined) => {
    for (const one of panes) {
      for (const voice of voices(one)) voice.setAttribute('aria-live', one === heard ? 'polite' : 'off');
    }
  };
  document.addEventListener('focusin', ({ target }) => {
    listenTo(panes.find(({ root }) => target instanceof Node && root.contains(target)));
  });
  listenTo(undefined);
}
