import { h, time } from './elements.js';
import type { Frame } from './frame.js';
import { fieldList, marked, Rows } from './rows.js';

/** One frame as the panel shows it; secrets are taken out before. */
export interface WireEntry {
  readonly direction: 'in' | 'out';
  readonly at: number;
  readonly kind: string;
  readonly raw: string;
  /** Its parts, by name. */
  readonly shown: object;
  readonly failed?: boolean;
}

/** The panel of frames. Answers what adds one to it, unless it is held still. */
export function wirePanel(frame: Frame): (entry: WireEntry) => void {
  const rows = new Rows(frame.part('wire-rows'), 'Packets', 300);
  const pause = frame.part('wire-pause');
  let isPaused = false;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
  });
  frame.part('wire-clear').addEventListener('click', () => rows.clear());
  return (entry) => {
    if (isPaused) return;
    const element = row(entry);
    rows.add(element);
    frame.packetShown(element, entry);
  };
}

/** One frame as the panel shows it. */
export function row({ direction, at, kind, raw, shown, failed = false }: WireEntry): HTMLElement {
  const head = h(
    'summary',
    {},
    h('span', { class: 'way', attributes: { 'aria-hidden': 'true' } }, direction === 'in' ? '↓' : '↑'),
    h('span', { class: 'hidden' }, direction === 'in' ? 'received' : 'sent'),
    h('span', { class: 'kind' }, kind),
    h('span', { class: 'peek' }, ...marked(raw.length > 160 ? raw.slice(0, 160) : raw)),
    time(at, true),
  );
  return h(
    'details',
    { class: `entry ${direction}${failed ? ' failed' : ''}` },
    head,
    fieldList(shown),
    h('p', { class: 'raw-title' }, 'Raw'),
    h('p', { class: 'raw' }, ...marked(raw)),
  );
}
