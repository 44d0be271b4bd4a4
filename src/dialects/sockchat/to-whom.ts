import type { Rendering } from '../../delivery/deliver.js';
import type { UserId } from '../../domain/ids.js';
import type { ServerPacket } from './packets.js';

/** To whoever sits in a channel, if there is one. */
export function inChannel(
  channel: string | undefined,
  ...packets: ServerPacket[]
): Rendering<ServerPacket>[] {
  return channel === undefined ? [] : [{ to: { to: 'channel', channel }, packets }];
}

export function toUsers(users: readonly UserId[], ...packets: ServerPacket[]): Rendering<ServerPacket>[] {
  return [{ to: { to: 'users', users }, packets }];
}
