import type { RenderTable } from '../dialect.js';
import type { Tools } from './ask.js';
import type { Frame } from './packets.js';
import { isoTime } from './shapes.js';

/** What events about rooms and the world look like (section 6). */
export function renderRooms(_: Tools) {
  return {
    channel_create: { silent: 'to be shown' },
    channel_update: { silent: 'to be shown' },
    channel_move: { silent: 'to be shown' },
    channel_delete: { silent: 'to be shown' },
    // The protocol's own way for the organisers to speak to everybody (section 6).
    announcement: ({ text, id, at }) => [
      {
        to: { to: 'everyone' },
        packets: [
          [
            'announcement.created_or_updated',
            { id: String(id), text, show_until: isoTime(at + shownMs), state: 'active', is_visible: true },
          ],
        ],
      },
    ],
  } satisfies Partial<RenderTable<Frame>>;
}

/** How long clients show an announcement of the chat, which has no end of its own. */
const shownMs = 10 * 60_000;
