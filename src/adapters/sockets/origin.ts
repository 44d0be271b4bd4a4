import type { IncomingHttpHeaders } from 'node:http';
import { ChatError } from '../../core/errors.js';

/** Which pages may open a connection; made by {@link originRule}. */
export type OriginRule = (headers: IncomingHttpHeaders) => boolean;

/**
 * Makes the rule about the `Origin` header that browsers send with an upgrade.
 *
 * Always let in: requests without an Origin (native clients, bots) and pages of the very host and port in the request's own `Host`.
 * Besides, the listed origins, such as `https://app.example` or `capacitor://localhost`, equal in scheme, host and port; `'null'` has to be
 * listed too. `'*'` instead of a list lets in every page. Throws `options-invalid` naming `origins`.
 */
export function originRule(origins: '*' | readonly string[] = []): OriginRule {
  if (origins === '*') return () => true;
  const listed = new Set<string>();
  for (const item of Array.isArray(origins) ? origins : [undefined]) {
    const origin =
      item === 'null'
        ? 'null'
        : typeof item === 'string' && !item.includes('*')
          ? originOf(item)?.origin
          : undefined;
    if (origin === undefined)
      throw new ChatError(
        'options-invalid',
        `option origins takes '*' or a list of origins such as https://app.example; not ${String(item ?? origins)}`,
      );
    listed.add(origin);
  }
  return ({ origin, host }) => {
    if (origin === undefined) return true;
    if (listed.has(origin)) return true;
    const given = originOf(origin);
    if (given === undefined) return false;
    return listed.has(given.origin) || (host !== undefined && given.host === hostOf(given.scheme, host));
  };
}

/** A serialised origin taken apart, in one way of writing it; `undefined` if it is none. */
function originOf(text: string): { origin: string; scheme: string; host: string } | undefined {
  const parts = /^([a-z][a-z0-9+.-]{0,30}):\/\/([^/?#@\\\s,]{1,300})$/i.exec(text);
  if (parts === null) return undefined;
  const [, scheme = '', rest = ''] = parts;
  const host = hostOf(scheme.toLowerCase(), rest);
  return host === undefined
    ? undefined
    : { origin: `${scheme.toLowerCase()}://${host}`, scheme: scheme.toLowerCase(), host };
}

/** Host and port in one way of writing them: lower case, international names encoded, no port where it is the scheme's own. */
function hostOf(scheme: string, host: string): string | undefined {
  if (!/^[^/?#@\\\s,]{1,300}$/.test(host)) return undefined;
  const known = scheme === 'https' || scheme === 'wss' ? 'https' : 'http';
  try {
    return new URL(`${known}://${host}/`).host;
  } catch {
    return undefined;
  }
}
