import type { OriginChatsClient, OriginChatsWire } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import { type WireEntry, wirePanel } from '../frame/wire-panel.js';

/** Every frame of the connection, taken apart. */
export function wire(frame: Frame): (client: OriginChatsClient) => void {
  const add = wirePanel(frame);
  return (client) => {
    client.on('packet', (packet) => add(entry(packet)));
  };
}

function entry({ direction, raw, at, frame }: OriginChatsWire): WireEntry {
  if (frame === undefined) return { direction, at, kind: 'no frame', raw, shown: {}, failed: true };
  // In a login of this page the validator holds the secret; the server's own opens nothing, but looks as if it did.
  const shown = 'validator' in frame ? { ...frame, validator: '(validator)' } : frame;
  return { direction, at, kind: frame.cmd, raw: shown === frame ? raw : JSON.stringify(shown), shown };
}
