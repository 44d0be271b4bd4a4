import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId } from '../ids.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { type Attachment, attachmentOf, liveUpload } from './attachments.js';
import { hideUploads, showUpload } from './showing.js';

/** What a message is to show. */
export interface Attaching {
  readonly by: Actor;
  readonly channel: ChannelId;
  /** Ids of uploads, in their order; of one that is named again, the first counts. */
  readonly ids: readonly string[];
  /** What the message shows so far. */
  readonly before?: readonly Attachment[] | undefined;
}

/**
 * What a message shows from now on: what it showed already, and uploads of whoever says it that are still there, which are counted as shown once
 * more. What it shows no longer is hidden.
 */
export function attach(
  tx: Tx,
  { limits }: DomainConfig,
  { by, channel, ids, before = [] }: Attaching,
): readonly Attachment[] | Rejection<RejectionCode> {
  const wanted = new Set(ids);
  const limit = limits.attachmentsPerMessage;
  if (wanted.size > limit) return refuse('too-many-attachments', { limit });
  const files: Attachment[] = [];
  for (const id of wanted) {
    const shown = before.find((one) => one.id === id);
    if (shown !== undefined) {
      files.push(shown);
      continue;
    }
    const upload = liveUpload(tx, id, tx.at);
    if (upload === undefined) return refuse('attachment-unknown', { id });
    if (upload.uploader !== by) return refuse('attachment-not-own', { id });
    showUpload(tx, upload, channel);
    files.push(attachmentOf(upload));
  }
  hideUploads(
    tx,
    before.filter((one) => !wanted.has(one.id)),
    channel,
    by,
  );
  return files;
}
