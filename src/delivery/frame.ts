/** How the bytes of one packet are wrapped for its transport. */
export type Framing = (payload: string | Uint8Array) => Uint8Array;

/**
 * One unmasked, uncompressed WebSocket frame (RFC 6455, section 5.2) with header and payload in a single allocation.
 * Text becomes a text frame, bytes a binary one.
 */
export const websocketFrame: Framing = (payload) => {
  const text = typeof payload === 'string';
  const length = text ? Buffer.byteLength(payload) : payload.length;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = text ? 0x81 : 0x82;
  if (head === 2) {
    frame[1] = length;
  } else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeUInt32BE(Math.floor(length / 2 ** 32), 2);
    frame.writeUInt32BE(length % 2 ** 32, 6);
  }
  if (text) frame.write(payload, head, 'utf8');
  else frame.set(payload, head);
  return frame;
};

/** For transports that frame by themselves, or not at all: the payload's bytes. */
export const plainFrame: Framing = (payload) =>
  typeof payload === 'string' ? Buffer.from(payload) : payload;

/** Framings by name. */
export const framings = { websocket: websocketFrame, plain: plainFrame } as const;
