import type { Chat } from '../../src/chat.js';
import type { ServerPacket } from '../../src/dialects/sockchat/codec.js';
import { uuidOf } from '../../src/dialects/uuid.js';
import { channels } from '../../src/domain/channels/channels.js';
import type { ChannelId, UserId } from '../../src/domain/ids.js';
import type { OriginClient, SockClient, VenueClient } from '../simulation/support/clients.js';
import type { Rig } from '../simulation/support/rig.js';
import type { Json } from '../support/json-probe.js';
import { cast } from './cast.js';
import type { Roll } from './roll.js';

export type AnyClient = SockClient | OriginClient | VenueClient;

/** Names for what frames have ids for; what is gone keeps its name. */
export class Names {
  readonly #rig: Rig;
  readonly #names = new Map<string, string>([[uuidOf('bot', 0), 'host']]);

  constructor(rig: Rig) {
    this.#rig = rig;
  }

  /** Takes in who and what has come since. */
  refresh(): void {
    const { chat } = this.#rig;
    for (const name of cast) {
      const user = chat.users.byIdentity('people', name);
      if (user === undefined) continue;
      this.#names.set(uuidOf('user', user.id), name);
      this.#names.set(`sock ${user.number}`, name);
    }
    for (const { id, name } of channelsOf(chat))
      this.#names.set(uuidOf('channel', id), name).set(`thread ${id}`, name);
  }

  of(id: string | null): string {
    return this.#names.get(id ?? '') ?? `nobody of ${id}`;
  }
}

/** All channels by name, direct ones by the names of their people. */
export function channelsOf(chat: Chat): { readonly id: ChannelId; readonly name: string }[] {
  const identity = (user: UserId) => chat.users.get(user)?.identity ?? user;
  return chat.read((view) =>
    [...view.all(channels)].map(({ id, name, direct }) => ({
      id,
      name: direct === undefined ? name : direct.members.map(identity).sort().join('+'),
    })),
  );
}

/** What a client has seen since the last time, in words: ids as `#12`, what is of no concern left out. */
export function sightsOf(client: AnyClient, names: Names, roll: Roll): string[] {
  const frames = client.take();
  if (client.dialect === 'sockchat') for (const one of frames as ServerPacket[]) roll.read(one);
  const seen =
    client.dialect === 'sockchat'
      ? (frames as ServerPacket[]).flatMap((one) => ofSock(one, (client as SockClient).channel, names))
      : client.dialect === 'originchats'
        ? (frames as Json[]).flatMap((one) => ofOrigin(one, names))
        : (frames as Json[]).flatMap((one) => ofVenue(one, names, (client as VenueClient).id !== ''));
  if (client.closedWith !== undefined) seen.push('closed');
  return seen;
}

function ofSock(packet: ServerPacket, here: string, names: Names): string[] {
  switch (packet.kind) {
    case 'auth_ok':
      return ['in'];
    case 'auth_fail':
      return ['out'];
    case 'message':
      if (packet.userId === '-1') return notice(packet.text, packet.messageId, here);
      if (packet.flags.private)
        return [`whisper #${packet.messageId} ${names.of(`sock ${packet.userId}`)}: ${packet.text}`];
      return [
        `said #${packet.messageId} ${here} ${names.of(`sock ${packet.userId}`)}: ${plainSock(packet.text)}`,
      ];
    case 'context_message': {
      const { user, messageId, text, notify, flags } = packet;
      const author = names.of(`sock ${user.id}`);
      if (flags.private) return [`whisper #${messageId} ${author}: ${text}`];
      if (user.id === '-1')
        return text.includes('\fsay\f') ? [`past #${messageId} host as host: ${said(text)}`] : [];
      if (notify) return [`said #${messageId} ${here} ${author}: ${plainSock(text)}`];
      return [`past #${messageId} ${author} as ${user.name}: ${plainSock(text)}`];
    }
    case 'message_delete':
      return [`gone #${packet.messageId}`];
    default:
      return [];
  }
}

/** A notice of section 7: an error, or what the server says. */
function notice(text: string, id: string, here: string): string[] {
  if (text.startsWith('1\f')) return ['refused'];
  if (text.startsWith('0\fnick\f')) return [`nick ${text.split('\f').slice(2).join(' is ')}`];
  return text.startsWith('0\fsay\f') ? [`said #${id} ${here} host: ${said(text)}`] : [];
}

function said(text: string): string {
  return text.split('\f')[2] ?? '';
}

function plainSock(text: string): string {
  return text.replaceAll(' <br/> ', '|').replace(/^<i>(.*)<\/i>$/, '/me $1');
}

