import { avatar, h } from './elements.js';

/** Fills a list anew and leaves the focus on the same entry: that whose `data-room` or `data-user` is the same. */
export function fill(list: HTMLElement, rows: readonly HTMLElement[]): void {
  const keyOf = (element: Element | null) =>
    element instanceof HTMLElement && list.contains(element)
      ? (element.dataset.room ?? element.dataset.user)
      : undefined;
  const focused = keyOf(document.activeElement);
  list.replaceChildren(...rows.map((row) => h('li', {}, row)));
  if (focused === undefined) return;
  for (const one of list.querySelectorAll<HTMLElement>('button')) if (keyOf(one) === focused) one.focus();
}

/** A room to go to. */
export interface RoomRow {
  /** Tells it from others. */
  readonly key: string;
  readonly name: string;
  /** What stands before the name. Default `#`. */
  readonly mark?: string;
  readonly tags?: readonly (HTMLElement | null)[];
  readonly isHere: boolean;
  readonly enter: () => void;
}

export function roomRow({ key, name, mark = '#', tags = [], isHere, enter }: RoomRow): HTMLButtonElement {
  const element = h(
    'button',
    { class: 'row room', type: 'button', on: { click: enter } },
    h('span', { class: 'hash', attributes: { 'aria-hidden': 'true' } }, mark),
    h('span', { class: 'row-name' }, name),
    ...tags,
  );
  element.dataset.room = key;
  if (isHere) element.setAttribute('aria-current', 'true');
  return element;
}

/** Somebody on the list of people. */
export interface PersonRow {
  readonly key: string;
  readonly name: string;
  readonly colour: string | null;
  readonly isAway?: boolean;
  readonly tags?: readonly (HTMLElement | null)[];
  /** Opens what can be done with them. Without it the row is no button. */
  readonly open?: (row: HTMLElement) => void;
}

export function personRow({ key, name, colour, isAway, tags = [], open }: PersonRow): HTMLElement {
  const kind = isAway === true ? 'row person is-away' : 'row person';
  const parts = [avatar(name, colour), h('span', { class: 'row-name', title: name }, name), ...tags];
  if (open === undefined) return h('div', { class: kind }, ...parts);
  const element = h(
    'button',
    {
      class: kind,
      type: 'button',
      attributes: { 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
      on: { click: () => open(element) },
    },
    ...parts,
  );
  element.dataset.user = key;
  return element;
}

/** A word beside a name. */
export function tag(text: string, kind = ''): HTMLElement {
  return h('span', { class: `tag ${kind}`.trim() }, text);
}
