import type { WireEntry } from '../frame/wire-panel.js';

/** Ids of the chat in a text. They are one series for messages, changes and lines, and longer than any other number there. */
function idsIn(text: string): string[] {
  return text.match(/(?<!\d)\d{14,16}(?!\d)/g) ?? [];
}

/** A packet later than that was asked for: it came of a look into the past. */
const withinMs = 5_000;

const keep = 400;

interface Packet {
  readonly row: HTMLElement;
  readonly pane: string;
  readonly at: number;
  readonly ids: ReadonlySet<string>;
}

interface Event {
  readonly at: number;
  readonly ids: ReadonlySet<string>;
  readonly changed: () => void;
}

/** The packets that came of an event. */
export interface Traces {
  /** Their panes. */
  panes(): ReadonlySet<string>;
  rows(): readonly HTMLElement[];
}

/**
 * Finds the packets that came of an event: those that came in soon after it and carry its id, unless a later event with that id is nearer. What has
 * no id (a ban, a name) is not linked to anything, since nothing would prove it.
 */
export class Links {
  readonly #packets: Packet[] = [];
  readonly #events: Event[] = [];

  packet(pane: string, row: HTMLElement, { direction, at, raw }: WireEntry): void {
    const ids = new Set(idsIn(raw));
    // A list of the past has many.
    if (direction === 'out' || ids.size === 0 || ids.size > 4) return;
    const packet = { row, pane, at, ids };
    this.#packets.push(packet);
    if (this.#packets.length > keep) this.#packets.shift();
    this.#causeOf(packet)?.changed();
  }

  /** `ids`: those that the event is about. `changed`: there may be other packets now. */
  event(at: number, ids: readonly string[], changed: () => void): Traces {
    const event = { at, ids: new Set(ids), changed };
    if (ids.length > 0) {
      this.#events.push(event);
      if (this.#events.length > keep) this.#events.shift();
    }
    const found = () => this.#packets.filter((packet) => this.#causeOf(packet) === event);
    return {
      panes: () => new Set(found().map(({ pane }) => pane)),
      rows: () => found().map(({ row }) => row),
    };
  }

  #causeOf({ at, ids }: Packet): Event | undefined {
    return this.#events.findLast(
      (event) => event.at <= at && at - event.at <= withinMs && [...event.ids].some((id) => ids.has(id)),
    );
  }
}
