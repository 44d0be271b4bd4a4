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

/** The place of a pane: its heading, who is in, and the way to a page of its own. `note`: what should be known of it. */
export function paneSection(
  { key, path, name }: Named,
  note?: string,
): { readonly section: HTMLElement; readonly showPerson: (person: string | null) => void } {
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
    h(
      'header',
      { class: 'pane-head' },
      protocolDot(key),
      heading,
      who,
      note === undefined ? null : h('p', { class: 'tag' }, note),
      alone,
    ),
  );
  byId('panes').append(section);
  return {
    section,
    showPerson: (person) => who.replaceChildren(...(person === null ? [] : ['as ', h('strong', {}, person)])),
  };
}

/** The colour of a protocol, for eyes only. */
export function protocolDot(key: string): HTMLElement {
  const dot = h('span', { class: 'protocol-dot', attributes: { 'aria-hidden': 'true' } });
  dot.dataset.protocol = key;
  return dot;
}
