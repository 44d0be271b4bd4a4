import type { Identity } from '../../../../src/domain/users/identity.js';
import type { Json } from '../../../support/json-probe.js';
import type { Cast } from './facts.js';

/** Somebody as Sock Chat shows one of the lowest rank. */
export function fields({ id, name }: Identity): string {
  return `${id}→${name}→inherit→0 0 0 0 0`;
}

/** The same of somebody who may do everything. */
export function staffFields({ id }: Identity, name: string): string {
  return `${id}→${name}→inherit→9 1 0 1 2`;
}

/** What a line of Sock Chat's own people looks like there. */
export function line({ id }: Identity, text: string, flags = '10010', message = '#1'): string {
  return `2→T→${id}→${text}→${message}→${flags}`;
}

/** What somebody whom its people do not know says there. */
export function strangersLine(
  who: Identity,
  text: string,
  more: { id?: string; flags?: string } = {},
): string {
  const { id = '#1', flags = '10010' } = more;
  return `7→1→T→${fields(who)}→${text}→${id}→1→${flags}`;
}

/** The list of people there, sent anew, with these: people of the lowest rank, or the fields of others. */
export function refreshed(...people: readonly (Identity | string)[]): string[] {
  const listed = people.map((one) => `→${typeof one === 'string' ? one : fields(one)}→1`);
  return ['8→1', `7→0→${people.length}${listed.join('')}`];
}

/** What the server says there. */
export function notice(...words: readonly string[]): string {
  return `2→T→-1→0␌${words.join('␌')}→#1→10010`;
}

/** A new message of OriginChats. */
export function posted(user: string, content: string, more: Json = {}, place: Json = {}): Json {
  return {
    cmd: 'message_new',
    message: {
      user,
      content,
      timestamp: 'T',
      id: '#1',
      pinned: false,
      type: 'message',
      interaction: null,
      pings: { users: [], roles: [], replies: [] },
      ...more,
    },
    channel: 'lounge',
    thread_id: null,
    global: true,
    ...place,
  };
}

/** What a command of OriginChats answers, by the server's own name. */
export function answered(command: string, user: string, content: string, id: string): Json {
  const { pings: _, ...message } = posted('originChats', content, {
    id,
    interaction: { command, username: user },
  }).message;
  return { cmd: 'message_new', message, channel: 'workshop', global: true };
}

/** Somebody as OriginChats has them come. */
export function comer({ name }: Identity): Json {
  return { username: name, roles: ['user'], color: null };
}

/** Somebody as Venueless shows them. */
export function person(name: string, displayName = name): Json {
  return {
    id: `<${name}>`,
    profile: { display_name: displayName },
    pretalx_id: null,
    deleted: false,
    badges: [],
    inactive: false,
  };
}

/** The server's own voice there. */
export const voice: Json = person('the server', 'Town');

/** An event of the lounge on Venueless, by somebody whom it shows. */
export function event(sender: Json, content: Json, more: Json = {}): Json {
  return [
    'chat.event',
    {
      event_id: '#1',
      channel: '<lounge>',
      sender: sender.id,
      timestamp: 'T',
      event_type: 'channel.message',
      content,
      edited: null,
      replaces: null,
      reactions: {},
      users: { [sender.id]: sender },
      ...more,
    },
  ];
}

export function text(body: string): Json {
  return { type: 'text', body };
}

/** That there is something to read there. */
export function unread(channel = 'lounge', id = '#1'): Json {
  return ['chat.unread_pointers', { [`<${channel}>`]: id }];
}

/** That somebody came to belong to a channel, or left it. */
export function belonging(name: string, membership: 'join' | 'leave', more: Json = {}): Json {
  const who = person(name);
  return event(who, { membership, user: who }, { event_type: 'channel.member', ...more });
}

/** A room of Venueless, as the lowest see it. */
export function room(name: string, more: Json = {}): Json {
  return {
    id: `<room ${name}>`,
    name,
    description: null,
    picture: null,
    import_id: null,
    pretalx_id: 0,
    permissions: ['room:chat.join', 'room:chat.read', 'room:chat.send', 'room:view'],
    force_join: false,
    modules: [{ type: 'chat.native', config: { volatile: false }, channel_id: `<${name}>` }],
    schedule_data: null,
    users: 'none',
    ...more,
  };
}

/** A channel of OriginChats, as it is listed while nothing was said. */
export function listed(name: string, more: Json = {}): Json {
  return {
    type: 'text',
    name,
    permissions: { view: ['user'], send: ['user'], delete: ['admin', 'moderator'], create_thread: ['user'] },
    last_message: null,
    last_message_id: null,
    ...more,
  };
}

/** All channels of OriginChats, with further ones. */
export function list(...more: readonly Json[]): Json {
  return { cmd: 'channels_get', val: [listed('lounge'), listed('workshop'), ...more] };
}

/** Who says what was said: somebody of the cast, or the server. */
export function speaker({ by, who }: Cast): Json {
  return by === 'host' ? voice : person(who.name);
}
