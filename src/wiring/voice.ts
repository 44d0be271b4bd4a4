import type { Event } from '../core/event.js';
import type { Voice } from '../delivery/deliver.js';
import { framings } from '../delivery/frame.js';
import type { Dialect } from '../dialects/dialect.js';
import type { ChatEvent } from '../domain/events.js';

/** A dialect as delivery sees it: its render table as one function. No dialect shows a person who is private; what it shows of groups names none. */
export function voiceOf(dialect: Dialect): Voice {
  return {
    framing: framings[dialect.framing],
    encode: (packet) => dialect.encode(packet),
    render: (event: Event) => {
      if (isPrivate(event as ChatEvent)) return [];
      const row = dialect.render[event.type as ChatEvent['type']] as unknown;
      return typeof row === 'function' ? row(event) : [];
    },
  };
}

/** Whether an event is about somebody whom other protocols do not know of. */
export function isPrivate(event: ChatEvent): boolean {
  return 'person' in event && event.person?.private === true;
}
