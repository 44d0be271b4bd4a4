import { BOT_ID, decodeNotice, type SockChatClient, type WirePacket } from 'polylect/client';
import { byId, h, time } from './elements.js';
import { fieldList, marked, Rows } from './rows.js';

/** Every packet of the connection, taken apart. */
export function wire(): (client: SockChatClient) => void {
  const rows = new Rows(byId('wire-rows'), 'Packets', 300);
  const pause = byId('wire-pause');
  let isPaused = false;
  pause.addEventListener('click', () => {
    isPaused = !isPaused;
    pause.setAttribute('aria-pressed', String(isPaused));
  });
  byId('wire-clear').addEventListener('click', () => rows.clear());
  return (client) => {
    client.on('packet', (packet) => {
      if (!isPaused) rows.add(row(packet));
    });
  };
}

function row(packet: WirePacket): HTMLElement {
  const { direction, raw, at, result } = packet;
  const isLogin = direction === 'out' && result.ok && result.packet.kind === 'auth';
  const decoded = result.ok ? withNotice(result.packet) : { error: result.code, 'at field': result.at };
  const kind = result.ok ? result.packet.kind : result.code;
  const shown = isLogin ? { kind: 'auth', args: ['guest', '(name)', '(secret)', '(role)'] } : decoded;
  const text = isLogin ? '1\tguest\t(name)\t(secret)\t(role)' : raw;
  const head = h(
    'summary',
    {},
    h('span', { class: 'way', attributes: { 'aria-hidden': 'true' } }, direction === 'in' ? '↓' : '↑'),
    h('span', { class: 'hidden' }, direction === 'in' ? 'received' : 'sent'),
    h('span', { class: 'kind' }, kind),
    h('span', { class: 'peek' }, ...marked(text.length > 160 ? text.slice(0, 160) : text)),
    time(at, true),
  );
  return h(
    'details',
    { class: `entry ${direction}${result.ok ? '' : ' failed'}` },
    head,
    fieldList(shown),
    h('p', { class: 'raw-title' }, 'Raw'),
    h('p', { class: 'raw' }, ...marked(text)),
  );
}

/** What the server itself says is a list of its own inside the text. */
function withNotice(packet: object): object {
  const { userId, user, text } = packet as { userId?: string; user?: { id: string }; text?: string };
  if (text === undefined || (userId ?? user?.id) !== BOT_ID) return packet;
  const result = decodeNotice(text);
  if (!result.ok) return packet;
  return { ...packet, text: { notice: result.notice } };
}
