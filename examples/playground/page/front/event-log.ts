import { byId, h } from '../frame/elements.js';
import { eventRow, type HostEvent } from '../frame/host-events.js';
import { Rows } from '../frame/rows.js';
import type { Links, Traces } from './links.js';
import { type Pane, protocolDot } from './pane.js';

/** The events of the host: filtered, each with the panes that were told of it. */
export function eventLog(links: Links, panes: readonly Pane[]): (event: HostEvent) => void {
  const list = byId('events');
  const rows = new Rows(list, 'Events of the host', 200);
  const filter = byId<HTMLInputElement>('filter');
  byId('events-clear').addEventListener('click', () => rows.clear());
  const matches = (row: HTMLElement) => (row.dataset.words ?? '').includes(filter.value.trim().toLowerCase());
  filter.addEventListener('input', () => {
    for (const row of list.children) if (row instanceof HTMLElement) row.hidden = !matches(row);
  });
  return (event) => {
    const told = h('span', { class: 'told' });
    const row = eventRow(event, told);
    const traces = links.event(event.at, idsOf(event.payload), () => show(told, traces, panes));
    show(told, traces, panes);
    row.dataset.words = `${event.name} ${event.gist}`.toLowerCase();
    row.hidden = !matches(row);
    for (const kind of ['mouseenter', 'focusin']) row.addEventListener(kind, () => mark(traces.rows()));
    for (const kind of ['mouseleave', 'focusout']) row.addEventListener(kind, () => mark([]));
    rows.add(row);
  };
}

let marked: readonly HTMLElement[] = [];

/** Marks packets, and no others. The newest of each pane is brought into sight. */
function mark(rows: readonly HTMLElement[]): void {
  for (const row of marked) row.classList.remove('linked');
  marked = rows;
  for (const row of rows) {
    row.classList.add('linked');
    const list = row.parentElement;
    if (list !== null) list.scrollTop = row.offsetTop - list.clientHeight + row.offsetHeight;
  }
}

/** A dot for each pane that was told. */
function show(told: HTMLElement, traces: Traces, panes: readonly Pane[]): void {
  const keys = traces.panes();
  const those = panes.filter(({ key }) => keys.has(key));
  const dots = those.map(({ key }) => protocolDot(key));
  const names = those.map(({ name }) => name).join(', ');
  const words = h('span', { class: 'hidden' }, `told in ${names}`);
  told.title = names;
  told.replaceChildren(...dots, ...(those.length === 0 ? [] : [words]));
}

/** What an event is about: its own id, that of the change and that of the message. */
function idsOf(payload: HostEvent['payload']): string[] {
  const message = payload?.message as { id?: unknown } | undefined;
  return [payload?.id, payload?.edit, message?.id].filter((id) => typeof id === 'number').map(String);
}
