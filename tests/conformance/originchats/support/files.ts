import type { Member, OriginServer } from './server.js';

/** The smallest pictures that are ones, 258 by 5 pixels. */
export const png = Buffer.from(`\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x02\0\0\0\x05rest of it`, 'latin1');
export const gif = Buffer.from('GIF89a\x02\x01\x05\0;', 'latin1');

export function dataUri(type: string, bytes: Buffer): string {
  return `data:${type};base64,${bytes.toString('base64')}`;
}

/** Where HTTP of a server is. */
export function httpOf(server: OriginServer): string {
  return server.url.replace(/^ws/, 'http').replace(/\/$/, '');
}

/** The pair that a member may upload with: the handshake's key and what `ready` gave. */
export function pairOf(member: Member): { readonly validator_key: string; readonly validator: string } {
  const [handshake] = member.probe.frames;
  return { validator_key: handshake.val.validator_key, validator: member.login[1].validator };
}

export function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** Uploads a picture, or what is given instead. */
export function upload(server: OriginServer, member: Member, fields: object = {}): Promise<Response> {
  return post(`${httpOf(server)}/attachments/upload`, {
    ...pairOf(member),
    file: dataUri('image/png', png),
    name: 'a.png',
    mime_type: 'image/png',
    channel: 'general',
    ...fields,
  });
}

/** The same, to its attachment. */
export async function uploaded(server: OriginServer, member: Member, fields: object = {}) {
  const response = await upload(server, member, fields);
  if (response.status !== 201)
    throw new Error(`upload answered ${response.status}: ${await response.text()}`);
  return ((await response.json()) as { attachment: { id: string; name: string; expires_at: number } })
    .attachment;
}
