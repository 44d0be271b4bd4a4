import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandTable } from '../../../src/dialects/originchats/commands/index.js';
import { rolesFromWire } from '../../../src/dialects/originchats/permissions.js';
import type { Json } from '../../support/json-probe.js';
import { type Member, type OriginServer, serve } from './support/server.js';

/** Roles of everybody in the table, in their order. */
const people = {
  owner: ['owner', 'user'],
  admin: ['admin', 'user'],
  moderator: ['moderator', 'user'],
  user: ['user'],
  none: [],
  banned: ['user'],
} as const;
type Who = keyof typeof people;

/** Permissions of channels (section 5.1): who may view, and one list for all that can be done there. */
const lists = {
  open: { view: ['user'], act: ['user'] },
  owners: { view: ['owner'], act: ['owner'] },
  'all-but-moderators': { view: ['!moderator', 'user'], act: ['!moderator', 'user'] },
  'seen-by-owners': { view: ['owner'], act: ['user'] },
  'unseen-by-moderators': { view: ['!moderator', 'user'], act: ['user'] },
  'owners-do': { view: ['user'], act: ['owner'] },
} as const;
type List = keyof typeof lists;

/**
 * Role permissions of the default roles (section 4), as far as commands ask for them; owners and administrators hold all. The chat's own
 * `defaults` let everybody send, whatever their roles.
 */
const held: Readonly<Record<Who, readonly string[] | 'all'>> = {
  owner: 'all',
  admin: 'all',
  moderator: ['manage_messages', 'manage_threads', 'send_messages'],
  user: ['send_messages'],
  none: ['send_messages'],
  banned: ['send_messages'],
};

/** Who gets past a command's check, in the specification's words. `undefined`: they do; else the frame that refuses. */
type Gate = (who: Who, list: List) => { readonly val: string; readonly bare?: true } | undefined;

const everybody: Gate = () => undefined;

/** Section 5.2. */
const needs =
  (...anyOf: string[]): Gate =>
  (who) => {
    const has = held[who];
    if (has === 'all' || anyOf.some((one) => has.includes(one))) return undefined;
    return { val: `Access denied: ${anyOf.map((one) => `'${one}'`).join(' or ')} permission required` };
  };

/** Section 5.3; section 14: or a permission. */
const owners =
  (orPermission?: string): Gate =>
  (who) => {
    if (people[who].length === 0) return { val: 'User roles not found', bare: true };
    const stands = orPermission !== undefined && needs(orPermission)(who, 'open') === undefined;
    if (who === 'owner' || stands) return undefined;
    return { val: "Access denied: 'owner' role required", bare: true };
  };

/** Section 5.1, view, send, delete, create_thread: the user's roles in order. Owners get no bypass. */
const walked =
  (part: 'view' | 'act', val: string, bare?: true): Gate =>
  (who, list) => {
    const refused = bare ? { val, bare } : { val };
    const names: readonly string[] = lists[list][part];
    for (const role of people[who]) {
      if (names.includes(`!${role}`)) return refused;
      if (names.includes(role)) return undefined;
    }
    return refused;
  };

const both =
  (...gates: Gate[]): Gate =>
  (who, list) => {
    for (const gate of gates) {
      const refused = gate(who, list);
      if (refused !== undefined) return refused;
    }
    return undefined;
  };

/** To view a channel. */
const viewing = (val: string, bare?: true): Gate => walked('view', val, bare);

/** To send, delete or create a thread. Whoever may not view the channel is refused as if that list refused them. */
const acting = (val: string): Gate => both(viewing(val), walked('act', val));

/** To react, edit_own, delete_own or pin: the same, but plain membership of the list (section 5.1). */
const member = (val: string): Gate =>
  both(viewing(val), (who, list) =>
    people[who].some((role) => (lists[list].act as readonly string[]).includes(role)) ? undefined : { val },
  );

