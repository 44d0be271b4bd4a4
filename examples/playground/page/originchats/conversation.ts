import type { MessageShape, OriginChatsClient } from 'polylect/client';
import { composer } from '../frame/composer.js';
import { h, perFrame } from '../frame/elements.js';
import type { Frame } from '../frame/frame.js';
import { tag } from '../frame/lists.js';
import { Log } from '../frame/log.js';
import { beginning, chooseReaction, messageElement, reactionButton, tool } from '../frame/message.js';
import { said } from './said.js';

/** The messages of one channel, with their reactions, who is typing, and where one writes. */
export class Conversation {
  client: OriginChatsClient | null = null;
  channel = '';
  readonly #typing = h('p', { class: 'typing', attributes: { 'aria-live': 'polite' } });
  readonly #soon = perFrame(() => this.#show());
  readonly #log: Log<MessageShape>;
  readonly #frame: Frame;

  constructor(frame: Frame) {
    this.#frame = frame;
    this.#log = new Log<MessageShape>(frame, {
      key: (message) => message.id,
      render: (message) => this.#render(message),
      growth: (message) => ({ isOwn: message.user === this.client?.self?.username, isNews: true }),
    });
    frame.part('composer').prepend(this.#typing);
    composer(frame, {
      send: (text) => this.#try((client) => client.send(this.channel, text)),
      typed: (text) => {
        if (text !== '') this.client?.typing(this.channel);
      },
    });
    // Nothing tells that somebody has stopped typing.
    frame.every(2_000, this.#soon);
  }

  use(client: OriginChatsClient): void {
    this.client = client;
    this.reload();
  }

  enter(channel: string): void {
    this.channel = channel;
    this.#frame.showTitle(channel);
    this.#log.clear();
    this.reload();
  }

  /** Goes to the first channel unless one is in another that is still there. */
  enterFirst(): void {
    const names = (this.client?.channels ?? []).filter((one) => one.type === 'text').map((one) => one.name);
    if (names[0] !== undefined && !names.includes(this.channel)) this.enter(names[0]);
  }

  /** Asks for the channel's past: at the beginning, in another channel, and after a lost connection. */
  reload(): void {
    this.show();
    if (this.client?.state === 'online' && this.channel !== '')
      void this.#try((client) => client.history(this.channel));
  }

  show(): void {
    this.#soon();
  }

  #show(): void {
    const { client } = this;
    if (client === null) return;
    const typists = client.typists(this.channel);
    const typing =
      typists.length === 0 ? '' : `${typists.join(', ')} ${typists.length === 1 ? 'is' : 'are'} typing …`;
    if (this.#typing.textContent !== typing) this.#typing.textContent = typing;
    this.#log.show(client.messages(this.channel));
  }

  #render(message: MessageShape): HTMLElement {
    const text = said(message);
    const { id, user, timestamp, edited, reactions = {} } = message;
    const own = this.client?.self?.username ?? '';
    const author = this.client?.users.get(user);
    const nickname = author?.nickname ?? user;
    const name = nickname === user ? user : `${nickname} (${user})`;
    const react = (mark: string, on: boolean) =>
      this.#try((client) => client.react(this.channel, id, mark, on));
    return messageElement({
      face: user,
      colour: author?.color ?? null,
      author: h('span', { class: 'author' }, name),
      at: timestamp * 1000,
      text,
      kinds: user === own ? ['own'] : [],
      tags: [edited === true ? tag('edited') : null],
      reactions: Object.entries(reactions).map(([mark, by]) =>
        reactionButton(mark, by, by.includes(own), () => void react(mark, !by.includes(own))),
      ),
      tools: [
        tool('☺', 'React', `React to ${user}'s message: ${beginning(text)}`, async () => {
          const mark = await chooseReaction();
          if (mark !== null) await react(mark, true);
        }),
      ],
    });
  }

  /** Does something with the client; a failure is shown. Answers whether it was done. */
  async #try(what: (client: OriginChatsClient) => Promise<unknown>): Promise<boolean> {
    const { client } = this;
    return client !== null && (await this.#frame.attempt(() => what(client)));
  }
}
