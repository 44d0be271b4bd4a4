import { type Attachment, uploads } from '../../domain/attachments/attachments.js';
import { shortenedName } from '../../domain/attachments/file-name.js';
import type { Ask } from './ask.js';
import type { VenuelessSettings } from './options.js';
import { refuse } from './refusal.js';
import { textFrom } from './text.js';

/** What the addresses of files are made of. */
export type FilePlace = Pick<VenuelessSettings, 'url' | 'worlds'>;

/** UTF-16 units of a file's name that its address has; each may take nine bytes there. */
const nameInAddress = 64;

/** Where a file is: below the first world, since what is said is the same in all of them. */
export function fileUrl({ url, worlds }: FilePlace, { id, name }: Attachment): string {
  const [first = ''] = worlds.keys();
  return `${url}/${first}/files/${id}/${encodeURIComponent(shortenedName(name, nameInAddress))}`;
}

/** Where everybody can read a file: nobody knows by which name they reach this server unless `url` says so. Files of imported messages have ids of another kind. */
export function fileLink(place: FilePlace, file: Attachment): string | undefined {
  const link = fileUrl(place, file);
  return link.startsWith('/') || !address.test(link) ? undefined : link;
}

/** Files as a message's content has them (section 7). */
export function fileShapes(place: FilePlace, attachments: readonly Attachment[]): object[] {
  return attachments.map((one) => ({ url: fileUrl(place, one), name: one.name, mimeType: one.type }));
}

/** The id in the address of an upload, on whatever host and mount it was read. */
const address = /\/files\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/[^/?#]*)?$/;

/**
 * What a message of files says (section 8.5), for `message.send`. Only the sender's own uploads are taken: an address elsewhere would be fetched by
 * everybody who reads.
 */
export function filesSaid(
  ask: Ask,
  { files, body = '' }: Readonly<Record<string, unknown>>,
): { readonly text: string; readonly attachments: readonly string[] } {
  if (!Array.isArray(files) || typeof body !== 'string') return ask.invalid();
  if (files.length === 0) refuse('chat.empty');
  const attachments = files.map((file: unknown) => {
    const { url } = (file ?? {}) as Record<string, unknown>;
    const id = typeof url === 'string' ? address.exec(url)?.[1] : undefined;
    const upload = id === undefined ? undefined : ask.read((view) => view.get(uploads, id));
    return upload?.uploader === ask.user ? upload.id : ask.invalid();
  });
  return { text: ask.read((view) => textFrom(view, body)), attachments };
}
