// Sock Chat: log in as number `index + 1`, then talk. A delivery is `2 TAB seconds TAB id TAB text TAB message id TAB flags`.
const seconds = 10;
const messageId = 14;

export default {
  path: '/',
  async login(conn) {
    conn.send(`1\tbench\t${conn.index + 1}`);
    await conn.until('1\ty');
  },
  async join(conn, channel) {
    conn.send(`2\t${conn.index + 1}\t/join ${channel}`);
    await conn.until('5\t2');
  },
  overhead: (index) => '2\t\t\t\t\t10010'.length + seconds + String(index + 1).length + messageId,
  encode: (text, index) => `2\t${index + 1}\t${text}`,
};
