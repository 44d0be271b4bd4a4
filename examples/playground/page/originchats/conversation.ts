import { ClientError, type MessageShape, type OriginChatsClient } from 'polylect/client';
import { choose } from '../dialog.js';
import { avatar, byId, h, perFrame, time } from '../elements.js';
import { followEnd } from '../follow-end.js';

const emoji = [
  ['👍', 'thumbs up'],
  ['❤️', 'heart'],
  ['🎉', 'party'],
  ['😄', 'laughing'],
  ['🤔', 'thinking'],
  ['👀', 'eyes'],
] as const;

/** The messages of one channel, with their reactions, who is typing, and where one writes. */
export class Conversation {
  channel = '';
  readonly #log = byId('log');
  readonly #text = byId<HTMLTextAreaElement>('text');
  readonly #end = followEnd(this.#log, byId('to-end'));
  readonly #shown = new Map<string, { readonly message: MessageShape; readonly element: HTMLElement }>();
  readonly #soon = perFrame(() => this.#show());
  #client: OriginChatsClient | null = null;

  constructor() {
    this.#text.addEventListener('input', () => {
      this.#text.style.height = 'auto';
      this.#text.style.height = `${Math.min(this.#text.scrollHeight, 160)}px`;
      if (this.#text.value !== '') this.#client?.typing(this.channel);
    });
    this.#text.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      void this.#send();
    });
    byId('composer').addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#send();
    });
    // Nothing tells that somebody has stopped typing.
    setInterval(this.#soon, 2_000);
  }

  use(client: OriginChatsClient): void {
    this.#client = client;
    this.reload();
  }

  enter(channel: string): void {
    this.channel = channel;
    byId('title-name').textContent = channel;
    document.title = `#${channel} – polylect playground`;
    this.#text.placeholder = `Message #${channel}`;
    this.#shown.clear();
    this.#log.replaceChildren();
    this.reload();
  }

  /** Asks for the channel's past: at the beginning, in another channel, and after a lost connection. */
  reload(): void {
    this.show();
    if (this.#client?.state === 'online' && this.channel !== '')
      void this.#try((client) => client.history(this.channel));
  }

  show(): void {
    this.#soon();
  }

  #show(): void {
    const client = this.#client;
    if (client === null) return;
    const messages = client.messages(this.channel);
    const typists = client.typists(this.channel);
    const typing =
      typists.length === 0 ? '' : `${typists.join(', ')} ${typists.length === 1 ? 'is' : 'are'} typing …`;
    if (byId('typing').textContent !== typing) byId('typing').textContent = typing;
    const ids = new Set(messages.map((one) => one.id));
    for (const [id, { element }] of this.#shown) {
      if (ids.has(id)) continue;
      element.remove();
      this.#shown.delete(id);
    }
    let before: HTMLElement | null = null;
    for (const message of messages) {
      const known = this.#shown.get(message.id);
      const isSame = known?.message === message;
      const element: HTMLElement = isSame ? known.element : this.#render(client, message);
      if (!isSame) {
        const focused = known?.element.contains(document.activeElement) === true;
        known?.element.remove();
        this.#shown.set(message.id, { message, element });
        if (before === null) this.#log.prepend(element);
        else before.after(element);
        if (focused) element.querySelector<HTMLElement>('.react')?.focus();
        this.#end.grown({ isOwn: message.user === client.self?.username && !known, isNews: !known });
      }
      before = element;
    }
  }

  #render(client: OriginChatsClient, message: MessageShape): HTMLElement {
    const { user, content, timestamp, edited, reactions = {} } = message;
    const own = client.self?.username ?? '';
    const nickname = client.users.get(user)?.nickname;
    const marks = Object.entries(reactions).map(([mark, by]) => this.#reaction(message, mark, by, own));
    const react = h(
      'button',
      {
        class: 'icon-button react',
        type: 'button',
        title: 'React',
        attributes: { 'aria-label': `React to ${user}'s message: ${content.slice(0, 40)}` },
        on: { click: () => void this.#choose(message) },
      },
      h('span', { attributes: { 'aria-hidden': 'true' } }, '☺'),
    );
    return h(
      'article',
      { class: user === own ? 'message own' : 'message' },
      avatar(user, client.users.get(user)?.color ?? null),
      h(
        'div',
        { class: 'body' },
        h(
          'p',
          { class: 'head' },
          h('span', { class: 'author' }, nickname == null ? user : `${nickname} (${user})`),
          edited === true ? h('span', { class: 'tag' }, 'edited') : null,
          time(timestamp * 1000),
        ),
        h('p', { class: 'words' }, content),
        marks.length === 0 ? null : h('p', { class: 'reactions' }, ...marks),
      ),
      react,
    );
  }

  #reaction(message: MessageShape, mark: string, by: readonly string[], own: string): HTMLElement {
    const isOwn = by.includes(own);
    return h(
      'button',
      {
        class: 'reaction',
        type: 'button',
        title: by.join(', '),
        attributes: {
          'aria-pressed': String(isOwn),
          'aria-label': `${mark}, ${by.length}: ${by.join(', ')}`,
        },
        on: { click: () => void this.#try((client) => client.react(this.channel, message.id, mark, !isOwn)) },
      },
      mark,
      h('span', {}, String(by.length)),
    );
  }

  async #choose(message: MessageShape): Promise<void> {
    const rows = emoji.map(([value, about]) => ({ value, label: value, about }));
    const mark = await choose('React', rows);
    if (mark !== null) await this.#try((client) => client.react(this.channel, message.id, mark));
  }

  async #send(): Promise<void> {
    const content = this.#text.value;
    if (content.trim() === '') return;
    this.#text.value = '';
    this.#text.style.height = 'auto';
    const isSent = await this.#try((client) => client.send(this.channel, content));
    // What was not said may be said again.
    if (!isSent && this.#text.value === '') this.#text.value = content;
  }

  /** Does something with the client; a failure is shown. Answers whether it was done. */
  async #try(what: (client: OriginChatsClient) => Promise<unknown>): Promise<boolean> {
    const left = byId('left');
    left.textContent = '';
    try {
      if (this.#client === null) return false;
      await what(this.#client);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof ClientError)) throw thrown;
      left.textContent =
        thrown.code === 'not-connected'
          ? 'Not sent: there is no connection right now.'
          : `${thrown.message}.`;
      return false;
    } finally {
      left.classList.toggle('problem-text', left.textContent !== '');
    }
  }
}
