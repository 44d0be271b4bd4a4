import type { ClientPacket, ServerPacket } from './packets.js';

/** One row of {@link PACKETS}. */
export interface PacketRow {
  /** Who sends it. */
  readonly direction: 'client' | 'server';
  readonly kind: ServerPacket['kind'] | ClientPacket['kind'];
  /** Field 0. */
  readonly number: number;
  /** Field 1 where it tells kinds apart: a digit, `y`, `n`, or `#` for any number; else null. */
  readonly sub: string | null;
  /** Section and clause of the wire specification. */
  readonly section: string;
}

/** Every packet of version 1 and of the drafts, once per direction, in the order of the specification. Tests are generated from it. */
export const PACKETS = [
  { direction: 'client', kind: 'ping', number: 0, sub: null, section: '4 C0' },
  { direction: 'client', kind: 'auth', number: 1, sub: null, section: '4 C1' },
  { direction: 'client', kind: 'message', number: 2, sub: null, section: '4 C2' },
  { direction: 'server', kind: 'pong', number: 0, sub: null, section: '5 S0' },
  { direction: 'server', kind: 'auth_ok', number: 1, sub: 'y', section: '5 S1.y' },
  { direction: 'server', kind: 'auth_fail', number: 1, sub: 'n', section: '5 S1.n' },
  { direction: 'server', kind: 'user_add', number: 1, sub: '#', section: '5 S1.#' },
  { direction: 'server', kind: 'message', number: 2, sub: null, section: '5 S2' },
  { direction: 'server', kind: 'user_remove', number: 3, sub: null, section: '5 S3' },
  { direction: 'server', kind: 'channel_add', number: 4, sub: '0', section: '5 S4.0' },
  { direction: 'server', kind: 'channel_update', number: 4, sub: '1', section: '5 S4.1' },
  { direction: 'server', kind: 'channel_remove', number: 4, sub: '2', section: '5 S4.2' },
  { direction: 'server', kind: 'channel_user_add', number: 5, sub: '0', section: '5 S5.0' },
  { direction: 'server', kind: 'channel_user_remove', number: 5, sub: '1', section: '5 S5.1' },
  { direction: 'server', kind: 'channel_switch', number: 5, sub: '2', section: '5 S5.2' },
  { direction: 'server', kind: 'message_delete', number: 6, sub: null, section: '5 S6' },
  { direction: 'server', kind: 'context_users', number: 7, sub: '0', section: '5 S7.0' },
  { direction: 'server', kind: 'context_message', number: 7, sub: '1', section: '5 S7.1' },
  { direction: 'server', kind: 'context_channels', number: 7, sub: '2', section: '5 S7.2' },
  { direction: 'server', kind: 'context_clear', number: 8, sub: null, section: '5 S8' },
  { direction: 'server', kind: 'forced_disconnect', number: 9, sub: null, section: '5 S9' },
  { direction: 'server', kind: 'user_update', number: 10, sub: null, section: '5 S10' },
  { direction: 'client', kind: 'capabilities', number: 3, sub: null, section: '12, 2021 C3' },
  { direction: 'client', kind: 'typing', number: 4, sub: null, section: '12, 2021 C4' },
  { direction: 'server', kind: 'capabilities', number: 11, sub: null, section: '12, 2021 S11' },
  { direction: 'server', kind: 'typing', number: 12, sub: null, section: '12, 2021 S12' },
  { direction: 'client', kind: 'client_info', number: 3, sub: null, section: '12, 2025 C3' },
  { direction: 'server', kind: 'server_info', number: 11, sub: null, section: '12, 2025 S11' },
] as const satisfies readonly PacketRow[];
