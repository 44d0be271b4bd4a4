import type { Rendering } from '../../delivery/deliver.js';
import type { ChatEvent } from '../../domain/events.js';
import { sightOf } from '../../domain/viewers.js';
import type { RenderTable } from '../dialect.js';
import type { Frame } from './packets.js';
import { push } from './to-whom.js';

/** Who is in voice channels (section 6.10). */
export const renderVoice: Pick<RenderTable<Frame>, 'voice_join' | 'voice_leave' | 'voice_update'> = {
  voice_join: (event) => toldOf(event, 'voice_user_joined'),
  voice_update: (event) => toldOf(event, 'voice_user_updated'),
  voice_leave: ({ channel, person }) =>
    push(channel, { cmd: 'voice_user_left', channel: channel.name, username: person.handle }),
};

/** Only those who are in the channel are told how to reach somebody (section 14: the document). */
function toldOf(event: ChatEvent<'voice_join'> | ChatEvent<'voice_update'>, cmd: string): Rendering<Frame>[] {
  const { channel, person, muted, peer, inside } = event;
  const user = { id: person.identity, username: person.handle, muted };
  const frame = (shown: object): Frame => ({ cmd, channel: channel.name, user: shown });
  return [
    { to: { to: 'users', users: inside }, packets: [frame({ ...user, peer_id: peer })] },
    { to: { to: 'viewers', of: sightOf(channel), exceptUsers: inside }, packets: [frame(user)] },
  ];
}
