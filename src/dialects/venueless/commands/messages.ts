import type { Channel } from '../../../domain/channels/channels.js';
import type { MessageId } from '../../../domain/ids.js';
import { mentionsOf } from '../../../domain/messages/mentions.js';
import { mayNotSpeakIn } from '../../../domain/messages/speaking.js';
import type { Person } from '../../../domain/users/person.js';
import { uuidOf } from '../../uuid.js';
import type { Ask, Texts } from '../ask.js';
import { type Change, contentOf, messageEvent, replacingEvent } from '../event-shapes.js';
import { filesSaid } from '../files.js';
import type { Frame } from '../packets.js';
import { refuse } from '../refusal.js';
import { channelOf, needsMember, needsRoom, needsSpeech } from '../rooms.js';
import { anybodyShape } from '../shapes.js';
import { textFrom } from '../text.js';
import type { CommandRow } from './command.js';
import { eventIdIn } from './event-id.js';

/** What a message is to say. */
interface Said {
  readonly text: string;
  /** Ids of the sender's own uploads. */
  readonly attachments?: readonly string[];
}

const send: CommandRow = {
  action: 'chat.send',
  section: '8.5',
  fields: { channel: 'uuid', event_type: 'text', content: 'object', replaces: 'number' },
  run(ask) {
    const channel = channelOf(ask);
    needsRoom(ask, channel, 'send');
    needsMember(ask, channel);
    const { event_type: type, content, replaces } = ask.payload;
    if (type !== 'channel.message') refuse('chat.unsupported_event_type');
    const said = saidIn(ask, content);
    if (said === 'deleted') return takeBack(ask, channel, eventIdIn(ask, replaces));
    const isEmpty = said.text === '' && said.attachments === undefined;
    if (isGiven(replaces)) {
      if (!isEmpty) needsSpeech(ask);
      return rewrite(ask, channel, eventIdIn(ask, replaces), said);
    }
    if (isEmpty) refuse('chat.empty');
    needsVoice(ask, channel);
    return say(ask, channel, said);
  },
};

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** What a content comes to; calls are not offered here. A text that is left out is an empty one. */
function saidIn(ask: Ask, content: unknown): Said | 'deleted' {
  const given = (content ?? {}) as Record<string, unknown>;
  const { type, body } = given;
  if (type === 'deleted' && isGiven(ask.payload.replaces)) return 'deleted';
  if (type === 'files') return filesSaid(ask, given);
  if (type !== 'text') refuse('chat.unsupported_content_type');
  if (!isGiven(body)) return { text: '' };
  if (typeof body !== 'string') return ask.invalid();
  return { text: ask.read((view) => textFrom(view, body)) };
}

/** Refuses whoever is silenced, or blocked by somebody in a direct channel. */
function needsVoice(ask: Ask, channel: Channel): void {
  needsSpeech(ask);
  const user = ask.self();
  const no = ask.read((view) => mayNotSpeakIn(view, ask.tools.host.config, user, channel, ask.turn.now));
  if (no !== undefined) refuse('chat.denied');
}

/** Whatever keeps somebody from saying or changing a message is told in one way (section 8.5). */
const denied: Texts = { 'not-permitted': { code: 'chat.denied' }, 'user-outranks': { code: 'chat.denied' } };

function say(ask: Ask, channel: Channel, said: Said): void | Promise<void> {
  return ask.submit(
    'message.send',
    { by: ask.user, channel: channel.id, ...said },
    ({ message }) => ({
      event: ask.read((view) => messageEvent(message, mentionsOf(view, message), ask.tools)),
    }),
    denied,
    ({ id, missed = [] }) => (missed.length === 0 ? [] : [warning(ask, channel, id, missed)]),
  );
}

/** Whom a message does not reach although it mentions them (section 9). */
function warning(ask: Ask, channel: Channel, id: MessageId, missed: readonly Person[]): Frame {
  const look = { ...ask.look(), manages: false };
  const people = ask.read((view) => missed.map(({ user }) => anybodyShape(view, user, look)));
  return [
    'chat.mention_warning',
    { channel: uuidOf('channel', channel.id), event_id: id, missed_users: people },
  ];
}

function rewrite(ask: Ask, channel: Channel, id: MessageId, said: Said): void | Promise<void> {
  return ask.submit(
    'message.edit',
    { by: ask.user, id, in: channel.id, attachments: [], ...said, own: true },
    ({ message, edit, at }) => {
      const content = ask.read((view) => contentOf(message, mentionsOf(view, message), ask.tools.settings));
      return { event: replacingEvent(changeBy(ask, channel, id, { edit, at }), content) };
    },
    denied,
  );
}

function takeBack(ask: Ask, channel: Channel, id: MessageId): void | Promise<void> {
  needsVoice(ask, channel);
  return ask.submit(
    'message.delete',
    { by: ask.user, id, in: channel.id },
    ({ edit = id, at }) => ({ event: replacingEvent(changeBy(ask, channel, id, { edit, at })) }),
    denied,
  );
}

function changeBy(ask: Ask, channel: Channel, replaces: MessageId, change: Pick<Change, 'edit' | 'at'>) {
  return { ...change, sender: uuidOf('user', ask.user), replaces, channel: channel.id };
}

export const messageCommands: readonly CommandRow[] = [send];
