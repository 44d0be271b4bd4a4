// socket.io, one room, as its manual has it, with compression off.
import { createServer } from 'node:http';
import { Server } from 'socket.io';
import { serve } from './serve.mjs';

const http = createServer();
const io = new Server(http, { transports: ['websocket'], serveClient: false, perMessageDeflate: false });
io.on('connection', (socket) => {
  socket.join('room');
  socket.on('m', (text) => io.to('room').emit('m', text));
});
serve(http);
