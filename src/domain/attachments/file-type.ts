/** How many bytes of a file {@link fileTypeOf} looks at. */
export const typeBytes = 4_096;

/** What a file is, as far as its first bytes tell. */
interface Signature {
  readonly type: string;
  /** Where the bytes stand that tell. */
  readonly at: number;
  /** Latin-1. */
  readonly magic: string;
}

const signatures: readonly Signature[] = [
  { type: 'image/png', at: 0, magic: '\x89PNG\r\n\x1a\n' },
  { type: 'image/jpeg', at: 0, magic: '\xff\xd8\xff' },
  { type: 'image/gif', at: 0, magic: 'GIF87a' },
  { type: 'image/gif', at: 0, magic: 'GIF89a' },
  { type: 'image/webp', at: 8, magic: 'WEBP' },
  { type: 'image/bmp', at: 0, magic: 'BM' },
  { type: 'image/avif', at: 4, magic: 'ftypavif' },
  { type: 'image/avif', at: 4, magic: 'ftypavis' },
  { type: 'image/heic', at: 4, magic: 'ftyphei' },
  { type: 'audio/mp4', at: 4, magic: 'ftypM4A' },
  { type: 'video/quicktime', at: 4, magic: 'ftypqt  ' },
  { type: 'video/mp4', at: 4, magic: 'ftyp' },
  { type: 'video/webm', at: 0, magic: '\x1aE\xdf\xa3' },
  { type: 'video/x-msvideo', at: 8, magic: 'AVI ' },
  { type: 'audio/wav', at: 8, magic: 'WAVE' },
  { type: 'audio/mpeg', at: 0, magic: 'ID3' },
  { type: 'audio/mpeg', at: 0, magic: '\xff\xfb' },
  { type: 'audio/mpeg', at: 0, magic: '\xff\xf3' },
  { type: 'audio/mpeg', at: 0, magic: '\xff\xf2' },
  { type: 'audio/aac', at: 0, magic: '\xff\xf1' },
  { type: 'audio/aac', at: 0, magic: '\xff\xf9' },
  { type: 'audio/flac', at: 0, magic: 'fLaC' },
  { type: 'audio/ogg', at: 0, magic: 'OggS' },
  { type: 'application/pdf', at: 0, magic: '%PDF-' },
];

/** Types that say the same, or that one container holds: whoever says the one of a file that looks like the other is believed. */
const sameAs: Readonly<Record<string, readonly string[]>> = {
  'image/jpeg': ['image/jpg', 'image/pjpeg'],
  'image/png': ['image/apng', 'image/x-png'],
  'image/bmp': ['image/x-ms-bmp', 'image/x-bmp'],
  'image/heic': ['image/heif', 'image/heic-sequence'],
  'video/mp4': ['audio/mp4', 'audio/x-m4a', 'video/x-m4v', 'video/quicktime', 'video/3gpp', 'audio/3gpp'],
  'audio/mp4': ['audio/x-m4a', 'video/mp4', 'audio/aac'],
  'video/webm': ['audio/webm', 'video/x-matroska', 'audio/x-matroska'],
  'audio/mpeg': ['audio/mp3', 'audio/x-mpeg'],
  'audio/wav': ['audio/x-wav', 'audio/wave', 'audio/vnd.wave'],
  'audio/flac': ['audio/x-flac'],
  'audio/ogg': ['video/ogg', 'audio/opus', 'application/ogg'],
  'audio/aac': ['audio/aacp', 'audio/x-aac'],
  'video/x-msvideo': ['video/avi', 'video/msvideo'],
};

/** Every type that the first bytes of a file tell. */
const told: ReadonlySet<string> = new Set([
  ...signatures.map((one) => one.type),
  ...Object.values(sameAs).flat(),
]);

/** The type that the first bytes of a file tell, in lower case; `undefined` if they tell none that is known here. */
export function fileTypeOf(head: Uint8Array): string | undefined {
  for (const { type, at, magic } of signatures) {
    let fits = head.length >= at + magic.length;
    for (let i = 0; fits && i < magic.length; i++) fits = head[at + i] === magic.charCodeAt(i);
    if (fits) return type;
  }
  return undefined;
}

/**
 * The type a file is kept and served as: what its bytes tell, or else what was declared, for types whose bytes tell nothing. `undefined`: it is
 * not taken, since it is none of the allowed ones, is active content (SVG, HTML, XML), or is not what it was declared to be.
 *
 * @param head - the first {@link typeBytes} bytes, or all.
 * @param allowed - types such as `application/pdf`, or `image/*` for all of a kind.
 */
export function acceptedType(
  declared: string,
  head: Uint8Array,
  allowed: readonly string[],
): string | undefined {
  const wished = (declared.split(';')[0] ?? '').trim().toLowerCase();
  if (!/^[a-z0-9][a-z0-9!#$&^_.+-]{0,63}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}$/.test(wished)) return undefined;
  if (!allowed.some((one) => matches(wished, one.toLowerCase())) || isActive(wished)) return undefined;
  const found = fileTypeOf(head);
  if (found === undefined) return told.has(wished) || looksActive(head) ? undefined : wished;
  return found === wished || sameAs[found]?.includes(wished) ? wished : undefined;
}

/** Whether browsers may show or play it in place; everything else is for saving (`Content-Disposition: attachment`). */
export function isShownInline(type: string): boolean {
  return inline.has(type) || (told.has(type) && /^(audio|video)\//.test(type));
}

const inline: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

function matches(type: string, pattern: string): boolean {
  return pattern.endsWith('/*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

/** Types in which a browser would run what somebody wrote. */
function isActive(type: string): boolean {
  return /[/+](svg|html|xml|xhtml|javascript|ecmascript)|^text\/(html|xml|css)/.test(type);
}

/** Whether a file that no other bytes tell is an SVG picture: markup whose first element is `svg`. Scripts may be in it: it is for pictures only, and served for saving. */
export function looksLikeSvg(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head.subarray(0, typeBytes));
  return /^\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--(?:(?!-->)[\s\S])*-->\s*|<!doctype\s+svg[^>[]*>\s*)*<svg[\s/>]/i.test(
    text,
  );
}

/** Markup, whatever it was declared as. */
function looksActive(head: Uint8Array): boolean {
  const text = new TextDecoder('latin1').decode(head.subarray(0, typeBytes)).replaceAll('\0', '');
  return /<(!doctype|html|head|body|script|svg|\?xml|iframe)/i.test(text);
}
