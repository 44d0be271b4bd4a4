import type { ServerResponse } from 'node:http';
import type { Chat, ChatEvents } from 'polylect';

/** All but what comes in great numbers and tells little (`typing`, `read`), and keys that nobody should see. */
const names = [
  'user_join',
  'user_connect',
  'session_open',
  'session_close',
  'user_disconnect',
  'channel_leave',
  'channel_enter',
  'message',
  'message_edit',
  'message_delete',
  'message_pin',
  'reaction_add',
  'reaction_remove',
  'whisper',
  'poll_create',
  'poll_vote',
  'poll_end',
  'user_update',
  'user_status',
  'user_appear',
  'user_link',
  'user_unlink',
  'user_block',
  'user_roles',
  'roles_update',
  'channel_create',
  'channel_update',
  'channel_move',
  'channel_delete',
  'thread_create',
  'thread_update',
  'thread_delete',
  'member_add',
  'member_remove',
  'direct_open',
  'user_kick',
  'user_ban',
  'address_ban',
  'user_unban',
  'address_unban',
  'user_silence',
  'user_unsilence',
  'announcement',
  'user_leave',
  'group_create',
  'group_update',
  'group_delete',
  'group_message',
  'group_member_add',
  'group_member_remove',
  'group_identity_reset',
  'group_ban',
  'group_invite',
  'group_invite_decline',
  'group_invite_cancel',
  'group_welcome',
  'storage_state',
  'slow_reader',
  'error',
] as const satisfies readonly (keyof ChatEvents)[];

const keep = 100;
const maxLength = 6_000;

/** Hears what a chat tells its host and streams it to pages as server-sent events, the newest hundred first. */
export class EventLog {
  readonly #recent: string[] = [];
  readonly #readers = new Set<ServerResponse>();
  /** What pages are told beside the events: kind → the newest frame. */
  readonly #facts = new Map<string, string>();
  #count = 0;

  constructor(chat: Chat) {
    for (const name of names) {
      chat.on(name, ((event: object) => this.#add(name, event)) as never);
    }
  }

  /** Streams to one page, until it goes away. */
  stream(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(`retry: 1000\n\n${[...this.#facts.values(), ...this.#recent].join('')}`);
    this.#readers.add(response);
    response.on('close', () => this.#readers.delete(response));
  }

  /** Tells every page something, those that come later too. */
  tell(kind: string, fact: object): void {
    const frame = `event: ${kind}\ndata: ${JSON.stringify(fact)}\n\n`;
    this.#facts.set(kind, frame);
    for (const reader of this.#readers) reader.write(frame);
  }

  close(): void {
    for (const reader of this.#readers) reader.end();
  }

  #add(name: string, event: object): void {
    this.#count += 1;
    const about = event instanceof Error ? { message: event.message } : event;
    // A whisper or a direct channel is for a few people, not for everybody who has the page open.
    const few = name === 'whisper' || ('people' in about && about.people !== undefined);
    const text = JSON.stringify(about, (key, value: unknown) => {
      return few && key === 'text' ? '(private)' : value;
    });
    const entry = {
      name,
      at: 'at' in about && typeof about.at === 'number' ? about.at : Date.now(),
      text: text.length > maxLength ? `${text.slice(0, maxLength)} …` : text,
    };
    const frame = `id: ${process.pid}-${this.#count}\ndata: ${JSON.stringify(entry)}\n\n`;
    this.#recent.push(frame);
    if (this.#recent.length > keep) this.#recent.shift();
    for (const reader of this.#readers) reader.write(frame);
  }
}
