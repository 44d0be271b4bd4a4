import type { VenuelessClient, VenuelessWire } from 'polylect/client';
import type { Frame } from '../frame/frame.js';
import { type WireEntry, wirePanel } from '../frame/wire-panel.js';

/** Every frame of the connection, taken apart. */
export function wire(frame: Frame): (client: VenuelessClient) => void {
  const add = wirePanel(frame);
  return (client) => {
    /** What was asked under each id. */
    const asked = new Map<unknown, string>();
    client.on('packet', (packet) => add(entry(packet, asked)));
  };
}

function entry({ direction, raw, at, frame }: VenuelessWire, asked: Map<unknown, string>): WireEntry {
  if (frame === undefined) return { direction, at, kind: 'no frame', raw, shown: {}, failed: true };
  const [name, ...rest] = frame;
  if (direction === 'out') {
    // The id of this browser is all the secret that a guest has.
    const payload = name === 'authenticate' ? { client_id: '(client id)' } : rest.at(-1);
    const frameShown = [name, ...rest.slice(0, -1), payload];
    if (rest.length > 1) asked.set(rest[0], String(name));
    const shown = rest.length > 1 ? { action: name, id: rest[0], payload } : { action: name, payload };
    return { direction, at, kind: String(name), raw: JSON.stringify(frameShown), shown };
  }
  const failed = name === 'error';
  if (name !== 'success' && !failed)
    return { direction, at, kind: String(name), raw, shown: { push: name, payload: rest[0] } };
  const [id, result] = rest.length > 1 ? rest : [undefined, rest[0]];
  const action = asked.get(id);
  asked.delete(id);
  const shown = { answer: name, ...(id === undefined ? {} : { to: action, id }), result };
  return {
    direction,
    at,
    kind: action === undefined ? String(name) : `${name} ${action}`,
    raw,
    shown,
    failed,
  };
}
