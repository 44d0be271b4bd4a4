import type { Digest } from '../../core/ports.js';
import type { Message } from '../../domain/messages/messages.js';
import { uuidOf } from '../uuid.js';

/** Who speaks without an account: a webhook, by the name it takes for a message, or, left out, the server itself. */
export type Voice = Pick<Message, 'webhook'>;

/** What tells a webhook from a person of its name: a badge, as people have them for traits. */
const webhookBadge = 'webhook';

/** So many voices are found by id: as many as a page of history can have. */
const mostKnown = 1_000;

/** The id of the server's own voice as a sender. */
export const ownVoice = uuidOf('bot', 0);

/** A voice as people are shown (section 4). */
export type VoiceShape = Readonly<Record<string, unknown>> & { readonly id: string };

/** Voices as somebody to show. */
export class Voices {
  /** By id, those shown last at the end. */
  readonly #known = new Map<string, VoiceShape>();

  /** @param title - how the server itself is called. */
  constructor(
    private readonly title: string,
    private readonly sha256: () => Digest,
  ) {}

  /**
   * The id of a voice as a sender. A webhook may take another name with each message; each name is a sender of its own, or clients would show
   * all its messages by the last one.
   */
  idOf({ webhook }: Voice): string {
    if (webhook === undefined) return ownVoice;
    // Ids of webhooks and names are any text, and nobody may find one that gives the id of another voice.
    const digest = this.sha256();
    digest.update(new TextEncoder().encode(JSON.stringify([webhook.id, webhook.name])));
    return uuidOf('bot', Number.parseInt(digest.hex().slice(0, 13), 16));
  }

  shape(voice: Voice): VoiceShape {
    const { webhook } = voice;
    const id = this.idOf(voice);
    const profile = {
      display_name: webhook?.name ?? this.title,
      ...(webhook?.avatar === undefined ? {} : { avatar: { url: webhook.avatar } }),
    };
    const badges = webhook === undefined ? [] : [webhookBadge];
    const shape = { id, profile, pretalx_id: null, deleted: false, badges, inactive: false };
    this.#known.delete(id);
    this.#known.set(id, shape);
    const [oldest = id] = this.#known.keys();
    if (this.#known.size > mostKnown) this.#known.delete(oldest);
    return shape;
  }

  /** A voice that was shown lately, by id: clients ask for whom a page of history had no room. */
  find(id: unknown): VoiceShape | undefined {
    return typeof id === 'string' ? this.#known.get(id.toLowerCase()) : undefined;
  }
}
