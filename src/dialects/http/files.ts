import type { Bodies, Body } from '../../core/ports.js';
import { liveUpload } from '../../domain/attachments/attachments.js';
import { isShownInline } from '../../domain/attachments/file-type.js';
import type { DialectHost } from '../dialect.js';
import { answer, failed } from './answers.js';

/** A file to serve. */
export interface ServedFile {
  readonly name: string;
  readonly type: string;
  readonly size: number;
  /** Id of its bytes. */
  readonly body: string;
  /** What is the same as long as the bytes are. */
  readonly tag: string;
  readonly cacheControl: string;
}

/**
 * Nobody's bytes are run in the name of this server: the type is what it is, other types than pictures, sound and films are for saving, and
 * what is opened by itself may do nothing.
 */
function headersOf(file: ServedFile): Record<string, string> {
  return {
    'content-type': file.type,
    'content-disposition': disposition(file),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'cache-control': file.cacheControl,
    etag: file.tag,
    'accept-ranges': 'bytes',
  };
}

/** Serves a file or a part of it; `missing`: what to answer when its bytes are not there. */
export async function serve(
  bodies: Bodies,
  file: ServedFile,
  request: Request,
  missing: string,
): Promise<Response> {
  const headers = headersOf(file);
  if (isKnown(request.headers.get('if-none-match'), file.tag)) return answer(null, 304, headers);
  const range = rangeOf(request, file);
  if (range === 'outside')
    return failed(416, 'Range not satisfiable', { 'content-range': `bytes */${file.size}` });
  const body = await bodies.read(file.body, range);
  if (body === undefined) return failed(404, missing);
  const { from = 0, to = body.size } = range ?? {};
  return answer(
    request.method === 'HEAD' ? null : streamOf(body),
    range === undefined ? 200 : 206,
    range === undefined
      ? { ...headers, 'content-length': String(body.size) }
      : {
          ...headers,
          'content-length': String(to - from),
          'content-range': `bytes ${from}-${to - 1}/${body.size}`,
        },
  );
}

/** What is answered where a file is not, or not any more: without a row of its own, and without its bytes. */
export interface MissingWords {
  readonly upload: string;
  readonly bytes: string;
}

/** Serves an upload by its id. It may be taken away at any time, so browsers ask for it again; what has not changed is not sent again. */
export function serveUpload(
  host: Pick<DialectHost, 'read' | 'bodies' | 'clock'>,
  id: string,
  request: Request,
  missing: MissingWords,
): Response | Promise<Response> {
  const upload = host.read((view) => liveUpload(view, id, host.clock.now()));
  if (upload === undefined) return failed(404, missing.upload);
  const { name, type, size, body, hash } = upload;
  const file = { name, type, size, body, tag: `"${hash}"`, cacheControl: 'private, no-cache' };
  return serve(host.bodies, file, request, missing.bytes);
}

function streamOf({ bytes }: Body): ReadableStream<Uint8Array> {
  const pieces = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await pieces.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}

function isKnown(header: string | null, tag: string): boolean {
  return (header ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === tag);
}

/** One range of bytes; several at once are answered with the whole, as RFC 9110, section 14.2, allows. */
function rangeOf(
  request: Request,
  { size, tag }: ServedFile,
): { readonly from: number; readonly to: number } | 'outside' | undefined {
  const found = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(request.headers.get('range') ?? '');
  const [, first = '', last = ''] = found ?? [];
  if (first === '' && last === '') return undefined;
  if ((request.headers.get('if-range') ?? tag) !== tag) return undefined;
  if (first === '') {
    const from = Math.max(0, size - Number(last));
    return from < size ? { from, to: size } : 'outside';
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return undefined;
  const to = last === '' ? size : Math.min(size, Number(last) + 1);
  return from < size ? { from, to } : 'outside';
}

/** With the name in both of its forms (RFC 6266, section 4.3). */
function disposition({ name, type }: ServedFile): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const whole = encodeURIComponent(name).replace(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const how = isShownInline(type) ? 'inline' : 'attachment';
  return `${how}; filename="${plain}"; filename*=UTF-8''${whole}`;
}
