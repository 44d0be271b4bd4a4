/** One part of a body, without its content. */
export interface Part {
  /** The name of its field (`name` of Content-Disposition). */
  readonly name: string;
  /** What a file is called (`filename`); `undefined`: it is a plain field. */
  readonly fileName: string | undefined;
  /** Its Content-Type as it stands; `undefined`: none is given. */
  readonly type: string | undefined;
}

/** What came of a body: a part begins, more of it, or it is over. */
export type PartPiece =
  | { readonly kind: 'begin'; readonly part: Part }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' };

/** A body that is no `multipart/form-data`, ends too early, or has parts with more than 8 KiB of headers. */
export class MultipartFault extends Error {
  constructor(why: string) {
    super(`multipart body: ${why}`);
  }
}

/** Longest headers of a part, in bytes. */
const maxHeaderBytes = 8_192;

/** The boundary that a Content-Type names, if it is `multipart/form-data` (RFC 2046, section 5.1.1: 1 to 70 characters). */
export function boundaryOf(contentType: string | null): string | undefined {
  if (contentType === null || !/^\s*multipart\/form-data\s*;/i.test(contentType)) return undefined;
  const found = /;\s*boundary=(?:"([^"]*)"|([^\s;"]+))\s*(?:;|$)/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2] ?? '';
  return /^[\w'()+,./:=? -]{0,69}[\w'()+,./:=?-]$/.test(boundary) ? boundary : undefined;
}

/**
 * Takes a `multipart/form-data` body (RFC 7578) apart while it comes: at most the headers of a part, or what came last, are held. Bounding the whole is
 * up to the caller. Names may be in UTF-8, as browsers send them. Throws {@link MultipartFault}, and whatever `body` throws.
 */
export async function* partsOf(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<PartPiece> {
  // The first delimiter has no line before it; with this it is like all others.
  let held: Uint8Array = new Uint8Array([cr, lf]);
  const delimiter = new TextEncoder().encode(`\r\n--${boundary}`);
  let state: 'preamble' | 'delimiter' | 'headers' | 'data' | 'epilogue' = 'preamble';
  for await (const chunk of body) {
    if (state === 'epilogue') continue;
    held = joined(held, chunk);
    for (;;) {
      if (state === 'preamble' || state === 'data') {
        const at = indexOf(held, delimiter);
        // What may be the beginning of a delimiter is looked at again.
        const sure = at < 0 ? Math.max(0, held.length - delimiter.length + 1) : at;
        if (state === 'data' && sure > 0) yield { kind: 'data', bytes: held.subarray(0, sure) };
        held = held.subarray(at < 0 ? sure : at + delimiter.length);
        if (at < 0) break;
        if (state === 'data') yield { kind: 'end' };
        state = 'delimiter';
      }
      if (state === 'delimiter') {
        const end = indexOf(held, lineEnd);
        if (held[0] === dash && held[1] === dash) {
          state = 'epilogue';
          break;
        }
        if (end < 0 ? held.length > maxHeaderBytes : !blank(held.subarray(0, end)))
          throw new MultipartFault('something follows a boundary');
        if (end < 0) break;
        // Its line end stays: where a part has no headers, it is half of the empty line.
        held = held.subarray(end);
        state = 'headers';
      }
      const end: number = indexOf(held, emptyLine);
      if ((end < 0 ? held.length : end) > maxHeaderBytes)
        throw new MultipartFault(`more than ${maxHeaderBytes} bytes of headers`);
      if (end < 0) break;
      yield { kind: 'begin', part: partOf(new TextDecoder().decode(held.subarray(0, end))) };
      held = held.subarray(end + emptyLine.length);
      state = 'data';
    }
  }
  if (state !== 'epilogue') throw new MultipartFault('it ends too early');
}

const cr = 0x0d;
const lf = 0x0a;
const dash = 0x2d;
const lineEnd = new Uint8Array([cr, lf]);
const emptyLine = new Uint8Array([cr, lf, cr, lf]);

function partOf(headers: string): Part {
  const header = (name: string) => {
    const found = headers.split('\r\n').find((line) => line.toLowerCase().startsWith(`${name}:`));
    return found?.slice(name.length + 1).trim();
  };
  const disposition = header('content-disposition') ?? '';
  const name = /^form-data\s*;/i.test(disposition) ? parameter(disposition, 'name') : undefined;
  if (name === undefined) throw new MultipartFault('a part has no name');
  return { name, fileName: parameter(disposition, 'filename'), type: header('content-type') };
}

/** A parameter of Content-Disposition. Browsers write `"`, CR and LF in it as `%22`, `%0D` and `%0A` (HTML, multipart/form-data encoding). */
function parameter(disposition: string, name: string): string | undefined {
  for (const [, key = '', quoted, plain = ''] of disposition.matchAll(
    /;\s*([\w*-]+)=(?:"([^"]*)"|([^\s;"]+))/g,
  )) {
    if (key.toLowerCase() === name)
      return (quoted ?? plain).replace(/%(22|0D|0A)/gi, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
  }
  return undefined;
}

function blank(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09);
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b;
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

function indexOf(bytes: Uint8Array, sought: Uint8Array): number {
  const last = bytes.length - sought.length;
  for (let at = bytes.indexOf(sought[0] as number); at >= 0 && at <= last; ) {
    let same = 1;
    while (same < sought.length && bytes[at + same] === sought[same]) same++;
    if (same === sought.length) return at;
    at = bytes.indexOf(sought[0] as number, at + 1);
  }
  return -1;
}
