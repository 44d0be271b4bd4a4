import { type Upload, uploads } from '../../../src/domain/attachments/attachments.js';
import type { Emoji } from '../../../src/domain/emoji/emoji.js';
import { emojis } from '../../../src/domain/emoji/emoji.js';
import type { ChatEvent } from '../../../src/domain/events.js';
import type { Message } from '../../../src/domain/messages/messages.js';
import type { Json } from '../../support/json-probe.js';
import type { SocketClient } from './clients.js';
import { Witness } from './witness.js';

/** Tables that what is known of files is held against. */
export const fileTables = ['uploads', 'emoji'] as const;

/** Files that people remember, the newest. */
const remembered = 12;

/** A file that somebody has uploaded. */
export interface File {
  readonly id: string;
  /** Whose it is. */
  readonly token: string;
  readonly content: string;
}

/** Files in messages, and emoji: what is shown is stored and what it was, and what is gone is gone. */
export class Files extends Witness {
  readonly known: File[] = [];
  readonly emoji: { readonly id: number; readonly file: string }[] = [];
  readonly #contents = new Map<string, string>();
  readonly #gone = new Set<string>();

  /** An upload was acknowledged. */
  uploaded(file: File): void {
    const { id, token, content } = file;
    if (!this.rig.stored.everHad('uploads', id))
      this.flaw(`${token} was told of file ${id} before it was stored`);
    const before = this.#contents.get(id);
    if (before !== undefined && before !== content)
      this.flaw(`${token} was given file ${id} for another content`);
    this.#contents.set(id, content);
    this.known.push(file);
    if (this.known.length > remembered) this.known.shift();
  }

  isGone(id: string): boolean {
    return this.#gone.has(id);
  }

  /** A file was asked for; `wasGone`: the host had been told before that it is. */
  fetched({ id }: File, status: number, content: string, wasGone: boolean): void {
    const { chat } = this.rig;
    if (status === 200) {
      if (wasGone) this.flaw(`file ${id} is given out after it went`);
      if (content !== this.#contents.get(id)) this.flaw(`file ${id} has another content: ${content}`);
    } else if (status === 500 && this.rig.bodies.share > 0) return;
    else if (status !== 404) this.flaw(`file ${id} is answered with ${status}`);
    else if (chat.read((view) => view.get(uploads, id)) !== undefined)
      this.flaw(`file ${id} is there and not given out`);
  }

  /** The picture of an emoji was asked for. */
  pictured({ id, file }: { readonly id: number; readonly file: string }, status: number): void {
    const now = this.rig.chat.read((view) => view.get(emojis, id));
    if (status === 404 && now?.file === file) this.flaw(`emoji ${id} is there without its picture`);
    else if (status !== 404 && status !== 200 && this.rig.bodies.share === 0)
      this.flaw(`emoji ${id} is answered with ${status}`);
  }

  override frame(client: SocketClient, text: string, packet: Json): void {
    for (const [, id = ''] of text.matchAll(/\/attachments\/([0-9a-f-]{36})/g)) {
      if (!this.rig.stored.everHad('uploads', id))
        this.flaw(`${client.name} on ${client.dialect} was shown file ${id} before it was stored`);
    }
    if (client.dialect !== 'originchats' || packet.cmd !== 'emoji_add' || !packet.added) return;
    if (!this.rig.stored.everHad('emoji', Number(packet.id)))
      this.flaw(`${client.name} was told of emoji ${packet.id} before it was stored`);
  }

  override told(event: ChatEvent): void {
    switch (event.type) {
      case 'attachment_remove':
        this.#gone.add(event.attachment.id);
        return;
      case 'emoji_add':
      case 'emoji_update':
        this.emoji.push({ id: event.emoji.id, file: event.emoji.file });
        if (this.emoji.length > remembered) this.emoji.shift();
        return;
      case 'message': {
        const { attachments = [], author, id } = event.message;
        for (const file of attachments) {
          const row = this.rig.stored.lastOf('uploads', file.id) as Upload | undefined;
          if (this.#gone.has(file.id)) this.flaw(`message ${id} shows file ${file.id}, which was gone`);
          if (row !== undefined && row.uploader !== author?.user)
            this.flaw(`message ${id} shows file ${file.id} of somebody else`);
        }
      }
    }
  }

  /** A file counts the messages that show it. */
  override checkRows(): void {
    const shown = new Map<string, number>();
    for (const { in: channel, row } of this.rig.stored.table('messages').values()) {
      for (const { id } of (row as Message).attachments ?? []) {
        const place = `${id} in ${channel}`;
        shown.set(place, (shown.get(place) ?? 0) + 1);
      }
    }
    const rows = this.rig.chat.read((view) => [...view.all(uploads)]);
    for (const { id, shown: counted } of rows) {
      const counts = new Map(counted.map(({ channel, count }) => [`${id} in ${channel}`, count]));
      for (const place of [...shown.keys(), ...counts.keys()]) {
        if (!place.startsWith(id)) continue;
        const [right = 0, count = 0] = [shown.get(place), counts.get(place)];
        if (count !== right) this.flaw(`${right} messages show file ${place}, and ${count} are counted`);
      }
    }
    const pictures = this.rig.chat.read((view) => [...view.all(emojis)]) as Emoji[];
    const names = new Set(pictures.map(({ name }) => name.toLowerCase()));
    if (names.size < pictures.length) this.flaw('two emoji have one name');
  }
}
