import type { ChatEvent } from '../../../src/domain/events.js';
import type { Json } from '../../support/json-probe.js';
import type { SocketClient } from './clients.js';

/** Facts that are remembered, and so may still be shown to somebody who has not read for long. */
const most = 6_000;

/** What is said, changed and taken back is shown to all in the one order in which the chat told it. */
export class OrderWatch {
  readonly #flaw: (text: string) => void;
  /** Where each fact stands; an edit with the same text may stand at several places. */
  readonly #places = new Map<string, number[]>();
  #next = 0;
  readonly #last = new Map<SocketClient, { place: number; key: string }>();
  #shown: { readonly client: SocketClient; readonly key: string }[] = [];

  constructor(flaw: (text: string) => void) {
    this.#flaw = flaw;
  }

  told(event: ChatEvent): void {
    if (event.type === 'message') this.#put([`said ${event.message.id}`]);
    else if (event.type === 'message_edit') {
      const { edit, renewed, message } = event;
      const gone = renewed === undefined ? [] : [`gone ${renewed.from}`];
      this.#put([`changed ${edit}`, `edited ${message.id} ${message.text}`, ...gone]);
    } else if (event.type === 'message_delete') {
      const { id, edit, message } = event;
      this.#put([`changed ${edit}`, `removed ${id}`, `gone ${message?.shownAs?.at(-1) ?? id}`]);
    }
  }

  frame(client: SocketClient, packet: Json): void {
    const key =
      client.dialect === 'sockchat'
        ? sockKey(packet)
        : client.dialect === 'originchats'
          ? originKey(packet)
          : venueKey(packet);
    if (key !== undefined) this.#shown.push({ client, key });
  }

  /** After every step. */
  check(): void {
    for (const { client, key } of this.#shown.splice(0)) {
      const places = this.#places.get(key);
      if (places === undefined) continue;
      const before = this.#last.get(client);
      const place = places.find((one) => one > (before?.place ?? -1));
      if (place !== undefined) this.#last.set(client, { place, key });
      else this.#flaw(`${client.name} on ${client.dialect} was shown that ${key} after ${before?.key}`);
    }
    for (const key of this.#places.keys()) {
      if (this.#places.size <= most) break;
      this.#places.delete(key);
    }
    for (const client of this.#last.keys()) if (!client.isOpen) this.#last.delete(client);
  }

  #put(keys: readonly string[]): void {
    const place = this.#next++;
    for (const key of keys) this.#places.set(key, [...(this.#places.get(key) ?? []), place]);
  }
}

/** An edit is a deletion and a line of the past here, which stands where the message stood. */
function sockKey(packet: Json): string | undefined {
  if (packet.kind === 'message_delete') return `gone ${packet.messageId}`;
  const isLive = packet.kind === 'message' || (packet.kind === 'context_message' && packet.notify);
  return isLive ? `said ${packet.messageId}` : undefined;
}

function originKey({ cmd, id, content, message }: Json): string | undefined {
  if (cmd === 'message_new') return `said ${message?.id}`;
  if (cmd === 'message_edit') return `edited ${id} ${content}`;
  return cmd === 'message_delete' ? `removed ${id}` : undefined;
}

function venueKey([kind, event]: Json): string | undefined {
  if (kind !== 'chat.event' || event.event_type !== 'channel.message') return undefined;
  return event.replaces ? `changed ${event.event_id}` : `said ${event.event_id}`;
}
