// Venueless: log in as number `index + 1`, join the first room, then talk there. A delivery is one `chat.event` with its sender's profile; the
// sender is answered besides, which does not count.
const uuid = '00000000-0000-8000-8000-000000000000';
const delivery = [
  'chat.event',
  {
    event_id: 45_671_234_560_000,
    channel: uuid,
    sender: uuid,
    timestamp: '2026-01-01T00:00:00.000+00:00',
    event_type: 'channel.message',
    content: { type: 'text', body: '' },
    edited: null,
    replaces: null,
    reactions: {},
    users: {
      [uuid]: {
        id: uuid,
        profile: { display_name: 'member-' },
        pretalx_id: null,
        deleted: false,
        badges: [],
        inactive: false,
      },
    },
  },
];
const length = JSON.stringify(delivery).length;
/** The letter after `["` of an answer: `success`. */
const answered = 's'.charCodeAt(0);

export default {
  path: '/ws/world/bench/',
  async login(conn) {
    conn.send(JSON.stringify(['authenticate', { client_id: String(conn.index + 1) }]));
    const [, welcome] = JSON.parse(await conn.until('["authenticated"'));
    const lounge = welcome['world.config'].rooms.find(({ name }) => name === 'lounge');
    conn.channel = lounge.modules[0].channel_id;
    conn.send(JSON.stringify(['chat.join', 1, { channel: conn.channel }]));
    await conn.until('["success",1');
  },
  ignores: (buffer, start) => buffer[start + 2] === answered,
  overhead: (index) => length + String(index + 1).length,
  encode: (body, _, { channel }) =>
    JSON.stringify([
      'chat.send',
      2,
      { channel, event_type: 'channel.message', content: { type: 'text', body } },
    ]),
};
