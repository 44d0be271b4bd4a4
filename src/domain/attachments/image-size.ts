/** How many bytes of an image {@link imageSizeOf} may need: a JPEG has its size behind what cameras write. */
export const sizeBytes = 262_144;

/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** The size of a PNG, JPEG, GIF or WebP image as its first bytes tell it; `undefined` if they do not. Nothing is decoded. */
export function imageSizeOf(type: string, head: Uint8Array): ImageSize | undefined {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  try {
    const size = readers.get(type)?.(view);
    return size !== undefined && size.width > 0 && size.height > 0 ? size : undefined;
  } catch (thrown) {
    // The file is shorter than its kind has it.
    if (thrown instanceof RangeError) return undefined;
    throw thrown;
  }
}

const readers = new Map<string, (view: DataView) => ImageSize | undefined>([
  ['image/png', png],
  ['image/gif', (view) => ({ width: view.getUint16(6, true), height: view.getUint16(8, true) })],
  ['image/jpeg', jpeg],
  ['image/webp', webp],
]);

function png(view: DataView): ImageSize | undefined {
  return tag(view, 12) === 'IHDR' ? { width: view.getUint32(16), height: view.getUint32(20) } : undefined;
}

/** Walks from marker to marker to the start of a frame (ITU T.81, annex B). */
function jpeg(view: DataView): ImageSize | undefined {
  let at = 2;
  for (;;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { width: view.getUint16(at + 7), height: view.getUint16(at + 5) };
    // Filling, and markers without a segment.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2;
    else if (marker === 0xd9 || marker === 0xda) return undefined;
    else {
      const length = view.getUint16(at + 2);
      if (length < 2) return undefined;
      at += 2 + length;
    }
  }
}

/** One of three kinds of first chunk (RFC 9649, section 2). */
function webp(view: DataView): ImageSize | undefined {
  const kind = tag(view, 12);
  if (kind === 'VP8 ')
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (kind === 'VP8L') {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
  }
  if (kind !== 'VP8X') return undefined;
  const three = (at: number) => view.getUint16(at, true) + (view.getUint8(at + 2) << 16) + 1;
  return { width: three(24), height: three(27) };
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((i) => view.getUint8(at + i)));
}
