import { uuidOf } from '../../../src/dialects/uuid.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { ChannelId } from '../../../src/domain/ids.js';
import { embedTexts } from '../../../src/domain/messages/embeds.js';
import type { Message } from '../../../src/domain/messages/messages.js';
import type { RevisionLine } from '../../../src/domain/messages/revision-lines.js';
import { shownIdOf } from '../../../src/domain/messages/shown-ids.js';
import type { Json } from '../../support/json-probe.js';
import type { OriginClient, VenueClient } from './clients.js';
import type { Rig } from './rig.js';

/** Who reads back what was said; nobody else has to do with them. */
export const readerToken = 'reader';

const rooms = ['lounge', 'hall'];

/** Entries of a page: fewer than there are. */
const page = 60;

/** Entries of the past that come with a login (section 6.1). */
const backlog = 20;

/** The past of one channel. */
interface Past {
  /** By id, oldest first. */
  readonly said: Map<number, Message>;
  /** What happened last to a message, by its id. */
  readonly revised: Map<number, Pick<RevisionLine, 'id' | 'deleted'>>;
}

/** What can be read back in each protocol is what the chat told: all of it, in one order, as it was changed last, and nothing else. */
export class HistoryWatch {
  readonly #rig: Rig;
  readonly #flaw: (text: string) => void;
  readonly #pasts = new Map<ChannelId, Past>();

  constructor(rig: Rig, flaw: (text: string) => void) {
    this.#rig = rig;
    this.#flaw = flaw;
  }

  told(event: ChatEvent): void {
    switch (event.type) {
      case 'message':
        this.#pastOf(event.channel.channel).said.set(event.message.id, event.message);
        return;
      case 'message_edit': {
        const { said, revised } = this.#pastOf(event.channel.channel);
        said.set(event.message.id, event.message);
        revised.set(event.message.id, { id: event.edit });
        return;
      }
      case 'message_delete': {
        if (event.edit === undefined) return;
        const { said, revised } = this.#pastOf(event.channel);
        said.delete(event.id);
        revised.set(event.id, { id: event.edit, deleted: true });
        return;
      }
      case 'channel_delete':
        this.#pasts.delete(event.channel.channel);
    }
  }

  /** Somebody logs in and reads all. `crashed`: what was stored last may not have been told. */
  async check(crashed: boolean): Promise<void> {
    const { chat } = this.#rig;
    const { storage, waiting } = chat.health();
    if (storage !== 'open' || waiting > 0) return;
    const found = rooms.flatMap((name) => chat.channels.byName(name) ?? []);
    for (const { id, name } of found) this.#checkStored(id, name, crashed);
    await this.#readOrigin(found);
    await this.#readVenue(found);
    await this.#readSock(found);
    await this.#rig.turn();
  }

