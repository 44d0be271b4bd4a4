import { Base64Stream } from './base64-stream.js';

/** What a data URI in base64 holds; `undefined` if it is none. */
export function decodeDataUri(
  uri: string,
): { readonly type: string; readonly bytes: Uint8Array } | undefined {
  const comma = uri.slice(0, 256).indexOf(',');
  const found = /^data:([^,]*);base64$/i.exec(uri.slice(0, Math.max(0, comma)));
  if (found === null) return undefined;
  const base64 = new Base64Stream();
  base64.begin(uri.length - comma);
  for (let i = comma + 1; i < uri.length; i++) if (!base64.add(uri.charCodeAt(i))) return undefined;
  return base64.end() ? { type: found[1] ?? '', bytes: base64.decoded } : undefined;
}
