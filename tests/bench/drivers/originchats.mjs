// OriginChats: log in as number `index + 1`, then talk in the first channel. A delivery is one `message_new` with all its fields.
const delivery = {
  cmd: 'message_new',
  message: {
    user: 'member-',
    content: '',
    timestamp: 1_700_000_000.123,
    id: '28555796480000',
    pinned: false,
    type: 'message',
    interaction: null,
    pings: { users: [], roles: [], replies: [] },
  },
  channel: 'lounge',
  thread_id: null,
  global: true,
};
const length = JSON.stringify(delivery).length;

export default {
  path: '/originchats',
  async login(conn) {
    await conn.until('{"cmd":"handshake"');
    conn.send(JSON.stringify({ cmd: 'auth', validator: String(conn.index + 1) }));
    await conn.until('{"cmd":"ready"');
  },
  overhead: (index) => length + String(index + 1).length,
  encode: (text) => JSON.stringify({ cmd: 'message_new', channel: 'lounge', content: text }),
};
