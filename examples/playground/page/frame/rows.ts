import { h, perFrame } from './elements.js';
import { type End, stayAtEnd } from './stay-at-end.js';

/** A list that grows at its end, keeps the newest and follows them unless one has scrolled up. */
export class Rows {
  readonly #list: HTMLElement;
  readonly #limit: number;
  readonly #pending: HTMLElement[] = [];
  readonly #end: End;
  readonly #flushSoon = perFrame(() => this.#flush());

  constructor(list: HTMLElement, label: string, limit: number) {
    this.#list = list;
    this.#end = stayAtEnd(list);
    list.setAttribute('role', 'region');
    list.setAttribute('aria-label', label);
    this.#limit = limit;
  }

  add(row: HTMLElement): void {
    this.#pending.push(row);
    // Those that would be pushed out again at once need not go in.
    if (this.#pending.length > this.#limit) this.#pending.shift();
    this.#flushSoon();
  }

  clear(): void {
    this.#pending.length = 0;
    this.#list.replaceChildren();
  }

  #flush(): void {
    const list = this.#list;
    list.append(...this.#pending.splice(0));
    while (list.childElementCount > this.#limit) list.firstElementChild?.remove();
    if (this.#end.isFollowed) this.#end.go();
  }
}

/** Names and values of whatever it is, one line each, nested ones with dots. */
export function fieldList(value: unknown): HTMLElement {
  const list = h('dl', { class: 'fields' });
  const walk = (name: string, part: unknown) => {
    if (Array.isArray(part) && part.length === 0) return put(name, '(none)');
    if (typeof part === 'object' && part !== null) {
      for (const [key, inner] of Object.entries(part)) walk(name === '' ? key : `${name}.${key}`, inner);
      return;
    }
    put(name, part === '' ? '(empty)' : String(part));
  };
  const put = (name: string, text: string) => list.append(h('dt', {}, name), h('dd', {}, ...marked(text)));
  walk('', value);
  return list;
}

/** Text with the separators of the protocol made visible. */
export function marked(text: string): (Node | string)[] {
  return text.split(/([\t\f])/).map((part) => {
    if (part !== '\t' && part !== '\f') return part;
    const isTab = part === '\t';
    return h('span', { class: 'mark', title: isTab ? 'tab' : 'form feed' }, isTab ? '→' : 'ff');
  });
}
