import type { Frame } from './frame.js';
import { eventRow, hearHost } from './host-events.js';
import { Rows } from './rows.js';

/** The panel beside the client of a page: what the chat tells its host. */
export function hostPanel(frame: Frame): void {
  const rows = new Rows(frame.part('host-rows'), 'Events of the host', 200);
  frame.part('host-clear').addEventListener('click', () => rows.clear());
  hearHost({ event: (event) => rows.add(eventRow(event)) });
}
