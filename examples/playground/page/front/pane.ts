import { byId, h } from '../frame/elements.js';
import type { Visitor } from './pane-door.js';

/** One client on the first page. */
export interface Pane {
  readonly key: string;
  readonly name: string;
  readonly root: HTMLElement;
  /** Whether somebody is in. */
  readonly isIn: boolean;
  /** Has the door offer somebody. */
  offer(visitor: Visitor): void;
  /** Lets in whoever the door offers. */
  enter(): Promise<void>;
  leave(): void;
  /** Moves the focus to where one writes. */
  focus(): void;
}

/** What a pane is called and how its client goes over the wire. */
export interface Named {
  readonly key: string;
  readonly path: string;
  readonly name: string;
}

/** The place of a pane. */
export interface PaneSection {
  readonly section: HTMLElement;
  /** Says who is in, or that nobody is. */
  showPerson(person: string | null): void;
  /** Puts the buttons for its parts into its head. */
  putTabs(tabs: HTMLElement): void;
}

/** Makes the place of a pane: its heading, who is in, and the way to a page of its own. */
export function paneSection({ key, path, name }: Named): PaneSection {
  const heading = h('h2', { id: `${key}-heading` }, name);
  const who = h('p', { class: 'pane-who' });
  const alone = h(
    'a',
    { class: 'pane-alone', attributes: { href: path, 'aria-label': `${name} on a page of its own` } },
    h('span', { attributes: { 'aria-hidden': 'true' } }, '↗'),
  );
  const section = h(
    'section',
    { id: key, class: 'pane-of', attributes: { 'aria-labelledby': heading.id, 'data-protocol': key } },
    h('header', { class: 'pane-head' }, protocolDot(key), heading, who, alone),
  );
  byId('panes').append(section);
  return {
    section,
    showPerson(person) {
      who.title = person ?? '';
      who.replaceChildren(
        ...(person === null ? [] : [h('span', { class: 'as' }, 'as '), h('strong', {}, person)]),
      );
    },
    putTabs: (tabs) => alone.before(tabs),
  };
}

/** The colour of a protocol, for eyes only. */
export function protocolDot(key: string): HTMLElement {
  const dot = h('span', { class: 'protocol-dot', attributes: { 'aria-hidden': 'true' } });
  dot.dataset.protocol = key;
  return dot;
}