  /** What is stored is what was told. */
  #checkStored(channel: ChannelId, name: string, crashed: boolean): void {
    const { stored } = this.#rig;
    const past = this.#pastOf(channel);
    const said = rowsIn<Message>(stored.table('messages'), channel);
    const lines = rowsIn<RevisionLine>(stored.table('revision_lines'), channel);
    const revised = new Map([...lines.values()].map((line) => [line.message as number, line]));
    if (crashed) {
      for (const [id, message] of past.said) {
        const now = said.get(id);
        const isNewer = (revised.get(id)?.id ?? 0) > (past.revised.get(id)?.id ?? 0);
        if ((now === undefined || now.text !== message.text) && !isNewer)
          this.#flaw(`message ${id} of ${name} was told and is not stored so`);
      }
      this.#pasts.set(channel, { said, revised });
      return;
    }
    const wants = [...past.said.values()].map(({ id, text }) => `${id} ${text}`).join('\n');
    const has = [...said.values()].map(({ id, text }) => `${id} ${text}`).join('\n');
    if (has !== wants) this.#flaw(`stored of ${name} is not what was told: ${difference(has, wants)}`);
  }

  async #readOrigin(found: readonly { readonly id: ChannelId; readonly name: string }[]): Promise<void> {
    const client = this.#rig.originchats(readerToken);
    await this.#loggedIn(client, 'ready');
    for (const { id, name } of found) {
      let all: Json[] = [];
      for (let start = 0; start === all.length; start += page) {
        client.take();
        client.send({ cmd: 'messages_get', channel: name, limit: page, start });
        const answer = await this.#until(() => client.frames.find(({ cmd }) => cmd === 'messages_get'));
        if (answer === undefined) return this.#flaw(`originchats does not answer what was said in ${name}`);
        all = [...answer.messages, ...all];
      }
      const said = [...this.#pastOf(id).said.values()];
      const has = all.map((one) => `${one.id} ${word(one.content)} ${one.edited ?? false}`);
      const wants = said.map((one) => `${one.id} ${word(one.text)} ${one.editedAt !== undefined}`);
      this.#compare('originchats', name, has, wants);
    }
    client.link.drop();
  }

  async #readVenue(found: readonly { readonly id: ChannelId; readonly name: string }[]): Promise<void> {
    const client = this.#rig.venueless(readerToken);
    await this.#loggedIn(client, 'authenticated');
    for (const { id, name } of found) {
      const all: Json[] = [];
      for (let more = true; more; ) {
        client.take();
        const before = all.length === 0 ? {} : { before_id: all[0].event_id };
        const asked = client.ask('chat.fetch', { channel: uuidOf('channel', id), count: page, ...before });
        const answer = await this.#until(() => client.frames.find((frame) => frame[1] === asked));
        if (answer?.[0] !== 'success') return this.#flaw(`venueless answers ${JSON.stringify(answer)}`);
        const { results } = answer[2];
        all.unshift(...results);
        more = results.length === page;
      }
      const { said, revised } = this.#pastOf(id);
      const wants = [
        ...[...said.values()].map((one): [number, string] => [one.id, word(shownText(one))]),
        ...[...revised].map(([of, line]): [number, string] => {
          const now = said.get(of);
          return [line.id, `for ${of}: ${now === undefined ? 'deleted' : word(shownText(now))}`];
        }),
      ].sort(([a], [b]) => a - b);
      const has = all
        .filter((one) => one.event_type === 'channel.message')
        .map(({ event_id, content, replaces }): [number, string] => {
          const says = content.type === 'deleted' ? 'deleted' : word(content.body ?? '');
          return [event_id, replaces ? `for ${replaces}: ${says}` : says];
        });
      const line = ([at, text]: [number, string]) => `${at} ${text}`;
      this.#compare('venueless', name, has.map(line), wants.map(line));
    }
    client.link.drop();
  }

  async #readSock(found: readonly { readonly id: ChannelId; readonly name: string }[]): Promise<void> {
    const client = this.#rig.sockchat(readerToken);
    client.login(readerToken);
    for (const { id, name } of found) {
      if (name !== rooms[0]) client.say(`/join ${name}`);
      const isThere = () =>
        client.frames.find(
          ({ kind }) => kind === (name === rooms[0] ? 'context_channels' : 'channel_switch'),
        );
      if ((await this.#until(isThere)) === undefined)
        return this.#flaw(`sockchat does not let anybody into ${name}`);
      const entries = client
        .take()
        .flatMap((packet) => (packet.kind === 'context_message' && !packet.notify ? [packet] : []));
      const said = [...this.#pastOf(id).said.values()];
      const shown = new Map(said.map((one) => [String(shownIdOf(one)), one]));
      const has = entries.filter(({ messageId, user }) => user.id !== '-1' || shown.has(messageId));
      const most = entries.length < backlog ? backlog : has.length;
      const wants = most === 0 ? [] : said.slice(-most);
      this.#compare(
        'sockchat',
        name,
        has.map(({ messageId, text }) => `${messageId} ${word(text)}`),
        wants.map((one) => `${shownIdOf(one)} ${word(shownText(one))}`),
      );
    }
    client.link.drop();
  }

  async #loggedIn(client: OriginClient | VenueClient, kind: string): Promise<void> {
    client.login(readerToken);
    const isKind = (frame: Json) => (Array.isArray(frame) ? frame[0] : frame.cmd) === kind;
    if ((await this.#until(() => client.frames.find(isKind))) === undefined)
      this.#flaw(`nobody can log in on ${client.dialect}`);
  }

  async #until<T>(found: () => T | undefined): Promise<T | undefined> {
    for (let i = 0; i < 20; i++) {
      const one = found();
      if (one !== undefined) return one;
      if (i < 4) await this.#rig.turn();
      else await this.#rig.advance(500);
    }
    return found();
  }

  #compare(dialect: string, room: string, has: readonly string[], wants: readonly string[]): void {
    const [one, other] = [has.join('\n'), wants.join('\n')];
    if (one !== other)
      this.#flaw(`the past of ${room} on ${dialect} is not what was told: ${difference(one, other)}`);
  }

  #pastOf(channel: ChannelId): Past {
    let past = this.#pasts.get(channel);
    if (past === undefined) {
      past = { said: new Map(), revised: new Map() };
      this.#pasts.set(channel, past);
    }
    return past;
  }
}

/** What is shown of a message where there are no polls. */
function shownText(message: Message): string {
  return [message.text, ...embedTexts(message)].join('\n');
}

/** What tells a text of the town from others: each step has its own. */
function word(text: string): string {
  return /said\d+/.exec(text)?.[0] ?? '';
}

function rowsIn<R extends { readonly id: number }>(
  table: ReadonlyMap<unknown, { readonly in: string; readonly row: unknown }>,
  channel: ChannelId,
): Map<number, R> {
  const rows = [...table.values()].flatMap((one) => (one.in === channel ? [one.row as R] : []));
  return new Map(rows.sort((a, b) => a.id - b.id).map((row) => [row.id, row]));
}

/** Lines that only one of two texts has, or else that they are in another order. */
function difference(has: string, wants: string): string {
  const [one, other] = [has.split('\n'), wants.split('\n')];
  const more = one.filter((line) => !other.includes(line)).slice(0, 5);
  const less = other.filter((line) => !one.includes(line)).slice(0, 5);
  if (more.length + less.length === 0) return 'another order';
  return `has ${more.join(', ') || 'nothing else'}, and not ${less.join(', ') || 'anything less'}`;
}
