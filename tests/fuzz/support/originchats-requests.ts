import { commandTable } from '../../../src/dialects/originchats/commands/index.js';
import type { Random } from '../../support/random.js';
import { oddTexts } from './odd-texts.js';

/** What there is to name in requests. */
export interface World {
  readonly names: readonly string[];
  /** Those that come and go; besides them there are `general`, `talk` for voices, and the forum `ideas`. */
  readonly channels: readonly string[];
  /** Ids that frames of the server have named: of messages, threads, polls, roles and whatever else has one. */
  readonly ids: readonly string[];
}

type Json = unknown;

/** Every command that somebody who is logged in may send. */
export const commands: readonly string[] = commandTable.map((row) => row.cmd);

/** Fields that commands take (section 6), those with a question mark now and then. Commands that are not listed here are sent with fields of any kind. */
const fieldsOf: Readonly<Record<string, readonly string[]>> = {
  message_new: ['channel', 'content', 'reply_to?', 'ping?', 'embeds?'],
  message_edit: ['channel', 'id', 'content', 'embeds?'],
  message_delete: ['channel', 'id'],
  message_react_add: ['channel', 'id', 'emoji'],
  message_react_remove: ['channel', 'id', 'emoji'],
  message_pin: ['channel', 'id', 'pinned?'],
  message_unpin: ['channel', 'id'],
  typing: ['channel'],
  messages_get: ['channel', 'start?', 'limit?'],
  messages_around: ['channel', 'around', 'bounds?'],
  message_get: ['channel', 'id'],
  message_replies: ['channel', 'id', 'limit?'],
  messages_search: ['channel', 'query'],
  messages_pinned: ['channel'],
  pings_get: ['limit?', 'offset?'],
  embeds_list: ['channel', 'id'],
  channel_create: ['name', 'type', 'description?', 'permissions?', 'size?'],
  channel_update: ['current_name', 'updates'],
  channel_move: ['name', 'position'],
  channel_delete: ['name'],
  thread_create: ['channel', 'name'],
  poll_create: ['channel', 'question', 'options', 'allow_multiselect?', 'duration_hours?'],
  poll_vote: ['poll_id', 'option_ids'],
  slash_register: ['commands'],
  slash_call: ['channel', 'command', 'args'],
  slash_response: ['channel', 'response', 'invoker', 'command'],
  voice_join: ['channel', 'peer_id'],
  status_set: ['status', 'text?'],
  user_roles_set: ['user', 'roles'],
  role_create: ['name', 'color?', 'permissions?', 'hoisted?', 'self_assignable?'],
  role_update: ['name', 'color?', 'permissions?'],
  role_reorder: ['roles'],
};

/** What counts against the rate limits (section 10). */
const limited = ['message_new', 'message_edit', 'typing'];

/** Commands that there are not, or not after a login. */
const strange = [...oddTexts, 'auth', 'login', 'register', 'nope', 'toString'];

const bare = (field: string) => field.replace('?', '');

const odd: readonly Json[] = [
  ...oddTexts,
  ...['x'.repeat(5_000), '@everyone @&owner @alice', '\uD800', '**_~`', 'toString', 'hasOwnProperty'],
  ...[null, true, false, 0, -1, 1.5, 1e308, 2 ** 53, -0.5, Number.MIN_VALUE, [], {}, [[]], [null], [{}]],
  ...[{ length: 3 }, { toString: 1 }, { id: {} }, [1, 'a', null, {}], Array(300).fill('a')],
  JSON.parse('{"__proto__":{"admin":true},"constructor":null}'),
  JSON.parse(`${'['.repeat(25)}${']'.repeat(25)}`),
];

