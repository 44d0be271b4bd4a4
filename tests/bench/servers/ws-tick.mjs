// ws at its best: framed once per message, all messages of one turn of the event loop joined, one write per member and turn.
import { createServer } from 'node:http';
import { Sender, WebSocketServer } from 'ws';
import { serve } from './serve.mjs';

const http = createServer();
const sockets = new WebSocketServer({ server: http });
let frames = [];
function flush() {
  const bytes = Buffer.concat(frames);
  frames = [];
  for (const member of sockets.clients) member._socket.write(bytes);
}
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    if (frames.length === 0) setImmediate(flush);
    frames.push(...Sender.frame(data, { fin: true, opcode: 1, mask: false, rsv1: false, readOnly: true }));
  });
});
serve(http);
