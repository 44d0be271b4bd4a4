import { followEnd, type Growth } from './follow-end.js';
import type { Frame } from './frame.js';

/** How the things in a conversation look. */
export interface Looks<T> {
  /** Tells one from others; another thing with the same key takes its place. */
  key(item: T): string | number;
  /** `before`: what stands above it. Controls with `data-keep` keep the focus when an element is made anew. */
  render(item: T, before: T | undefined): HTMLElement;
  /** What came at the end: see {@link Growth}. */
  growth(item: T): Growth;
}

/** The conversation on show: as many elements as there are things, each made once for as long as it stays the same. */
export class Log<T> {
  readonly #log: HTMLElement;
  readonly #end: ReturnType<typeof followEnd>;
  readonly #shown = new Map<string | number, { readonly item: T; readonly element: HTMLElement }>();
  readonly #looks: Looks<T>;

  constructor(frame: Frame, looks: Looks<T>) {
    this.#log = frame.part('log');
    this.#end = followEnd(this.#log, frame.part('to-end'));
    this.#looks = looks;
  }

  clear(): void {
    this.#shown.clear();
    this.#log.replaceChildren();
  }

  show(items: readonly T[]): void {
    const { key, render, growth } = this.#looks;
    const keys = new Set(items.map(key));
    for (const [known, { element }] of this.#shown) {
      if (keys.has(known)) continue;
      element.remove();
      this.#shown.delete(known);
    }
    let last: HTMLElement | null = null;
    for (const [index, item] of items.entries()) {
      const known = this.#shown.get(key(item));
      const isSame = known?.item === item;
      const element: HTMLElement = isSame ? known.element : render(item, items[index - 1]);
      if (!isSame) {
        const focused = known === undefined ? undefined : keptIn(known.element);
        known?.element.remove();
        this.#shown.set(key(item), { item, element });
        if (last === null) this.#log.prepend(element);
        else last.after(element);
        if (focused !== undefined) refocus(element, focused);
        const { isOwn, isNews } = growth(item);
        this.#end.grown({ isOwn: isOwn && known === undefined, isNews: isNews && known === undefined });
      }
      last = element;
    }
  }
}

/** Which control of an element has the focus; empty if it is none that is kept. */
function keptIn(element: HTMLElement): string | undefined {
  const { activeElement } = document;
  if (!(activeElement instanceof HTMLElement) || !element.contains(activeElement)) return undefined;
  return activeElement.dataset.keep ?? '';
}

function refocus(element: HTMLElement, kept: string): void {
  const controls = [...element.querySelectorAll<HTMLElement>('[data-keep]')];
  (controls.find((one) => one.dataset.keep === kept) ?? controls.at(-1))?.focus();
}
