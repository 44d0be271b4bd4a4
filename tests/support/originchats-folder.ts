import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hashSync } from 'bcryptjs';

/** The smallest picture that is one. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** A UUID that a test can tell apart. */
export function uuid(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** 2024-01-01T00:00:00Z, in Unix seconds. */
export const newYear = 1_704_067_200;

/** A message as the original stores it; `n` makes its id and its time. */
export function stored(n: number, user: string, content: string, more: object = {}): object {
  const fields = { user, content, timestamp: newYear + n + 0.25, type: 'message', pinned: false };
  return { ...fields, id: uuid(n), interaction: null, ...more };
}

/** One JSON object on each line, padded as the original pads. Texts stand as they are. */
export function lines(list: readonly (object | string | Buffer)[]): Buffer {
  const parts = list.flatMap((one, index) => {
    const line =
      one instanceof Buffer ? one : Buffer.from(typeof one === 'string' ? one : JSON.stringify(one));
    return [...(index === 0 ? [] : [Buffer.from('\n')]), line, Buffer.alloc(512, ' ')];
  });
  return Buffer.concat(parts);
}

/** Writes files below a folder: text and bytes as they are, all else as JSON. */
export function writeFiles(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    const isRaw = typeof content === 'string' || content instanceof Uint8Array;
    writeFileSync(path, isRaw ? content : JSON.stringify(content));
  }
}