/** Makes requests: mostly of the form that the command wants, with wrong fields among them. */
export function requests({ below, chance, pick }: Random) {
  const text = () =>
    pick([
      'hello',
      'hi @alice and @&user',
      '/nick x',
      '👩‍👩‍👧',
      `n${below(1_000)}`,
      'a\nb',
      'x'.repeat(below(3_000) + 1),
    ]);
  const roles = ['owner', 'admin', 'moderator', 'user', 'extra', '!user', 'nobody'];
  const list = <T>(make: () => T, most = 4): T[] => Array.from({ length: below(most + 1) }, make);
  const lists = () =>
    Object.fromEntries(
      ['view', 'send', 'delete', 'delete_own', 'edit_own', 'react', 'pin', 'create_thread'].map((action) => [
        action,
        ['user', ...list(() => pick(roles))],
      ]),
    );
  const embed = () => ({
    type: chance(0.8) ? 'rich' : pick(['link', 'image', 'poll', 'odd']),

    title: text().slice(0, 256),
    ...(chance(0.5) ? { url: 'https://example.org/' } : {}),
    ...(chance(0.3) ? { fields: list(() => ({ name: 'n', value: text().slice(0, 1_024) })) } : {}),
    ...(chance(0.1) ? { color: pick(odd) } : {}),
  });

  /** A value that commands expect under this name. */
  const right = (field: string, world: World, cmd: string): Json => {
    const name = () => pick(world.names);
    const id = () => (world.ids.length === 0 || chance(0.1) ? String(below(1e9)) : pick(world.ids));
    switch (field) {
      case 'channel':
        if (cmd.startsWith('voice_') && chance(0.8)) return 'talk';
        if (cmd.startsWith('thread_') && chance(0.8)) return 'ideas';
        return chance(0.75) ? 'general' : pick(world.channels);
      case 'current_name':
        return pick(world.channels);
      case 'name':
        return chance(0.7) ? pick(world.channels) : pick([...roles, `new${below(9)}`]);
      case 'user':
      case 'username':
      case 'invoker':
        return name();
      case 'type':
        return pick(['text', 'voice', 'separator', 'forum']);
      case 'permissions':
        return chance(0.7) ? lists() : list(() => pick(['send_messages', 'administrator', 'odd']));
      case 'updates':
        return chance(0.5)
          ? { permissions: lists(), description: text() }
          : { name: pick(world.channels), nickname: text(), type: pick(['text', 'forum', 'voice']) };
      case 'roles':
        return list(() => pick(roles));
      case 'role':
        return pick(roles);
      case 'start':
        return chance(0.5) ? below(50) : id();
      case 'limit':
      case 'offset':
      case 'position':
      case 'size':
      case 'timeout':
      case 'duration_hours':
        return below(300);
      case 'bounds':
        return { above: below(300), below: below(300) };
      case 'ping':
      case 'pinned':
      case 'hoisted':
      case 'self_assignable':
      case 'allow_multiselect':
      case 'archived':
      case 'locked':
        return chance(0.5);
      case 'embeds':
        return list(embed, chance(0.05) ? 11 : 2);
      case 'attachments':
        return list(() => ({ id: id() }));
      case 'emoji':
        return pick(['👍', '👎', '❤️', '🎉', 'originChats://x/emojis/1', '__proto__', 'constructor']);
      case 'options':
        return list(() => (chance(0.5) ? text() : { id: String(below(4)), text: text() }), 11);
      case 'option_ids':
        return list(() => String(below(4)));
      case 'commands':
        return list(() => ({
          name: `c${below(5)}`,
          description: text(),
          options: list(() => ({ name: 'a', description: 'd', type: pick(['str', 'int', 'bool']) })),
          whitelistRoles: null,
          blacklistRoles: null,
        }));
      case 'args':
        return { a: text() };
      case 'command':
        return `c${below(5)}`;
      case 'status':
        return pick(['online', 'idle', 'dnd', 'offline', 'invisible']);
      case 'color':
        return pick(['#ff0000', 'red', null]);
      case 'data':
        return { color: '#00ff00', description: text() };
      case 'subscription':
        return { endpoint: 'https://push.example.org/1', keys: { p256dh: 'p', auth: 'a' } };
      case 'content':
      case 'query':
      case 'question':
      case 'text':
      case 'response':
      case 'description':
      case 'peer_id':
      case 'url':
        return text();
      default:
        return id();
    }
  };
  const anyField = [
    ...new Set(Object.values(fieldsOf).flatMap((fields) => fields.map(bare))),
    ...['thread_id', 'user', 'username', 'role', 'id', 'poll_id', 'option_id', 'timeout', 'url', 'image'],
    ...['emoji_id', 'attachment_id', 'subscription', 'endpoint', 'plugin', 'icon', 'data', 'message_id'],
    ...['archived', 'locked', 'expires_at', 'attachments', 'category', 'action', 'after', 'hoisted'],
  ];

  /** One request as text. */
  return (world: World, only?: string): string => {
    const cmd = only ?? (chance(0.03) ? pick(strange) : pick(chance(0.15) ? limited : commands));
    const fields: Record<string, Json> = Object.create(null);
    const known =
      (Object.hasOwn(fieldsOf, cmd) ? fieldsOf[cmd] : undefined) ?? anyField.filter(() => chance(0.6));
    for (const field of known) fields[field] = right(field, world, cmd);
    if (chance(0.1)) fields.thread_id = right('thread_id', world, cmd);
    for (const field of Object.keys(fields)) if (chance(0.04)) fields[field] = pick(odd);
    for (const field of Object.keys(fields)) if (chance(0.03)) delete fields[field];
    if (chance(0.05)) fields[pick(anyField)] = pick(odd);
    if (chance(0.3)) fields.listener = chance(0.9) ? `l${below(100)}` : pick(odd);
    const wire = JSON.stringify({ cmd: chance(0.01) ? pick(odd) : cmd, ...fields });
    if (chance(0.01)) return wire.slice(0, below(wire.length));
    // A number that no encoder of ours would write.
    return chance(0.005) ? wire.replace(/:\d+/, ':1e400') : wire;
  };
}
