import { byId } from './elements.js';
import { eventRow, hearHost } from './host-events.js';
import { Rows } from './rows.js';

/** The panel beside the client of a page: what the chat tells its host. */
export function hostPanel(): void {
  const rows = new Rows(byId('host-rows'), 'Events of the host', 200);
  byId('host-clear').addEventListener('click', () => rows.clear());
  hearHost({ event: (event) => rows.add(eventRow(event)) });
}
