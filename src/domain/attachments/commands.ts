import type { Noun, Rules } from '../../core/command.js';
import { holdsAs, silencedAs } from '../acting.js';
import { channels, factsOf, mayNotIn } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { isBannedAnywhere } from '../moderation/bans.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { users } from '../users/users.js';
import {
  type Attachment,
  attachmentOf,
  attachmentTables,
  isOver,
  liveUpload,
  type Upload,
  uploads,
} from './attachments.js';
import { removeUpload } from './showing.js';

/** How long an upload may wait for whoever shows or names it (OriginChats, section 9). */
export const unusedMs = 3_600_000;

/** Uploads that one `upload.expire` removes at most. */
export const expiredAtOnce = 500;

export interface UploadCommands {
  /**
   * Records a file whose bytes are stored already. The same content by the same user again is the same record, kept as long as the longer of
   * the two; the newly stored bytes are then referred to by nothing. `by` must be allowed to send in `channel`, or without one must not be banned.
   */
  'upload.add': {
    input: {
      readonly by: UserId;
      /** Made by the caller, never used before. */
      readonly id: string;
      /** Any text to show to people. */
      readonly name: string;
      /** As the bytes have it. */
      readonly type: string;
      /** Bytes. */
      readonly size: number;
      /** SHA-256, hexadecimal. */
      readonly hash: string;
      /** Id of the bytes. */
      readonly body: string;
      /** Where it is meant to be posted; left out: anywhere, or only to be named in the uploader's profile. */
      readonly channel?: ChannelId;
      readonly width?: number;
      readonly height?: number;
      /** Milliseconds since the Unix epoch; left out: for good. */
      readonly expiresAt?: number;
      readonly permanent?: boolean;
    };
    result: { readonly attachment: Attachment; readonly reused: boolean };
  };
  /** Takes a file away, also from the messages that show it. Only its uploader may, and administrators. */
  'upload.remove': { input: { readonly by: Actor; readonly id: string }; result: undefined };
  /**
   * Takes away what is over, and what no message showed and its uploader's profile did not name for an hour, at most 500 at once: `more` says that there is more. `bodies` are
   * the ids of the bytes.
   */
  'upload.expire': {
    input: object;
    result: { readonly bodies: readonly string[]; readonly more: boolean };
  };
}

export function uploadNoun(config: DomainConfig): Noun {
  const rules: Rules<UploadCommands> = {
    'upload.add': {
      decide(tx, { by, id, channel: to, ...file }) {
        const user = tx.get(users, by);
        if (user === undefined) return refuse('user-unknown');
        const channel = to === undefined ? undefined : tx.get(channels, to);
        if (to !== undefined && channel === undefined) return refuse('channel-unknown');
        const no =
          channel === undefined
            ? isBannedAnywhere(tx, by, tx.at) && refuse('user-banned')
            : (mayNotIn(tx, config, user, channel, 'send') ?? silencedAs(tx, config, by, tx.at));
        if (no) return no;
        if (tx.get(uploads, id) !== undefined) return refuse('id-in-use');
        const same = tx.by(uploads, 'content', `${by}:${file.hash}`).find((one) => !isOver(one, tx.at));
        if (same !== undefined) {
          const longer = prolonged(same, file.expiresAt, file.permanent);
          const kept = same.shown.length === 0 ? { ...longer, idleAt: tx.at } : longer;
          if (kept !== same) tx.put(uploads, kept);
          return { attachment: attachmentOf(kept), reused: true };
        }
        const limit = config.limits.uploadsPerUser;
        if (tx.by(uploads, 'uploader', by).length >= limit) return refuse('too-many-uploads', { limit });
        const { name, type, size, hash, body, width, height, expiresAt, permanent } = file;
        const upload: Upload = {
          id,
          name,
          type,
          size,
          hash,
          body,
          uploader: by,
          handle: user.handle,
          ...(to === undefined ? {} : { channel: to }),
          shown: [],
          createdAt: tx.at,
          ...(width === undefined ? {} : { width }),
          ...(height === undefined ? {} : { height }),
          ...(expiresAt === undefined ? {} : { expiresAt }),
          ...(permanent ? { permanent } : {}),
        };
        tx.put(uploads, upload);
        const attachment = attachmentOf(upload);
        tell(tx, 'attachment_add', {
          attachment,
          uploader: { user: by, handle: user.handle },
          ...(channel === undefined ? {} : { channel: factsOf(tx, channel) }),
        });
        return { attachment, reused: false };
      },
    },
    'upload.remove': {
      decide(tx, { by, id }) {
        const upload = liveUpload(tx, id, tx.at);
        if (upload === undefined) return refuse('attachment-unknown', { id });
        if (upload.uploader !== by && !holdsAs(tx, config, by, 'administrator'))
          return refuse('attachment-not-own', { id });
        removeUpload(tx, upload, by, 'removed');
        return undefined;
      },
    },
    'upload.expire': {
      decide(tx) {
        const due: Upload[] = [];
        for (const upload of tx.all(uploads)) {
          if (!isOver(upload, tx.at) && !isUnused(upload, tx.at)) continue;
          due.push(upload);
          if (due.length > expiredAtOnce) break;
        }
        const more = due.length > expiredAtOnce;
        if (more) due.pop();
        for (const upload of due)
          removeUpload(tx, upload, 'chat', isOver(upload, tx.at) ? 'expired' : 'unused');
        return { bodies: due.map((upload) => upload.body), more };
      },
    },
  };
  return {
    name: 'attachments',
    tables: attachmentTables,
    rules: rules as Noun['rules'],
    refersTo: (view, body) => view.one(uploads, 'body', body) !== undefined,
  };
}

function isUnused({ shown, named, createdAt, idleAt = createdAt }: Upload, at: number): boolean {
  return shown.length === 0 && !named && idleAt + unusedMs <= at;
}

function prolonged(upload: Upload, expiresAt: number | undefined, permanent: boolean | undefined): Upload {
  const { expiresAt: before, ...rest } = upload;
  const longer = before !== undefined && (expiresAt === undefined || expiresAt > before);
  const kept = !longer ? upload : expiresAt === undefined ? rest : { ...rest, expiresAt };
  return permanent && !kept.permanent ? { ...kept, permanent: true } : kept;
}
