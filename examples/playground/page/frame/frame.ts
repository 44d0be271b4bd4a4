import { ClientError } from 'polylect/client';
import { avatar, byId, h } from './elements.js';
import type { WireEntry } from './wire-panel.js';

/** What the page of a protocol says in its own words. */
export interface Words {
  /** Below the heading of the door. */
  readonly lead: string;
  /** What each role may do there. */
  readonly moderator: string;
  readonly member: string;
  /** What the protocol calls the places where people talk. */
  readonly rooms: string;
  /** What it calls that which goes over the wire. */
  readonly unit: string;
}

/** A protocol that the playground speaks. */
export interface Protocol {
  readonly path: string;
  readonly name: string;
  readonly isHere: boolean;
}

/** What else is shown of oneself. */
interface SelfLooks {
  readonly face?: string;
  readonly tags?: readonly HTMLElement[];
}

/** How a client is shown: `page` fills the window and has headings and landmarks of its own, `pane` stands beside others. */
export type Layout = 'page' | 'pane';

/** The elements of one client, made from the templates of index.html. What differs by protocol is put in by its own folder. */
export class Frame {
  readonly root: HTMLElement;
  readonly isPane: boolean;
  /** Told of each packet that has been put on the panel, with its row. */
  packetShown: (row: HTMLElement, entry: WireEntry) => void = () => {};
  /** Told what one is called, again and again. */
  selfShown: (name: string) => void = () => {};
  /** Buttons that say which part is shown; they may be moved elsewhere. */
  readonly tabs: HTMLElement;
  readonly #prefix: string;
  readonly #ended = new AbortController();

  /** `prefix`: what its ids begin with, so that several can stand in one document. */
  constructor(layout: Layout, prefix: string) {
    this.isPane = layout === 'pane';
    this.#prefix = prefix;
    this.root = h('div', { class: `client ${layout}` }, copyOf(`${layout}-door`), copyOf('client'));
    if (this.isPane) for (const extra of this.root.querySelectorAll('[data-only=page]')) extra.remove();
    for (const element of this.root.querySelectorAll<HTMLElement>('*')) this.#adapt(element);
    this.tabs = this.part('tabs');
    for (const tab of this.#tabs()) {
      tab.addEventListener('click', () => this.showView(tab.dataset.to ?? 'chat'));
    }
    this.showView('chat');
  }

  /** Told when it ends. */
  get ending(): AbortSignal {
    return this.#ended.signal;
  }

  end(): void {
    this.#ended.abort();
    this.root.remove();
  }

  /** Does something again and again until it ends. */
  every(ms: number, run: () => void): void {
    const timer = setInterval(run, ms);
    this.ending.addEventListener('abort', () => clearInterval(timer));
  }

  /** The id that an element of this name has here. */
  id(name: string): string {
    return this.#prefix + name;
  }

  /** The element of this name. */
  part<T extends HTMLElement = HTMLElement>(name: string): T {
    const element = this.root.querySelector<T>(`#${this.id(name)}`);
    if (element === null) throw new Error(`the frame has no #${name}`);
    return element;
  }

  /** Puts the words of a protocol where there is room for them. */
  fill({ lead, moderator, member, rooms, unit }: Words, protocols: readonly Protocol[]): void {
    this.part('rooms-title').textContent = rooms;
    for (const tab of this.#tabs()) if (tab.dataset.to === 'side') tab.textContent = rooms;
    this.part('side').setAttribute('aria-label', `${rooms} and people`);
    this.part('wire-note').textContent = `${unit} by ${unit}`;
    if (this.isPane) return;
    this.part('lead').textContent = lead;
    this.part('moderator-may').textContent = moderator;
    this.part('member-may').textContent = member;
    this.part('protocols').replaceChildren(
      ...protocols.map(({ path, name, isHere }) =>
        h('a', { attributes: { href: path, ...(isHere ? { 'aria-current': 'page' } : {}) } }, name),
      ),
    );
  }

  /** Shows the door or what is behind it. */
  showScreen(screen: 'login' | 'app'): void {
    this.part('login').hidden = screen === 'app';
    this.part('app').hidden = screen === 'login';
    this.tabs.hidden = screen === 'login';
    this.root.dataset.screen = screen;
  }

  get screen(): string | undefined {
    return this.root.dataset.screen;
  }

  /** Where everything does not fit, shows one part. */
  showView(view: string): void {
    this.root.dataset.view = view;
    for (const tab of this.#tabs()) tab.setAttribute('aria-pressed', String(tab.dataset.to === view));
  }

  /** Names the place one is in. `mark`: what stands before rooms, and not before people. */
  showTitle(name: string, mark = '#'): void {
    this.part('title-mark').textContent = mark;
    this.part('title-name').textContent = name;
    this.part<HTMLTextAreaElement>('text').placeholder = name === '' ? 'Message' : `Message ${mark}${name}`;
    if (!this.isPane) document.title = name === '' ? 'polylect playground' : `${mark}${name} · polylect`;
  }

  /** Shows who one is, by the name that the server knows. `face`: whose first letter is shown, default the name. */
  showSelf(name: string, colour: string | null, { face = name, tags = [] }: SelfLooks = {}): void {
    this.part('self-card').replaceChildren(
      avatar(face, colour),
      h('span', { class: 'self-name', title: name }, name),
      ...tags,
    );
    this.selfShown(name);
  }

  /** Shows something worth knowing below the conversation, until the next thing is done. */
  showNote(text: string): void {
    this.showProblem(null);
    this.part('left').textContent = text;
  }

  /** Shows a problem below the conversation until the next thing is done. */
  showProblem(text: string | null): void {
    const left = this.part('left');
    left.textContent = text ?? '';
    left.classList.toggle('problem-text', text !== null);
  }

  /** Does something with a client; a failure is shown. Answers whether it was done. */
  async attempt(what: () => unknown): Promise<boolean> {
    this.showProblem(null);
    try {
      await what();
      return true;
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) throw thrown;
      this.showProblem(
        thrown.code === 'not-connected'
          ? 'Not sent: there is no connection right now.'
          : `Not done: ${thrown.message}.`,
      );
      return false;
    }
  }

  #tabs(): readonly HTMLButtonElement[] {
    return [...this.tabs.querySelectorAll('button')];
  }

  /** Makes ids the frame's own, and a pane's parts parts of the pane: it is one landmark under one heading, not seven. */
  #adapt(element: HTMLElement): void {
    for (const name of ['id', 'for', 'aria-labelledby']) {
      const value = element.getAttribute(name);
      if (value !== null) element.setAttribute(name, this.id(value));
    }
    if (!this.isPane) return;
    if (element.matches('main, nav, aside, section')) element.setAttribute('role', 'group');
    if (element.matches('h1, h2')) element.setAttribute('aria-level', '3');
  }
}

function copyOf(template: string): DocumentFragment {
  return document.importNode(byId<HTMLTemplateElement>(template).content, true);
}
