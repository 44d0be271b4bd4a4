import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { canonicalAddress } from '../../core/address.js';
import { ChatError } from '../../core/errors.js';

/** The header a proxy writes its client's address to. */
export type ProxyHeader = 'x-forwarded-for' | 'forwarded';

/** Whose word about client addresses is taken; made by {@link trustedProxies}. */
export interface TrustedProxies {
  /** Whether an address is a proxy of the host's. */
  trusts(address: string | undefined): boolean;
  readonly header: ProxyHeader;
}

/**
 * Reads a list of proxies: addresses, networks (`10.0.0.0/8`, `2001:db8::/32`) and `'loopback'` (127.0.0.0/8, `::1` and Unix sockets).
 *
 * Only `header` is read, since a proxy that writes one of the two passes on what a client put into the other. There is no number of hops
 * to trust and no "everybody": with both, whoever reaches the server directly could choose an address.
 * Throws `options-invalid` naming `trustProxy`.
 */
export function trustedProxies(list: readonly string[], header: ProxyHeader): TrustedProxies {
  const known = new BlockList();
  let unix = false;
  for (const item of list) {
    if (item === 'loopback') {
      unix = true;
      known.addSubnet('127.0.0.0', 8, 'ipv4');
      known.addAddress('::1', 'ipv6');
      continue;
    }
    const [text = '', bits, ...more] = typeof item === 'string' ? item.split('/') : [];
    const family = isIP(text);
    const most = family === 6 ? 128 : 32;
    const fine = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most);
    if (family === 0 || text.includes('%') || !fine || more.length > 0)
      throw new ChatError(
        'options-invalid',
        `option trustProxy takes addresses, networks such as 10.0.0.0/8, and 'loopback'; not ${String(item)}`,
      );
    known.addSubnet(text, bits === undefined ? most : Number(bits), family === 6 ? 'ipv6' : 'ipv4');
  }
  const trusts = (address: string | undefined) =>
    address === undefined ? unix : known.check(address, address.includes(':') ? 'ipv6' : 'ipv4');
  return { trusts, header };
}

/**
 * The client's address, IPv6 whole and in its short form, IPv4 mapped into IPv6 as IPv4; `undefined` for Unix sockets.
 *
 * It is the socket's own, unless that is a trusted proxy: then the nearest one in the proxy's header that is not itself a trusted proxy,
 * read from the right, since only what trusted proxies added there can be believed. What is no address ends the reading: the result is then
 * the last proxy that was believed. Never throws.
 */
export function clientAddress(
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  proxies?: TrustedProxies,
): string | undefined {
  let address = canonicalAddress(request.socket.remoteAddress ?? '');
  if (proxies === undefined || !proxies.trusts(address)) return address;
  const text = request.headers[proxies.header];
  const line = Array.isArray(text) ? text.join(',') : (text ?? '');
  const hops = proxies.header === 'forwarded' ? forwardedFor(line) : line.split(',').reverse();
  for (const hop of hops) {
    const next = addressOfNode(hop.trim());
    if (next === undefined) return address;
    address = next;
    if (!proxies.trusts(address)) return address;
  }
  return address;
}

/** An address as proxies write it: bare, with a port, or IPv6 in brackets with or without one. */
function addressOfNode(text: string): string | undefined {
  if (text.startsWith('[')) {
    const end = text.indexOf(']');
    if (end < 0 || !/^(?::[0-9]{1,5})?$/.test(text.slice(end + 1))) return undefined;
    const inside = text.slice(1, end);
    return inside.includes(':') ? canonicalAddress(inside) : undefined;
  }
  const colon = text.indexOf(':');
  if (colon >= 0 && colon === text.lastIndexOf(':'))
    return /^[0-9]{1,5}$/.test(text.slice(colon + 1)) ? canonicalAddress(text.slice(0, colon)) : undefined;
  return canonicalAddress(text);
}

/** The `for` of each element of a `Forwarded` header (RFC 7239, section 4), the last first; `''` where an element has none. */
function* forwardedFor(line: string): Generator<string> {
  // From the right, because only the right end was surely written by a proxy: a quote that a client left open must not swallow it.
  let end = line.length;
  let quoted = false;
  for (let i = line.length - 1; i >= -1; i--) {
    const char = i < 0 ? ',' : line[i];
    if (char === '"' && !(quoted && escaped(line, i))) quoted = !quoted;
    else if (char === ',' && (i < 0 || !quoted)) {
      yield forOf(line.slice(i + 1, end));
      end = i;
    }
  }
}

function escaped(line: string, at: number): boolean {
  let slashes = 0;
  while (line[at - 1 - slashes] === '\\') slashes++;
  return slashes % 2 === 1;
}

function forOf(element: string): string {
  let found = '';
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= element.length; i++) {
    const char = element[i];
    if (quoted && char === '\\') i++;
    else if (char === '"') quoted = !quoted;
    else if (i === element.length || (char === ';' && !quoted)) {
      const pair = element.slice(start, i).trim();
      start = i + 1;
      if (!/^for=/i.test(pair)) continue;
      // Twice is not allowed, and nobody's word.
      if (found !== '') return '';
      const value = pair.slice(4);
      found = /^"[^"\\]*"$/.test(value) ? value.slice(1, -1) : value;
    }
  }
  return found;
}
