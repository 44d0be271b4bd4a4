import { sightOf } from '../../domain/viewers.js';
import type { RenderTable } from '../dialect.js';
import type { OriginChatsSettings } from './options.js';
import type { Frame } from './packets.js';
import { lookOf } from './server-facts.js';

type Shown = Pick<
  RenderTable<Frame>,
  | 'attachment_add'
  | 'attachment_remove'
  | 'emoji_add'
  | 'emoji_update'
  | 'emoji_remove'
  | 'webhook_create'
  | 'webhook_update'
  | 'webhook_remove'
  | 'settings_update'
>;

/** What files, emoji, webhooks and the server's own looks are seen of (sections 6.11 and 6.12). */
export function renderFiles(options: OriginChatsSettings): Shown {
  const onlyAsker = { silent: 'only the asker is told, in the reply' } as const;
  return {
    attachment_add: { silent: 'seen when a message shows it' },
    // Of files that go with their message or channel, the end of that tells.
    attachment_remove: ({ attachment, reason, shownIn, origin }) =>
      reason === 'removed' || reason === 'expired'
        ? shownIn.map((channel) => ({
            to: {
              to: 'viewers',
              of: sightOf(channel),
              ...(origin === undefined ? {} : { exceptSession: origin.session }),
            },
            packets: [{ cmd: 'attachment_deleted', attachment_id: attachment.id, deleted: true }],
          }))
        : [],
    emoji_add: onlyAsker,
    emoji_update: onlyAsker,
    emoji_remove: onlyAsker,
    webhook_create: onlyAsker,
    webhook_update: onlyAsker,
    webhook_remove: onlyAsker,
    settings_update: ({ settings }) => [
      {
        to: { to: 'everyone' },
        packets: [{ cmd: 'server_update', ...lookOf(settings, options) }],
      },
    ],
  };
}