/** What a request needs to get as far as the check: names of this list's channels and messages in them. */
interface Place {
  readonly channel: string;
  readonly voice: string;
  readonly forum: string;
  /** A message of the asker's own, and one of somebody else's. */
  readonly own: string;
  readonly other: string;
}

interface Row {
  readonly cmd: string;
  readonly gate: Gate;
  readonly request?: (place: Place) => object;
}

const noAccess = viewing('Access denied to this channel', true);
const send = acting('You do not have permission to send messages in this channel');
const inChannel = ({ channel }: Place) => ({ channel });
const ofMessage = ({ channel, other: id }: Place) => ({ channel, id });
const reaction = ({ channel, other: id }: Place) => ({ channel, id, emoji: '👍' });
const inVoice = viewing('You do not have permission to access this voice channel');

/** Requests go no further than the check where going on would change what later rows need. */
const table: readonly Row[] = [
  { cmd: 'message_new', gate: send, request: (at) => ({ channel: at.channel, content: 'x' }) },
  {
    cmd: 'message_edit',
    gate: member('You do not have permission to edit your own message in this channel'),
    request: ({ channel, own: id }) => ({ channel, id, content: 'y' }),
  },
  {
    cmd: 'message_react_add',
    gate: member('You do not have permission to add reactions to this message'),
    request: reaction,
  },
  {
    cmd: 'message_react_remove',
    gate: member('You do not have permission to remove reactions from this message'),
    request: reaction,
  },
  {
    cmd: 'message_pin',
    gate: member('You do not have permission to pin messages in this channel'),
    request: ofMessage,
  },
  {
    cmd: 'message_unpin',
    gate: member('You do not have permission to pin messages in this channel'),
    request: ofMessage,
  },
  { cmd: 'typing', gate: acting('Access denied to this channel'), request: inChannel },
  { cmd: 'messages_get', gate: noAccess, request: inChannel },
  { cmd: 'messages_around', gate: noAccess, request: (at) => ({ channel: at.channel, around: at.other }) },
  { cmd: 'message_get', gate: noAccess, request: ofMessage },
  { cmd: 'message_replies', gate: noAccess, request: ofMessage },
  { cmd: 'messages_search', gate: noAccess, request: (at) => ({ channel: at.channel, query: 'x' }) },
  { cmd: 'messages_pinned', gate: noAccess, request: inChannel },
  { cmd: 'embeds_list', gate: noAccess, request: ofMessage },
  { cmd: 'unreads_count', gate: noAccess, request: inChannel },
  { cmd: 'unreads_ack', gate: noAccess, request: inChannel },
  { cmd: 'unreads_get', gate: everybody },
  { cmd: 'pings_get', gate: everybody },
  {
    cmd: 'message_delete',
    gate: member('You do not have permission to delete your own message in this channel'),
    request: ({ channel, own: id }) => ({ channel, id }),
  },
  {
    cmd: 'message_delete',
    gate: acting('You do not have permission to delete this message'),
    request: ofMessage,
  },
  { cmd: 'channels_get', gate: everybody },
  ...['channel_create', 'channel_update', 'channel_move', 'channel_delete'].map((cmd) => ({
    cmd,
    gate: needs('manage_channels'),
  })),
  {
    cmd: 'thread_create',
    gate: acting('You do not have permission to create threads in this channel'),
    request: (at) => ({ channel: at.forum, name: ' ' }),
  },
  ...['get', 'messages', 'update', 'delete', 'join', 'leave'].map((what) => ({
    cmd: `thread_${what}`,
    gate: everybody,
  })),
  { cmd: 'users_list', gate: everybody },
  { cmd: 'users_online', gate: everybody },
  { cmd: 'status_set', gate: everybody },
  { cmd: 'status_get', gate: everybody },
  { cmd: 'ping', gate: everybody },
  { cmd: 'user_update', gate: needs('manage_users') },
  { cmd: 'user_ban', gate: owners('manage_users') },
  { cmd: 'user_unban', gate: owners('manage_users') },
  { cmd: 'users_banned_list', gate: owners('manage_users') },
  { cmd: 'user_timeout', gate: owners('manage_users') },
  { cmd: 'user_delete', gate: owners() },
  { cmd: 'rate_limit_status', gate: everybody },
  {
    cmd: 'rate_limit_status',
    gate: (who) =>
      who === 'owner' ? undefined : { val: 'Access denied: can only check your own rate limit status' },
    request: () => ({ user: 'bystander' }),
  },
  { cmd: 'rate_limit_reset', gate: needs('manage_server') },
  { cmd: 'modlog_get', gate: needs('view_audit_log', 'manage_users') },
  { cmd: 'modlog_summary', gate: needs('view_audit_log', 'manage_users') },
  ...['emoji_get_all', 'emoji_get_id', 'emoji_get_filename'].map((cmd) => ({ cmd, gate: everybody })),
  ...['emoji_add', 'emoji_update', 'emoji_delete'].map((cmd) => ({ cmd, gate: needs('manage_server') })),
  { cmd: 'attachment_get', gate: everybody },
  { cmd: 'attachment_delete', gate: everybody },
  { cmd: 'webhook_get', gate: everybody },
  { cmd: 'webhook_list', gate: everybody },
  ...['create', 'update', 'regenerate', 'delete'].map((what) => ({
    cmd: `webhook_${what}`,
    gate: needs('manage_server'),
  })),
  { cmd: 'server_info', gate: everybody },
  { cmd: 'server_update', gate: needs('manage_server') },
  { cmd: 'plugins_list', gate: owners() },
  { cmd: 'plugins_reload', gate: owners() },
  ...['push_get_vapid', 'push_subscribe', 'push_unsubscribe'].map((cmd) => ({ cmd, gate: everybody })),
  { cmd: 'roles_list', gate: everybody },
  ...['create', 'update', 'set', 'delete', 'reorder', 'permissions_set', 'permissions_get'].map((what) => ({
    cmd: `role_${what}`,
    gate: needs('manage_roles'),
  })),
  {
    cmd: 'role_permissions_get',
    gate: both(needs('manage_roles'), (who) =>
      who === 'owner' ? undefined : { val: 'Cannot manage roles at or above your position' },
    ),
    request: () => ({ name: 'admin' }),
  },
  ...['set', 'add', 'remove'].map((what) => ({ cmd: `user_roles_${what}`, gate: needs('manage_users') })),
  { cmd: 'user_roles_get', gate: everybody },
  { cmd: 'self_role_add', gate: everybody },
  { cmd: 'self_role_remove', gate: everybody },
  { cmd: 'self_roles_list', gate: everybody },
  { cmd: 'slash_list', gate: everybody },
  { cmd: 'slash_register', gate: everybody },
  {
    cmd: 'slash_call',
    gate: send,
    request: (at) => ({ channel: at.channel, command: 'nick', args: {} }),
  },
  { cmd: 'slash_response', gate: everybody },
  { cmd: 'poll_create', gate: needs('send_messages') },
  {
    cmd: 'poll_create',
    gate: both(needs('send_messages'), send),
    request: (at) => ({ channel: at.channel, question: '?', options: ['a', 'b'] }),
  },
  ...['vote', 'end', 'results', 'get'].map((what) => ({ cmd: `poll_${what}`, gate: everybody })),
  { cmd: 'voice_join', gate: inVoice, request: (at) => ({ channel: at.voice, peer_id: 'p' }) },
  { cmd: 'voice_state', gate: inVoice, request: (at) => ({ channel: at.voice }) },
  { cmd: 'voice_mute', gate: everybody },
  { cmd: 'voice_unmute', gate: everybody },
  { cmd: 'voice_leave', gate: everybody },
];

