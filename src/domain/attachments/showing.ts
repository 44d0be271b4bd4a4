import type { Tx } from '../../core/state.js';
import { channels, factsOf } from '../channels/channels.js';
import type { Actor } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { tell } from '../rules.js';
import { type Attachment, attachmentOf, type Upload, uploads } from './attachments.js';

/** Why an upload is gone. */
export type AttachmentEnd = 'removed' | 'expired' | 'unused' | 'message' | 'channel' | 'uploader';

/** One more message of a channel shows an upload. */
export function showUpload(tx: Tx, upload: Upload, channel: ChannelId): void {
  tx.put(uploads, { ...upload, shown: counted(upload, channel, 1) });
}

/** A message is gone: the files that no other message shows go with it. */
export function hideUploads(tx: Tx, files: readonly Attachment[] = [], channel: ChannelId, by: Actor): void {
  for (const { id } of files) {
    const upload = tx.get(uploads, id);
    if (upload === undefined) continue;
    const shown = counted(upload, channel, -1);
    if (shown.length === 0 && !upload.named) removeUpload(tx, upload, by, 'message');
    else tx.put(uploads, { ...upload, shown });
  }
}

/** A channel is gone with its messages, and so are the files that were shown there only, or were to be. */
export function hideUploadsOf(tx: Tx, channel: ChannelId): void {
  for (const upload of [...tx.all(uploads)].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const shown = upload.shown.filter((one) => one.channel !== channel);
    if (shown.length === 0 && !upload.named && (upload.shown.length > 0 || upload.channel === channel))
      removeUpload(tx, upload, 'chat', 'channel');
    else if (shown.length < upload.shown.length) tx.put(uploads, { ...upload, shown });
  }
}

/** Somebody is gone for good, and their profile with them: what they uploaded and never showed goes; what others have seen stays. */
export function dropUnshown(tx: Tx, uploader: UserId): void {
  for (const { named, ...upload } of tx.by(uploads, 'uploader', uploader)) {
    if (upload.shown.length === 0) removeUpload(tx, upload, 'chat', 'uploader');
    else if (named) tx.put(uploads, upload);
  }
}

/**
 * Somebody's profile is another. Their own uploads that it names stay as long as it does, shown or not; of those that it names no longer, what no
 * message shows waits to be used again.
 */
export function nameUploads(tx: Tx, user: UserId, before: object | undefined, after: object): void {
  const names = idsIn(after);
  for (const id of idsIn(before)) {
    const upload = names.has(id) ? undefined : tx.get(uploads, id);
    if (upload?.uploader !== user || !upload.named) continue;
    const { named: _, ...rest } = upload;
    tx.put(uploads, { ...rest, idleAt: tx.at });
  }
  for (const id of names) {
    const upload = tx.get(uploads, id);
    if (upload?.uploader === user && !upload.named) tx.put(uploads, { ...upload, named: true });
  }
}

/** Whatever in a profile could be the id of an upload, such as a part of an address. */
function idsIn(profile: object | undefined): ReadonlySet<string> {
  return new Set(profile === undefined ? [] : JSON.stringify(profile).match(/[\w-]{20,64}/g));
}

/** Takes the row away; the bytes follow, since no row refers to them any more. */
export function removeUpload(tx: Tx, upload: Upload, by: Actor, reason: AttachmentEnd): void {
  tx.remove(uploads, upload.id);
  const uploader = { user: upload.uploader, handle: upload.handle };
  const shownIn = upload.shown.flatMap(({ channel }) => {
    const found = tx.get(channels, channel);
    return found === undefined ? [] : [factsOf(tx, found)];
  });
  tell(tx, 'attachment_remove', { attachment: attachmentOf(upload), uploader, by, reason, shownIn });
}

function counted({ shown }: Upload, channel: ChannelId, by: 1 | -1): Upload['shown'] {
  const count = (shown.find((one) => one.channel === channel)?.count ?? 0) + by;
  const others = shown.filter((one) => one.channel !== channel);
  return count > 0 ? [...others, { channel, count }] : others;
}
