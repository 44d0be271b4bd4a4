import type { Audience, AudienceStep, Event } from '../core/event.js';
import type { Audiences } from './audiences.js';
import type { Connection } from './connection.js';
import type { Framing } from './frame.js';
import type { KindFilter } from './kinds.js';
import type { Outboxes } from './outboxes.js';

/** What one audience sees of an event. `close` ends its connections afterwards. */
export interface Rendering<P> {
  readonly to: Audience;
  /** Read only if there is anybody to see them. */
  readonly packets: readonly P[];
  readonly close?: { readonly code: number; readonly reason: string };
  /** It can be missed: left out where more than `skipBytes` wait already. */
  readonly skippable?: boolean;
  /** Only for connections that have this among their {@link Connection.features}. */
  readonly feature?: string;
  /** Only for connections whose {@link Connection.kind} it accepts. Asked once for each kind, and to answer the same for the same. */
  readonly kinds?: KindFilter;
}

/** The part of a dialect that delivery works with. */
export interface Voice<P = unknown> {
  readonly framing: Framing;
  encode(packet: P): string | Uint8Array;
  /** Reads the event and nothing else. Nothing to show: an empty list. */
  render(event: Event): readonly Rendering<P>[];
}

/** Turns committed events into frames in outboxes: encoded once for each dialect and audience. */
export class Delivery {
  readonly #voices: readonly Voice[];

  constructor(
    voices: readonly Voice[],
    private readonly audiences: Audiences,
    private readonly outboxes: Outboxes,
    /** What an event changes about who hears what: `before` it is shown, and after. */
    private readonly steps: (event: Event) => {
      readonly before?: readonly AudienceStep[];
      readonly after?: readonly AudienceStep[];
    },
    private readonly failed: (thrown: unknown, event: Event) => void,
  ) {
    this.#voices = voices;
  }

  /** What it hands out is written by the next flush, which is the caller's to see to. */
  deliver(event: Event): void {
    const { before, after } = this.steps(event);
    if (before !== undefined) for (const step of before) this.audiences.apply(step);
    for (let dialect = 0; dialect < this.#voices.length; dialect++) {
      // What nobody is there to see need not be put into words.
      if (!this.audiences.speaks(dialect)) continue;
      try {
        this.tell(dialect, (this.#voices[dialect] as Voice).render(event));
      } catch (thrown) {
        this.failed(thrown, event);
      }
    }
    if (after !== undefined) for (const step of after) this.audiences.apply(step);
  }

  /** Packets as frames of a dialect. */
  frames<P>(dialect: number, packets: readonly P[]): Uint8Array[] {
    const voice = this.#voices[dialect] as Voice;
    return packets.map((packet) => voice.framing(voice.encode(packet)));
  }

  /** Shows renderings to whom they are for. Answers with the bytes handed out. */
  tell(dialect: number, renderings: readonly Rendering<unknown>[]): number {
    let bytes = 0;
    for (const rendering of renderings) {
      const audience = this.#audience(rendering, dialect);
      if (audience.length === 0) continue;
      const { packets, close } = rendering;
      const frames = this.frames(dialect, packets);
      for (const frame of frames) bytes += frame.length * audience.length;
      for (const connection of audience) {
        for (const frame of frames) this.outboxes.gather(connection, frame);
        if (close !== undefined) this.outboxes.close(connection, close.code, close.reason);
      }
    }
    return bytes;
  }

  #audience({ to, feature, skippable, kinds }: Rendering<unknown>, dialect: number): readonly Connection[] {
    let audience = this.audiences.of(to, dialect, kinds);
    if (feature !== undefined) audience = audience.filter((one) => one.features.includes(feature));
    if (skippable) audience = audience.filter((one) => !this.outboxes.skips(one));
    return audience;
  }
}
