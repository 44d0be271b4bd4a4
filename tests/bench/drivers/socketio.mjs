// Engine.IO 4 over WebSocket only, default namespace, event "m".
export default {
  path: '/socket.io/?EIO=4&transport=websocket',
  async login(conn) {
    await conn.until('0');
    conn.send('40');
    await conn.until('40');
  },
  overhead: () => '42["m",""]'.length,
  encode: (text) => `42["m",${JSON.stringify(text)}]`,
  other(conn, buffer, start) {
    if (buffer[start] === 0x32) conn.send('3');
  },
};
