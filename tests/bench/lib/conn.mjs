// A deliberately small WebSocket client: one shared read buffer for all sockets, no masking by random bytes.
// While `hot` is not set, messages are kept for login scripts; afterwards each is handed to it as (conn, buffer, start, end), uncopied.
import { randomBytes } from 'node:crypto';
import net from 'node:net';

const shared = Buffer.allocUnsafeSlow(256 * 1024);
const mask = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

function clientFrame(data, opcode = 1) {
  const body = Buffer.from(data);
  const head = body.length < 126 ? 2 : 4;
  const frame = Buffer.allocUnsafe(head + 4 + body.length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (head === 2 ? body.length : 126);
  if (head === 4) frame.writeUInt16BE(body.length, 2);
  mask.copy(frame, head);
  for (let i = 0; i < body.length; i++) frame[head + 4 + i] = body[i] ^ mask[i & 3];
  return frame;
}

export class Conn {
  closed = false;
  hot = null;
  #isOpen = false;
  #carry = null;
  #kept = [];
  #waiting = [];

  constructor(index) {
    this.index = index;
  }

  connect({ port, path = '/', localAddress }) {
    return new Promise((resolve, reject) => {
      const socket = net.connect({
        host: '127.0.0.1',
        port,
        localAddress,
        noDelay: true,
        onread: { buffer: shared, callback: (length, buffer) => this.#read(buffer, length) },
      });
      this.socket = socket;
      this.opened = resolve;
      this.refused = reject;
      socket.on('error', reject);
      socket.on('close', () => {
        this.closed = true;
        reject(new Error('closed'));
        for (const waiting of this.#waiting.splice(0)) waiting.reject(new Error('closed while waiting'));
      });
      socket.on('connect', () =>
        socket.write(
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
            `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`,
        ),
      );
    });
  }

  send(data) {
    this.socket.write(clientFrame(data));
  }

  /** The next message as text. */
  next(ms = 60_000) {
    if (this.#kept.length > 0) return Promise.resolve(this.#kept.shift());
    if (this.closed) return Promise.reject(new Error('closed'));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no message within ${ms} ms`)), ms);
      const done = (settle) => (value) => {
        clearTimeout(timer);
        settle(value);
      };
      this.#waiting.push({ resolve: done(resolve), reject: done(reject) });
    });
  }

  /** Waits for a message that starts like this; drops the others. */
  async until(start, ms) {
    for (;;) {
      const message = await this.next(ms);
      if (message.startsWith(start)) return message;
    }
  }

  heat(hot) {
    this.hot = hot;
    this.#kept = [];
  }

  end() {
    this.socket?.destroy();
  }

  #message(buffer, start, end) {
    if (this.hot !== null) return this.hot(this, buffer, start, end);
    const text = buffer.latin1Slice(start, end);
    const waiting = this.#waiting.shift();
    if (waiting === undefined) this.#kept.push(text);
    else waiting.resolve(text);
  }

  #read(buffer, length) {
    let end = length;
    let at = 0;
    if (this.#carry !== null) {
      buffer = Buffer.concat([this.#carry, buffer.subarray(0, length)]);
      end = buffer.length;
      this.#carry = null;
    }
    if (!this.#isOpen) {
      const blank = buffer.indexOf('\r\n\r\n', 0, 'latin1');
      if (blank < 0 || blank + 4 > end) {
        this.#carry = Buffer.from(buffer.subarray(0, end));
        return true;
      }
      if (!buffer.latin1Slice(0, 12).endsWith('101')) {
        this.refused(new Error(buffer.latin1Slice(0, Math.min(end, 200))));
        return true;
      }
      this.#isOpen = true;
      this.opened(this);
      at = blank + 4;
    }
    while (at + 2 <= end) {
      let size = buffer[at + 1] & 127;
      let head = 2;
      if (size === 126) {
        if (at + 4 > end) break;
        size = buffer.readUInt16BE(at + 2);
        head = 4;
      } else if (size === 127) {
        if (at + 10 > end) break;
        size = buffer.readUInt32BE(at + 6);
        head = 10;
      }
      if (at + head + size > end) break;
      const opcode = buffer[at] & 15;
      const start = at + head;
      at = start + size;
      if (opcode <= 2) this.#message(buffer, start, at);
      else if (opcode === 9) this.socket.write(clientFrame(buffer.subarray(start, at), 10));
      else if (opcode === 8) this.closed = true;
    }
    if (at < end) this.#carry = Buffer.from(buffer.subarray(at, end));
    return true;
  }
}
