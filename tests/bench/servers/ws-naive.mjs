// ws, the loop of its manual: send the text to each member.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { serve } from './serve.mjs';

const http = createServer();
const sockets = new WebSocketServer({ server: http });
sockets.on('connection', (socket) => {
  socket.on('message', (data) => {
    const text = data.toString();
    for (const member of sockets.clients) member.send(text);
  });
});
serve(http);
