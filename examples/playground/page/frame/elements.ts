import { colourOf } from '../../colours.js';

/** Building and finding elements. Text only ever goes in as text. */

type Child = Node | string | null;

interface Properties {
  readonly class?: string;
  readonly id?: string;
  readonly type?: string;
  readonly title?: string;
  readonly dateTime?: string;
  readonly on?: Readonly<Record<string, (event: Event) => void>>;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** Makes an element; strings among the children become text nodes. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  properties: Properties = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  const { class: className, on = {}, attributes = {}, ...rest } = properties;
  if (className !== undefined) element.className = className;
  Object.assign(element, rest);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  for (const [name, listener] of Object.entries(on)) element.addEventListener(name, listener);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element as T;
}

/** Makes a function that runs once before the next frame, however often it is called. */
export function perFrame(run: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      run();
    });
  };
}

/** A button that looks like one. */
export function button(label: string, act: () => void, kind = ''): HTMLButtonElement {
  return h('button', { class: `button ${kind}`.trim(), type: 'button', on: { click: act } }, label);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const fine = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** A time of day. */
export function time(at: number, withSeconds = false): HTMLTimeElement {
  const date = new Date(at);
  const iso = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  const text = iso === '' ? '' : (withSeconds ? fine : clock).format(date);
  return h('time', { dateTime: iso, title: iso }, text);
}

/** The initial of a name on its colour; on one made from the name where there is none. */
export function avatar(name: string, colour: string | null): HTMLSpanElement {
  const letter = [...name][0] ?? '?';
  const element = h('span', { class: 'avatar', attributes: { 'aria-hidden': 'true' } }, letter.toUpperCase());
  // Only plain hexadecimal colours: anything else could be anything.
  const hex = (/^#[0-9a-f]{6}$/i.test(colour ?? '') ? colour : colourOf(name))?.slice(1) ?? '';
  const value = Number.parseInt(hex, 16);
  const light = 0.299 * (value >> 16) + 0.587 * ((value >> 8) & 255) + 0.114 * (value & 255);
  element.style.backgroundColor = `#${hex}`;
  element.style.color = light > 140 ? '#000' : '#fff';
  return element;
}
