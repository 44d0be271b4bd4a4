import { button, h } from '../frame/elements.js';

let count = 0;

/** An id that no other element of the document has. */
export function newId(about: string): string {
  count += 1;
  return `conclave-${count}-${about}`;
}

/** The elements that the parts of the pane fill. */
export interface Frame {
  readonly root: HTMLElement;
  /** Buttons that say which part is shown. */
  readonly tabs: HTMLElement;
  readonly door: HTMLElement;
  readonly app: HTMLElement;
  readonly title: HTMLElement;
  readonly about: HTMLElement;
  readonly groupActions: HTMLElement;
  readonly status: HTMLElement;
  readonly statusText: HTMLElement;
  readonly invites: HTMLElement;
  readonly invitesBlock: HTMLElement;
  readonly groups: HTMLElement;
  readonly people: HTMLElement;
  readonly selfCard: HTMLElement;
  readonly selfActions: HTMLElement;
  readonly groupsHead: HTMLElement;
  readonly peopleHead: HTMLElement;
  readonly log: HTMLElement;
  readonly toEnd: HTMLButtonElement;
  readonly banner: HTMLElement;
  readonly composer: HTMLFormElement;
  readonly text: HTMLTextAreaElement;
  readonly send: HTMLButtonElement;
  readonly problem: HTMLElement;
  readonly wireRows: HTMLElement;
  readonly wirePause: HTMLButtonElement;
  readonly wireClear: HTMLButtonElement;
}

const views = [
  ['talk', 'Talk'],
  ['side', 'Groups'],
  ['wire', 'Wire'],
] as const;

/** Where everything does not fit, shows one part. */
export function showView(
  { root, tabs }: Pick<Frame, 'root' | 'tabs'>,
  view: (typeof views)[number][0],
): void {
  root.dataset.view = view;
  for (const tab of tabs.querySelectorAll<HTMLElement>('button'))
    tab.setAttribute('aria-pressed', String(tab.dataset.to === view));
}

/** Makes the elements of a pane. `level`: that of its heading. */
export function frame(level: number): Frame {
  const heading = (text: string, deeper = 1) =>
    h('h2', { id: newId('title'), attributes: { 'aria-level': String(level + deeper) } }, text);
  const list = () => h('ul', { class: 'list' });
  const group = (name: string, head: HTMLElement, ...children: HTMLElement[]) =>
    h('div', { class: name, attributes: { role: 'group', 'aria-labelledby': head.id } }, ...children);

  const door = h('div', { class: 'conclave-door' });
  const [title, about] = [heading('', 0), h('p', { class: 'panel-note' })];
  title.className = 'title';
  const groupActions = h('div', { class: 'conclave-actions' });
  const statusText = h('span', {});
  const status = h(
    'p',
    { class: 'status', attributes: { role: 'status' } },
    h('span', { class: 'dot', attributes: { 'aria-hidden': 'true' } }),
    statusText,
  );

  const [invites, groups, people] = [list(), list(), list()];
  const [invitesTitle, groupsTitle, peopleTitle] = [
    heading('Invitations'),
    heading('Groups'),
    heading('People'),
  ];
  const groupsHead = h('div', { class: 'block-head' }, groupsTitle);
  const peopleHead = h('div', { class: 'block-head' }, peopleTitle);
  const invitesBlock = group(
    'block invites',
    invitesTitle,
    h('div', { class: 'block-head' }, invitesTitle),
    invites,
  );
  invitesBlock.hidden = true;
  const [selfCard, selfActions] = [h('div', { class: 'self-card' }), h('div', { class: 'self-actions' })];
  const side = h(
    'div',
    { class: 'conclave-side' },
    invitesBlock,
    group('block', groupsTitle, groupsHead, groups),
    group('block grow', peopleTitle, peopleHead, people),
    h('div', { class: 'self', attributes: { role: 'group', 'aria-label': 'You' } }, selfCard, selfActions),
  );

  const log = h('div', {
    class: 'log',
    attributes: { role: 'log', 'aria-live': 'polite', 'aria-label': 'Messages' },
  });
  const toEnd = h('button', { class: 'to-end', type: 'button' }, 'New messages below');
  toEnd.hidden = true;
  const banner = h('div', { class: 'banner' });
  banner.hidden = true;
  const text = h('textarea', { id: newId('text'), attributes: { rows: '1', autocomplete: 'off' } });
  const send = h('button', { class: 'button primary', type: 'submit' }, 'Send');
  const composer = h(
    'form',
    { class: 'composer' },
    h(
      'div',
      { class: 'composer-row' },
      h('label', { class: 'hidden', attributes: { for: text.id } }, 'Message'),
      text,
      send,
    ),
  );
  const problem = h('p', { class: 'left problem-text', attributes: { role: 'alert' } });
  const talk = h(
    'div',
    { class: 'conclave-talk', attributes: { role: 'group', 'aria-label': 'Conversation' } },
    h('div', { class: 'conclave-head' }, h('div', { class: 'conclave-about' }, about), groupActions),
    log,
    h('div', { class: 'foot' }, toEnd, banner, composer, problem),
  );

  const wireTitle = heading('Wire');
  const wirePause = button('Pause', () => {}, 'small');
  const wireClear = button('Clear', () => {}, 'small');
  const wireRows = h('div', { class: 'rows' });
  const wire = group(
    'conclave-wire',
    wireTitle,
    h(
      'div',
      { class: 'panel-head' },
      wireTitle,
      h('p', { class: 'panel-note' }, 'request by request'),
      wirePause,
      wireClear,
    ),
    wireRows,
  );

  const app = h(
    'div',
    { class: 'conclave-app' },
    h('div', { class: 'conclave-bar' }, title, status),
    side,
    talk,
    wire,
  );
  app.hidden = true;
  const root = h(
    'section',
    { class: 'conclave', attributes: { 'aria-label': 'Conclave' } },
    h('div', { class: 'conclave-inside' }, door, app),
  );
  const tabs = h('div', { class: 'conclave-tabs', attributes: { role: 'group', 'aria-label': 'Views' } });
  for (const [view, label] of views) {
    const tab = h('button', { type: 'button', on: { click: () => showView({ root, tabs }, view) } }, label);
    tab.dataset.to = view;
    tabs.append(tab);
  }
  app.append(tabs);
  showView({ root, tabs }, 'talk');
  return {
    root,
    tabs,
    door,
    app,
    title,
    about,
    groupActions,
    status,
    statusText,
    invites,
    invitesBlock,
    groups,
    people,
    selfCard,
    selfActions,
    groupsHead,
    peopleHead,
    log,
    toEnd,
    banner,
    composer,
    text,
    send,
    problem,
    wireRows,
    wirePause,
    wireClear,
  };
}