/** A data folder with something of everything, and with what goes wrong in such folders. */
export function writeDataFolder(folder: string): void {
  const online = { status: 'online', text: '' };
  const everybody = { view: ['user'], send: ['user'], delete: ['admin'], pin: ['owner'], react: ['user'] };
  const role = (position: number, more: object) => ({
    description: null,
    color: null,
    hoisted: false,
    position,
    ...more,
  });
  writeFiles(folder, {
    'users.json': {
      'USR:a1': {
        username: 'anna',
        roles: ['owner', 'user'],
        status: online,
        nickname: 'Änni',
        shoe_size: 38,
      },
      'USR:b2': { username: 'ben', roles: ['user'], status: { status: 'dnd', text: 'busy' } },
      'USR:c3': { username: 'Anna', roles: ['user', 'reader'], status: online },
      'USR:d4': { username: 'mallory', roles: ['banned', 'user'], status: online },
      'USR:local_lena': {
        username: 'USR:local_lena',
        nickname: 'lena',
        roles: ['user'],
        status: online,
        pfp_url: null,
        password_hash: hashSync('secret', 4).replace(/^\$2a/, '$2b'),
        validator: 'x',
      },
      broken: 'not a record',
    },
    'roles.json': {
      owner: role(0, { id: uuid(9001), color: '#9400D3', hoisted: true, permissions: ['administrator'] }),
      user: role(2, { id: uuid(9002), permissions: ['send_messages', 'change_nickname'] }),
      reader: role(1, {
        id: uuid(9003),
        color: '#00FF00',
        self_assignable: true,
        category: 'Interests',
        permissions: { mention_everyone: true, send_messages: false, mention_roles: ['owner'] },
      }),
    },
    'channels.json': [
      { type: 'text', name: 'general', description: 'All', permissions: everybody, last_read_by: ['x'] },
      { type: 'separator', size: 12, permissions: { view: ['user'] } },
      { type: 'text', name: 'my channel!', permissions: everybody },
      { type: 'text', name: 'My-Channel', permissions: { view: ['user'], send: ['!reader', 'user'] } },
      { type: 'text', name: 'general', permissions: everybody },
      { type: 'forum', name: 'ideas', permissions: { ...everybody, create_thread: ['user'] } },
      { type: 'voice', name: 'hall', permissions: everybody },
      { type: 'text', name: 'secret', permissions: { view: ['owner'], send: ['owner'] } },
    ],
    'channels/general.json': lines([
      stored(1, 'USR:a1', 'first'),
      stored(2, 'USR:b2', 'hello @anna', { reply_to: { id: uuid(1), user: 'USR:a1' }, ping: true }),
      '{"user":"USR:b2","content":"cut off',
      stored(4, 'USR:b2', 'liked', {
        reactions: { '👍': ['USR:a1', 'USR:gone'], '🎉': ['USR:b2'] },
        pinned: true,
      }),
      stored(5, 'USR:gone', 'from somebody who left', { edited: true }),
      '',
      stored(6, 'originChats', 'from a program', { webhook: { id: uuid(9100), name: 'CI', avatar: null } }),
      stored(7, 'USR:a1', 'x'.repeat(5_000_000)),
      stored(4, 'USR:b2', 'liked, again'),
      Buffer.concat([
        Buffer.from('{"user":"USR:b2","content":"caf'),
        Buffer.from([0xe9]),
        Buffer.from(`","timestamp":${newYear + 8},"id":"${uuid(8)}"}`),
      ]),
      stored(9, 'USR:a1', 'answers what is gone', { reply_to: { id: uuid(777), user: 'USR:b2' } }),
      stored(10, 'USR:b2', '', {
        attachments: [{ id: uuid(9200), name: 'dot.png', mime_type: 'image/png', size: 1, url: '/x' }],
      }),
      stored(11, 'USR:a1', '', {
        embeds: [{ type: 'poll', poll: { question: 'Tea?', options: ['yes', 'no'] } }],
      }),
      '[1,2,3]',
      stored(12, 'USR:b2', 'last'),
    ]),
    // The older format; its times are among those of the other file, and one goes back.
    'channels/my channel!.json': JSON.stringify(
      [
        stored(2, 'USR:a1', 'same time, same id, "quoted\\" ]}'),
        stored(101, 'USR:b2', 'later'),
        stored(3, 'USR:a1', 'clock set back'),
      ],
      null,
      2,
    ),
    'channels/left over.json': lines([stored(50, 'USR:a1', 'of a channel that was renamed')]),
    'threads/t1.json': {
      id: 't1',
      name: 'A roof garden',
      parent_channel: 'ideas',
      created_by: 'USR:b2',
      created_at: newYear,
      locked: false,
      archived: false,
      participants: ['USR:b2', 'USR:a1', 'USR:gone'],
    },
    'threads/t2.json': { id: 't2', name: 'Lost', parent_channel: 'nowhere', created_by: 'USR:b2' },
    'threadMessages/t1.jsonl': lines([stored(20, 'USR:b2', 'plants'), stored(21, 'USR:a1', 'and bees')]),
    'unreads.json': {
      'USR:a1': { general: uuid(4), 'thread/t1': uuid(20), secret: uuid(1) },
      'USR:b2': { general: uuid(12) },
    },
    'polls.json': {
      p1: {
        id: 'p1',
        message_id: uuid(11),
        channel: 'general',
        thread_id: null,
        question: 'Tea?',
        options: [
          { id: '0', text: 'yes' },
          { id: '1', text: 'no', emoji: '☕' },
        ],
        allow_multiselect: true,
        expires_at: null,
        created_by: 'USR:a1',
        created_at: newYear + 11,
        ended: false,
        ended_at: null,
      },
    },
    'poll_votes.json': {
      p1: [
        { poll_id: 'p1', option_id: '1', user_id: 'USR:b2', voted_at: newYear + 12 },
        { poll_id: 'p1', option_id: '0', user_id: 'USR:b2', voted_at: newYear + 12 },
        { poll_id: 'p1', option_id: '0', user_id: 'USR:gone', voted_at: newYear + 13 },
      ],
    },
    'webhooks.json': {
      [uuid(9100)]: {
        id: uuid(9100),
        channel: 'general',
        name: 'CI',
        token: 'tok',
        created_by: 'USR:a1',
        created_at: newYear,
        avatar: null,
      },
    },
    'serverEmojis.json': {
      '0': { name: 'dot', fileName: '0.png' },
      '4': { name: 'none', fileName: '4.gif' },
    },
    'serverEmojis/0.png': png,
    'attachments.json': {
      [uuid(9200)]: {
        id: uuid(9200),
        filename: `${uuid(9200)}.png`,
        original_name: 'dot.png',
        mime_type: 'image/png',
        size: 1,
        hash: 'a'.repeat(64),
        uploader_id: 'USR:b2',
        uploader_name: 'ben',
        channel: 'general',
        created_at: newYear,
        expires_at: null,
        permanent: true,
        referenced: true,
      },
      [uuid(9201)]: { id: uuid(9201), filename: 'old.png', mime_type: 'image/png', expires_at: newYear },
    },
    [`attachments/${uuid(9200)}.png`]: png,
    'modlog.json': [
      {
        id: '1704067200000-USR:a1',
        action: 'user_ban',
        category: 'user_moderation',
        actor_id: 'USR:a1',
        actor_name: 'anna',
        target_id: 'USR:d4',
        target_name: 'mallory',
        details: {},
        // What is a year old is let go of.
        timestamp: Date.now() / 1_000 - 3_600,
      },
      // An act that this chat has no name for.
      ...[1, 2].map((n) => ({
        id: `1704067200000-USR:a1-${n}`,
        action: 'backup_create',
        category: 'other',
        actor_id: 'USR:a1',
        actor_name: 'anna',
        details: { n },
        timestamp: Date.now() / 1_000 - 3_600 + n,
      })),
    ],
    'push_subscriptions.json': {
      anna: [{ endpoint: 'https://push.example/1', p256dh: 'k', auth: 's', last_used: newYear }],
    },
  });
}