/** Not asked by the table: they end the asker's session, or are there in other modes only; each has tests of its own. */
const elsewhere = ['user_leave', 'pfp_set', 'pfp_get'];

/** What may be used while banned (section 8, and the heartbeat). */
const whileBanned = ['ping', 'user_leave'];

export function permissionTable(): void {
  let server: OriginServer;
  const cast = new Map<Who, Member>();
  const places = new Map<string, Place>();

  beforeAll(async () => {
    server = await serve({
      originchats: { rateLimits: { enabled: true, messagesPerMinute: 100_000, burst: 100_000 } },
    });
    const names = Object.keys(people) as Who[];
    const bystander = await server.arrive('bystander');
    for (const who of names) cast.set(who, await server.arrive(who, { roles: ['user'] }));
    const owner = cast.get('owner') as Member;
    const post = async (by: Member, channel: string): Promise<string> =>
      (await by.ask({ cmd: 'message_new', channel, content: 'here' })).message.id;
    const everything = ({ view, act }: { view: readonly string[]; act: readonly string[] }) => ({
      view,
      ...Object.fromEntries(
        ['send', 'delete', 'delete_own', 'edit_own', 'react', 'pin', 'create_thread'].map((one) => [
          one,
          act,
        ]),
      ),
    });
    for (const list of Object.keys(lists) as List[]) {
      const make = { by: 'host', roles: rolesFromWire(everything(lists.open)) ?? {} } as const;
      for (const kind of ['text', 'voice', 'forum'] as const)
        await server.chat.run('channel.create', { ...make, name: `${kind}-${list}`, kind });
      const at = { channel: `text-${list}`, voice: `voice-${list}`, forum: `forum-${list}` };
      for (const who of names) {
        const own = await post(cast.get(who) as Member, at.channel);
        places.set(`${who} ${list}`, { ...at, own, other: await post(bystander, at.channel) });
      }
    }
    for (const who of names)
      await server.chat.users.setRoles(server.chat.users.byHandle(who)?.id as never, people[who]);
    for (const list of Object.keys(lists) as List[])
      for (const kind of ['text', 'voice', 'forum'])
        await owner.ask({
          cmd: 'channel_update',
          current_name: `${kind}-${list}`,
          updates: { permissions: everything(lists[list]) },
        });
    await owner.ask({ cmd: 'user_ban', user: 'banned' });
  });
  afterAll(async () => {
    expect(server.errors).toEqual([]);
    await server.stop();
  });

  test('every command there is has a row', () => {
    const rows = new Set([...table.map((row) => row.cmd), ...elsewhere]);
    expect(commandTable.map((row) => row.cmd).filter((cmd) => !rows.has(cmd))).toEqual([]);
    expect(
      commandTable
        .filter((row) => row.whileBanned)
        .map((row) => row.cmd)
        .sort(),
    ).toEqual(whileBanned);
  });

  test.each(Object.keys(people) as Who[])('what %s may do in channels of every kind of list', async (who) => {
    const asker = cast.get(who) as Member;
    const wrong: object[] = [];
    const denials = new Set<string>();
    for (const { gate } of table)
      for (const one of Object.keys(people) as Who[])
        for (const list of Object.keys(lists) as List[]) denials.add(gate(one, list)?.val ?? '');
    for (const { cmd, gate, request } of table) {
      if (!commandTable.some((row) => row.cmd === cmd)) continue;
      for (const list of Object.keys(lists) as List[]) {
        const more = request?.(places.get(`${who} ${list}`) as Place) ?? {};
        const answer: Json = await asker.ask({ cmd, ...more });
        const banned = who === 'banned' && !whileBanned.includes(cmd);
        const refused = banned ? { val: 'Access denied: You are banned from this server' } : gate(who, list);
        const denied =
          answer.cmd === 'error' && (denials.has(answer.val) || answer.val.startsWith('Access denied'));
        const fits =
          refused === undefined
            ? !denied
            : answer.cmd === 'error' &&
              answer.val === refused.val &&
              answer.src === ('bare' in refused ? undefined : cmd);
        if (!fits) wrong.push({ cmd, list, expected: refused ?? 'past the check', answer });
        if (request === undefined) break;
      }
    }
    expect(wrong).toEqual([]);
  });
}
