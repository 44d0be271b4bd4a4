import { BOT_ID, decodeNotice, type SockChatClient, type WirePacket } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import { type WireEntry, wirePanel } from '../frame/wire-panel.js';

/** Every packet of the connection, taken apart. */
export function wire(frame: Frame): (client: SockChatClient) => void {
  const add = wirePanel(frame);
  return (client) => {
    client.on('packet', (packet) => add(entry(packet)));
  };
}

function entry({ direction, raw, at, result }: WirePacket): WireEntry {
  if (!result.ok) {
    const shown = { error: result.code, 'at field': result.at };
    return { direction, at, kind: result.code, raw, shown, failed: true };
  }
  const { packet } = result;
  if (direction === 'out' && packet.kind === 'auth') {
    const args = ['guest', '(name)', '(secret)', '(role)'];
    return { direction, at, kind: 'auth', raw: ['1', ...args].join('\t'), shown: { kind: 'auth', args } };
  }
  return { direction, at, kind: packet.kind, raw, shown: withNotice(packet) };
}

/** What the server itself says is a list of its own inside the text. */
function withNotice(packet: object): object {
  const { userId, user, text } = packet as { userId?: string; user?: { id: string }; text?: string };
  if (text === undefined || (userId ?? user?.id) !== BOT_ID) return packet;
  const result = decodeNotice(text);
  if (!result.ok) return packet;
  return { ...packet, text: { notice: result.notice } };
}
