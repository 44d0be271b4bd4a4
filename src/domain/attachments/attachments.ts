import { anyTable } from '../../core/command.js';
import { table, type View } from '../../core/table.js';
import type { ChannelId, UserId } from '../ids.js';

/** A file as messages and events show it. */
export interface Attachment {
  readonly id: string;
  /** As the uploader called it; never the name of a file of ours. */
  readonly name: string;
  readonly type: string;
  /** Bytes. */
  readonly size: number;
  readonly width?: number;
  readonly height?: number;
  /** Milliseconds since the Unix epoch; left out: for good. */
  readonly expiresAt?: number;
  /** Kept for as long as files are kept at all, as its protocol sees it. */
  readonly permanent?: true;
}

/** A file that was uploaded: what it is, whose, and where its bytes are. */
export interface Upload extends Attachment {
  /** Id of its bytes. */
  readonly body: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
  readonly uploader: UserId;
  /** The uploader's handle when they uploaded it. */
  readonly handle: string;
  /** Where it is meant to be posted; left out: anywhere. */
  readonly channel?: ChannelId;
  /** The uploader's profile names it, by its id. */
  readonly named?: true;
  /** How many messages of which channels show it; what is neither shown nor named is removed after a while. */
  readonly shown: readonly { readonly channel: ChannelId; readonly count: number }[];
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Since when it waits to be used, milliseconds since the Unix epoch; left out: since it was made. */
  readonly idleAt?: number;
}

export const uploads = table({
  name: 'uploads',
  class: 'resident',
  key: 'text',
  id: (upload: Upload) => upload.id,
  indexes: {
    uploader: (upload: Upload) => upload.uploader,
    content: (upload: Upload) => `${upload.uploader}:${upload.hash}`,
    body: (upload: Upload) => upload.body,
  },
});

export const attachmentTables = [anyTable(uploads)];

/** An upload that is there and not over yet. */
export function liveUpload(view: View, id: string, at: number): Upload | undefined {
  const upload = view.get(uploads, id);
  return upload === undefined || isOver(upload, at) ? undefined : upload;
}

export function isOver({ expiresAt }: Upload, at: number): boolean {
  return expiresAt !== undefined && expiresAt <= at;
}

export function attachmentOf(upload: Upload): Attachment {
  const { id, name, type, size, width, height, expiresAt, permanent } = upload;
  return {
    id,
    name,
    type,
    size,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(permanent ? { permanent } : {}),
  };
}
