const ipv4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(?:\.(?!$)|$)){4}$/;
const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/;

/**
 * The one way an internet address is written here: IPv4 in dotted decimals, IPv6 in lower case and as short as it goes (RFC 5952), without
 * a zone; IPv4 mapped into IPv6 (`::ffff:192.0.2.1`) as IPv4. `undefined`: not an address. Never throws.
 */
export function canonicalAddress(text: string): string | undefined {
  if (ipv4.test(text)) return text;
  const plain = withoutZone(text);
  if (plain.length > 45 || !/^[0-9a-f:.]+$/i.test(plain) || !plain.includes(':')) return undefined;
  let short: string;
  try {
    short = new URL(`http://[${plain}]/`).hostname.slice(1, -1);
  } catch {
    return undefined;
  }
  const inside = mapped.exec(short);
  if (inside === null) return short;
  const high = Number.parseInt(inside[1] as string, 16);
  const low = Number.parseInt(inside[2] as string, 16);
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

/**
 * What limits and bans hold an address by: IPv4 whole, IPv6 by its first 64 bits (`2001:db8:0:1::/64`), since one
 * subscriber usually has all of those. A key is its own key. What is no address is left as it is.
 */
export function addressKey(address: string): string {
  if (!address.includes(':')) return address;
  const short = canonicalAddress(address.endsWith('::/64') ? address.slice(0, -3) : address);
  if (short === undefined) return address;
  if (!short.includes(':')) return short;
  const [head = '', tail] = short.split('::');
  const groups = head === '' ? [] : head.split(':');
  if (tail !== undefined) {
    const behind = tail === '' ? 0 : tail.split(':').length;
    while (groups.length + behind < 8) groups.push('0');
    if (tail !== '') groups.push(...tail.split(':'));
  }
  return `${groups.slice(0, 4).join(':')}::/64`;
}

/** Whether an address is this machine's own: 127.0.0.0/8 or `::1`. */
export function isLoopback(address: string): boolean {
  const plain = canonicalAddress(address);
  return plain === '::1' || (plain?.startsWith('127.') ?? false);
}

function withoutZone(text: string): string {
  const zone = text.indexOf('%');
  return zone < 0 ? text : text.slice(0, zone);
}
