import { anyTable } from '../../core/command.js';
import { table } from '../../core/table.js';
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
}

/** A file that was uploaded: what it is, whose, and where its bytes are. */
export interface Upload extends Attachment {
  /** Id of its bytes. */
  readonly body: string;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
  readonly uploader: UserId;
  /** Where it is meant to be posted. */
  readonly channel: ChannelId;
  /** A message shows it; what is never shown is removed after a while. */
  readonly used: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

export const uploads = table({
  name: 'uploads',
  class: 'resident',
  key: 'text',
  id: (upload: Upload) => upload.id,
  indexes: {
    uploader: (upload: Upload) => upload.uploader,
    content: (upload: Upload) => `${upload.uploader}:${upload.hash}`,
  },
});

export const attachmentTables = [anyTable(uploads)];

export function attachmentOf({ id, name, type, size, width, height, expiresAt }: Upload): Attachment {
  return {
    id,
    name,
    type,
    size,
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}
