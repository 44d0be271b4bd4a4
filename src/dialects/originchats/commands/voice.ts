import type { Channel } from '../../../domain/channels/channels.js';
import { channels } from '../../../domain/channels/channels.js';
import { voice, voiceMembers, voiceUsers } from '../../../domain/voice/voice.js';
import type { Ask } from '../ask.js';
import { channelHere, may, textOf } from '../context.js';
import { refuse } from '../refusal.js';
import type { CommandRow } from './command.js';

const forbidden = 'You do not have permission to access this voice channel';

/** The voice channel that a request names (section 6.10). */
function voiceChannelOf(ask: Ask): Channel {
  const name = textOf(ask.request.channel) ?? refuse('Channel name is required');
  ask.self();
  const channel = channelHere(ask, name);
  if (channel === undefined || !may(ask, channel, 'see')) refuse(forbidden);
  if (channel.kind !== 'voice') refuse('This is not a voice channel');
  return channel;
}

const voiceJoin: CommandRow = {
  cmd: 'voice_join',
  section: '6.10',
  run(ask) {
    const peer = textOf(ask.request.peer_id) ?? refuse('Peer ID is required');
    const channel = voiceChannelOf(ask);
    return ask.submit(
      'voice.join',
      { session: ask.turn.session, user: ask.user, channel: channel.id, peer },
      {
        'channel-unknown': 'Voice channel no longer exists',
        'channel-kind': 'This is not a voice channel',
        'channel-rank-too-low': forbidden,
        'not-permitted': forbidden,
      },
      ({ others }) => {
        const participants = others.map(({ person, peer: peer_id, muted }) => ({
          username: person.handle,
          peer_id,
          muted,
        }));
        ask.reply({ channel: channel.name, participants });
      },
    );
  },
};

const voiceLeave: CommandRow = {
  cmd: 'voice_leave',
  section: '6.10',
  run(ask) {
    const { session } = ask.turn;
    const name = ask.read((view) => {
      const stay = view.get(voice, session);
      return stay === undefined ? undefined : view.get(channels, stay.channel)?.name;
    });
    return ask.submit('voice.leave', { session }, {}, () => ask.reply({ channel: name }));
  },
};

function mute(cmd: 'voice_mute' | 'voice_unmute'): CommandRow {
  return {
    cmd,
    section: '6.10',
    run: (ask) =>
      ask.submit(
        'voice.mute',
        { session: ask.turn.session, on: cmd === 'voice_mute' },
        {},
        ({ channel, muted }) => ask.reply({ channel: channel.name, muted }),
      ),
  };
}

const voiceState: CommandRow = {
  cmd: 'voice_state',
  section: '6.10',
  run(ask) {
    const { id, name } = voiceChannelOf(ask);
    const { config } = ask.tools.host;
    const inside = ask.read((view) => voiceUsers(view, id).includes(ask.user));
    const participants = ask.read((view) =>
      voiceMembers(view, config, id).map(({ person, peer, muted }) => ({
        id: person.identity,
        username: person.handle,
        muted,
        ...(inside ? { peer_id: peer } : {}),
      })),
    );
    ask.reply({ channel: name, participants });
  },
};

export const voiceCommands: readonly CommandRow[] = [
  voiceJoin,
  voiceLeave,
  mute('voice_mute'),
  mute('voice_unmute'),
  voiceState,
];
