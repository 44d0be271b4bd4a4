import type { View } from '../../../core/table.js';
import { mentionsOf } from '../../../domain/messages/mentions.js';
import type { Tools } from '../ask.js';
import { contentOf, memberEvent, messageEvent, replacingEvent, reviserOf } from '../event-shapes.js';
import { type PastEvent, pastOf } from '../history.js';
import { knownNow, peopleShown } from '../people-shown.js';
import { readable } from '../rooms.js';
import { anybodyShape, type Look } from '../shapes.js';
import type { CommandRow } from './command.js';
import { countIn, eventIdIn } from './event-id.js';

/** Most events of one answer (section 8.4). */
const mostEvents = 1_000;

const fetch: CommandRow = {
  action: 'chat.fetch',
  section: '8.4',
  fields: { channel: 'uuid', count: 'number', before_id: 'number' },
  run(ask) {
    const channel = readable(ask);
    const count = countIn(ask, ask.payload.count);
    const below = eventIdIn(ask, ask.payload.before_id ?? Number.MAX_SAFE_INTEGER);
    const { volatile, forced } = channel.memberPolicy ?? {};
    const { host, voices } = ask.tools;
    const look = ask.look();
    const known = knownNow(ask.state);
    ask.replyLater(async (upTo) => {
      const past = await pastOf(host, channel.id, {
        before: Math.min(below, upTo + 1),
        limit: Math.min(count, mostEvents),
        members: !volatile && !forced,
      });
      return host.read((view) => ({
        results: past.map((one) => ({
          type: 'chat.event',
          ...pastEvent(view, one, look, ask.tools),
        })),
        users: peopleShown(view, past, known, look, voices),
      }));
    });
  },
};

/** An event of the past, with the people as they are now. */
function pastEvent(view: View, one: PastEvent, look: Look, tools: Tools): object {
  if (one.kind === 'message') return messageEvent(one.message, mentionsOf(view, one.message), tools);
  if (one.kind === 'member') return memberEvent(one.line, anybodyShape(view, one.line.user.user, look));
  const { line, message } = one;
  const { id: edit, at, by, message: replaces, channel } = line;
  return replacingEvent(
    { edit, at, sender: reviserOf(by), replaces, channel },
    message === undefined ? undefined : contentOf(message, mentionsOf(view, message), tools.settings),
  );
}

export const historyCommands: readonly CommandRow[] = [fetch];
