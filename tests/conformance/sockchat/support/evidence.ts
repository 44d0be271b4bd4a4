import { decodeClient } from '../../../../src/dialects/sockchat/codec.js';
import { decodeNotice } from '../../../../src/dialects/sockchat/notices.js';
import type { ClientPacket, ServerPacket } from '../../../../src/dialects/sockchat/packets.js';
import type { RejectionCode } from '../../../../src/domain/rejections.js';

/** What was really seen on sockets during this run. Filled by the test client only. */
export const evidence = {
  /** Kinds of packets that clients sent and the server let through its decoder. */
  sent: new Set<ClientPacket['kind']>(),
  /** Kinds of packets that clients received. */
  received: new Set<ServerPacket['kind']>(),
  /** Words inside packets: reasons of 1.n and 3, forms of 9, sub-forms worth proving. */
  words: new Set<string>(),
  /** Ids of notices, live or in the backlog. */
  notices: new Set<string>(),
  /** By name of a command as typed: ids of notices and kinds of packets that followed it. */
  commands: new Map<string, Set<string>>(),
  /** Refusals by the chat's rules, and whether a notice came of them. */
  refusals: new Map<RejectionCode, 'worded' | 'silent'>(),
};

let running: string | undefined;
let refused = new Set<RejectionCode>();
let noticed = false;

/** Something was sent; what is received until {@link sendingEnds} follows from it. */
export function sendingBegins(text: string): void {
  running = text.startsWith('/')
    ? (text.slice(1).split(' ', 1)[0] ?? '').replaceAll('.', '').toLowerCase()
    : undefined;
  refused = new Set();
  noticed = false;
}

/** The chat refused a command of the dialect's. Credited only with what came out of the socket, or did not where silence is due. */
export function noteRefused(code: RejectionCode): void {
  refused.add(code);
}

export function sendingEnds(): void {
  running = undefined;
  for (const code of refused) evidence.refusals.set(code, noticed ? 'worded' : 'silent');
  refused = new Set();
}

/** A client sent a frame. */
export function noteSent(frame: string): void {
  const decoded = decodeClient(frame);
  if (decoded.ok) evidence.sent.add(decoded.packet.kind);
}

/** A client received a packet. */
export function noteReceived(packet: ServerPacket): void {
  evidence.received.add(packet.kind);
  let id: string | undefined;
  if ((packet.kind === 'message' || packet.kind === 'context_message') && isBot(packet)) {
    const read = decodeNotice(packet.text);
    if (!read.ok) throw new Error(`the server said what is no notice: ${packet.text}`);
    ({ id } = read.notice);
    evidence.notices.add(id);
    if (packet.kind === 'message') noticed = true;
  }
  if (packet.kind === 'auth_fail' || packet.kind === 'user_remove')
    evidence.words.add(`${packet.kind} ${packet.reason}`);
  if (packet.kind === 'forced_disconnect') evidence.words.add(`${packet.kind} ${packet.banned}`);
  if (running === undefined || packet.kind === 'pong' || id === 'nocmd') return;
  let results = evidence.commands.get(running);
  if (results === undefined) {
    results = new Set();
    evidence.commands.set(running, results);
  }
  results.add(id ?? packet.kind);
}

function isBot(packet: Extract<ServerPacket, { kind: 'message' } | { kind: 'context_message' }>): boolean {
  return (packet.kind === 'message' ? packet.userId : packet.user.id) === '-1';
}