function ofOrigin(frame: Json, names: Names): string[] {
  const { cmd, id, message, thread, thread_id } = frame;
  const channel = thread_id ? names.of(`thread ${thread_id}`) : frame.channel;
  switch (cmd) {
    case 'ready':
      return ['in'];
    case 'auth_error':
      return ['out'];
    case 'error':
      return ['refused'];
    case 'rate_limit':
      return ['is to wait'];
    case 'message_new':
      return [`said #${message.id} ${channel} ${authorOf(message)}: ${plain(message.content)}`];
    case 'message_edit':
      if (frame.content !== message.content) return [`edit of two minds: ${JSON.stringify(frame)}`];
      return [`edit #${id} ${channel}: ${plain(message.content)}`];
    case 'message_delete':
      return [`gone #${id} ${channel}`];
    case 'message_react_add':
      return [`react #${id} ${channel} ${frame.emoji} ${frame.from}`];
    case 'message_react_remove':
      return [`unreact #${id} ${channel} ${frame.emoji} ${frame.from}`];
    case 'message_pin':
    case 'message_unpin':
      return [`${frame.pinned ? 'pin' : 'unpin'} #${id} ${channel}`];
    case 'poll_vote_update':
      return [
        `vote #${frame.message_id} ${channel} ${frame.user} ${frame.option_ids} ${standing(frame.results)}`,
      ];
    case 'poll_end':
      // The answer to whoever ends it has no place.
      return channel === undefined ? [] : [`end #${frame.message_id} ${channel} ${standing(frame.results)}`];
    case 'nickname_update':
    case 'nickname_remove':
      return [`user ${frame.user} as ${frame.username} called ${frame.nickname ?? 'nothing'}`];
    case 'user_updated':
      return [`user ${frame.user_id} is ${frame.username} called ${frame.nickname ?? 'nothing'}`];
    case 'thread_create':
      return [`new ${threadOf(thread)}`];
    case 'thread_join':
    case 'thread_leave':
      return [`${cmd === 'thread_join' ? 'join' : 'leave'} of ${frame.user}: ${threadOf(thread)}`];
    case 'thread_delete':
      return [`end of ${channel}`];
    case 'thread_messages':
    case 'messages_get':
      return frame.messages.map((one: Json) =>
        `history #${one.id}${one.pinned ? ' pinned' : ''} ${authorOf(one)}: ${plain(one.content)} ${reactions(one.reactions ?? {}, (name) => name)}`.trimEnd(),
      );
    default:
      return [];
  }
}

function authorOf({ user }: Json): string {
  return user === 'originChats' ? 'host' : user;
}

function ofVenue([kind, first, second]: Json, names: Names, isIn: boolean): string[] {
  switch (kind) {
    case 'authenticated':
      return ['in'];
    case 'error':
      // Whoever is in is told so before the end of the connection.
      if (first?.code?.startsWith('auth.')) return isIn ? [] : ['out'];
      return ['refused'];
    case 'success':
      return (second?.results ?? [])
        .filter(isPlain)
        .map((one: Json) =>
          `history #${one.event_id} ${names.of(one.sender)}: ${plain(one.content.body)} ${reactions(one.reactions, (user) => names.of(user))}`.trimEnd(),
        );
    case 'chat.event': {
      if (first.event_type !== 'channel.message') return [];
      const { event_id: id, replaces, content, sender } = first;
      const room = names.of(first.channel);
      if (content.type === 'deleted') return [`gone #${replaces} as #${id} ${room}`];
      if (replaces !== null) return [`edit #${replaces} as #${id} ${room}: ${plain(content.body)}`];
      return [`said #${id} ${room} ${names.of(sender)}: ${plain(content.body)}`];
    }
    case 'chat.unread_pointers':
      // Of direct channels it is told with each message.
      return Object.keys(first).flatMap((id) =>
        names.of(id).includes('+') ? [] : [`unread ${names.of(id)}`],
      );
    case 'user.updated':
      return [`I am called ${first.profile.display_name}`];
    case 'chat.event.reaction':
      return [
        `reactions #${first.event_id} ${names.of(first.channel)} ${reactions(first.reactions, (user) => names.of(user))}`,
      ];
    default:
      return [];
  }
}

/** How a poll stands. */
function standing({ total_votes, results, ended }: Json): string {
  const lists = results.map(({ votes, voters }: Json) =>
    votes === voters.length ? voters.join(',') : `${votes} are not ${voters}`,
  );
  return `${total_votes} votes, ${lists.join('; ')}${ended ? ', over' : ''}`;
}

function threadOf({ name, created_by, participants }: Json): string {
  return `${name} by ${created_by} with ${participants}`;
}

function isPlain(event: Json): boolean {
  return event.event_type === 'channel.message' && event.replaces === null && event.content.type === 'text';
}

function reactions(map: Record<string, string[]>, name: (user: string) => string): string {
  return Object.entries(map)
    .map(([emoji, users]) => `${emoji}=${users.map(name).sort().join(',')}`)
    .join(' ');
}

/** `/me` is in italics. */
function plain(text: string): string {
  return text.replaceAll('\n', '|').replace(/^\*(.*)\*$/, '/me $1');
}
