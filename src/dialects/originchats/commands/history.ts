import type { StoredRow } from '../../../core/ports.js';
import { type Channel, channels, factsOf, isOpen, mayNotIn } from '../../../domain/channels/channels.js';
import type { MessageId } from '../../../domain/ids.js';
import { History } from '../../../domain/messages/history.js';
import { type Ping, pingsOfRole, pingsOfUser } from '../../../domain/messages/mentions.js';
import type { Message } from '../../../domain/messages/messages.js';
import { claimsOf, users } from '../../../domain/users/users.js';
import type { Ask } from '../ask.js';
import { contextOf, messageIdIn, numberOf, readable, textChannelOf, textOf } from '../context.js';
import { Refusal, refuse } from '../refusal.js';
import { messageShape, placeOf, presentName, shortPlaceOf } from '../shapes.js';
import type { CommandRow } from './command.js';
import { markNewest } from './unreads.js';

/** Messages as history shows them: without `pings`, and with the names people have now (section 4). */
export function shapes(ask: Ask, list: readonly Message[]): object[] {
  const { host, settings } = ask.tools;
  return host.read((view) => {
    const nameOf = presentName(view);
    return list.map((message) => messageShape(message, nameOf, settings.server.url ?? ''));
  });
}

function factsHere(ask: Ask, channel: Channel) {
  return ask.read((view) => factsOf(view, channel));
}

/** How many of the newest to leave out, by a number or by the id of a message (sections 6.1 and 14). */
async function skipOf(ask: Ask, history: History): Promise<number> {
  const { start } = ask.request;
  if (typeof start === 'number') return numberOf(start, 0, Number.MAX_SAFE_INTEGER, 0);
  const id = messageIdIn(ask, start, { id: history.channel });
  if (id === undefined) return 0;
  return history.count({ above: (id - 1) as MessageId });
}

/** A page of a channel, for `messages_get` and `thread_messages`. */
export async function pageOf(ask: Ask, history: History) {
  const limit = numberOf(ask.request.limit, 0, 200, 100) || 100;
  const skip = await skipOf(ask, history);
  const list = await history.newest(limit, skip);
  return { messages: shapes(ask, list), range: { start: skip, end: skip + limit } };
}

const messagesGet: CommandRow = {
  cmd: 'messages_get',
  section: '6.1',
  messageIds: ['start'],
  run(ask) {
    const channel = readable(ask, contextOf(ask));
    const place = shortPlaceOf(factsHere(ask, channel));
    const answer = () =>
      ask.replyLater(async (upTo) => ({
        ...place,
        ...(await pageOf(ask, new History(ask.tools.host.archive, channel.id, upTo))),
      }));
    const marking = markNewest(ask, channel);
    return marking === undefined ? answer() : marking.then(answer);
  },
};

const messagesAround: CommandRow = {
  cmd: 'messages_around',
  section: '6.1',
  messageIds: ['around'],
  run(ask) {
    const { around, bounds } = ask.request;
    const given = textOf(around) ?? refuse('around (message ID) is required');
    const channel = readable(ask, contextOf(ask));
    const id = messageIdIn(ask, given, channel) ?? refuse('Message not found');
    const { above, below } = (typeof bounds === 'object' && bounds !== null ? bounds : {}) as {
      readonly above?: unknown;
      readonly below?: unknown;
    };
    const place = placeOf(factsHere(ask, channel));
    ask.replyLater(async (upTo) => {
      const history = new History(ask.tools.host.archive, channel.id, upTo);
      const [middle, older, newer] = await Promise.all([
        history.one(id),
        history.before(id, numberOf(below, 0, 200, 50)),
        history.after(id, numberOf(above, 0, 200, 50)),
      ]);
      if (middle === undefined) return new Refusal('Message not found');
      const list = [...older, middle, ...newer];
      const start = await history.count({ below: (list[0] as Message).id });
      return { ...place, messages: shapes(ask, list), range: { start, end: start + list.length } };
    });
  },
};

const messageGet: CommandRow = {
  cmd: 'message_get',
  section: '6.1',
  messageIds: ['id'],
  run(ask) {
    const { request } = ask;
    const given = textOf(request.id);
    const somewhere = textOf(request.channel) ?? textOf(request.thread_id);
    if (given === undefined || somewhere === undefined) refuse('Channel/thread and message ID are required');
    const channel = readable(ask, contextOf(ask));
    const id = messageIdIn(ask, given, channel) ?? refuse('Message not found');
    const place = shortPlaceOf(factsHere(ask, channel));
    ask.replyLater(async (upTo) => {
      const message = await new History(ask.tools.host.archive, channel.id, upTo).one(id);
      if (message === undefined) return new Refusal('Message not found');
      return { ...place, message: shapes(ask, [message])[0] };
    });
  },
};

const messageReplies: CommandRow = {
  cmd: 'message_replies',
  section: '6.1',
  messageIds: ['id'],
  run(ask) {
    const given = textOf(ask.request.id);
    if (given === undefined || textOf(ask.request.channel) === undefined)
      refuse('Channel name and message ID are required');
    const channel = textChannelOf(ask);
    const id = messageIdIn(ask, given, channel);
    const limit = numberOf(ask.request.limit, 1, 200, 50);
    ask.replyLater(async (upTo) => {
      const history = new History(ask.tools.host.archive, channel.id, upTo);
      const replies = id === undefined ? [] : await history.matching({ equals: { replyTo: id } }, limit);
      return { channel: channel.name, message_id: given, replies: shapes(ask, replies.reverse()) };
    });
  },
};

const messagesSearch: CommandRow = {
  cmd: 'messages_search',
  section: '6.1',
  run(ask) {
    const query = textOf(ask.request.query);
    if (query === undefined || textOf(ask.request.channel) === undefined)
      refuse('Channel name and query are required');
    const channel = textChannelOf(ask);
    ask.replyLater(async (upTo) => {
      const history = new History(ask.tools.host.archive, channel.id, upTo);
      const found = await history.matching({ contains: { text: query } }, ask.tools.settings.searchResults);
      return { channel: channel.name, query, results: shapes(ask, found) };
    });
  },
};

const messagesPinned: CommandRow = {
  cmd: 'messages_pinned',
  section: '6.1',
  run(ask) {
    if (textOf(ask.request.channel) === undefined) refuse('Channel name not provided');
    const channel = textChannelOf(ask);
    ask.replyLater(async (upTo) => {
      const history = new History(ask.tools.host.archive, channel.id, upTo);
      const pinned = await history.matching({ equals: { pinned: true } }, mostPinned);
      return { channel: channel.name, messages: shapes(ask, pinned) };
    });
  },
};

/** Pins of a channel that are listed; the protocol has no pages here. */
const mostPinned = 1_000;

const pingsGet: CommandRow = {
  cmd: 'pings_get',
  section: '6.1',
  run(ask) {
    const { limit = 50, offset = 0 } = ask.request;
    if (typeof limit !== 'number' || !(limit >= 1 && limit <= 100))
      refuse('Limit must be a number between 1 and 100');
    if (typeof offset !== 'number' || !(offset >= 0)) refuse('Offset must be a non-negative number');
    const self = ask.self();
    const { host } = ask.tools;
    const { roles } = ask.read((view) => claimsOf(view, host.config, self));
    const parts = [pingsOfUser(self.id), ...roles.map(pingsOfRole)];
    ask.replyLater(async (upTo) => {
      const found = await pingsIn(ask, parts, upTo);
      const page = found.slice(offset, offset + limit);
      const rows = await host.archive.rows(
        'messages',
        page.map((ping) => ping.message),
      );
      const shown = page.flatMap((ping, i) => shownPing(ask, ping, rows[i]));
      return { messages: shown, offset, limit, total: found.length };
    });
  },
};

/** The newest pings that are looked through; older ones are not found any more. */
const mostPings = 1_000;

/** Pings of several partitions in channels that the asker may read, newest first, one for each message. */
async function pingsIn(ask: Ask, parts: readonly string[], upTo: number): Promise<Ping[]> {
  const { archive } = ask.tools.host;
  const pages = await Promise.all(
    parts.map((part) => archive.query({ table: 'pings', in: part, before: upTo + 1, limit: mostPings })),
  );
  const all = pages.flat().map((row) => row.row as Ping);
  const seen = new Set<number>();
  const shown = all
    .sort((a, b) => b.message - a.message)
    .filter((ping) => {
      if (seen.has(ping.message) || !mayRead(ask, ping)) return false;
      seen.add(ping.message);
      return true;
    });
  return shown.slice(0, mostPings);
}

function mayRead(ask: Ask, ping: Ping): boolean {
  const { host } = ask.tools;
  return host.read((view) => {
    const channel = view.get(channels, ping.channel);
    const user = view.get(users, ask.user);
    if (channel === undefined || user === undefined || !isOpen(factsOf(view, channel))) return false;
    return mayNotIn(view, host.config, user, channel, 'read') === undefined;
  });
}

function shownPing(ask: Ask, ping: Ping, row: StoredRow | undefined): object[] {
  if (row === undefined) return [];
  const { host } = ask.tools;
  const channel = host.read((view) => view.get(channels, ping.channel));
  if (channel === undefined) return [];
  const place = host.read((view) => shortPlaceOf(factsOf(view, channel)));
  return [{ ...shapes(ask, [row.row as Message])[0], ...place }];
}

const embedsList: CommandRow = {
  cmd: 'embeds_list',
  section: '6.1',
  messageIds: ['id'],
  run(ask) {
    const { request } = ask;
    const given = textOf(request.id) ?? refuse('Message ID is required');
    if (textOf(request.channel) === undefined && textOf(request.thread_id) === undefined)
      refuse('Channel or thread_id is required');
    const channel = readable(ask, contextOf(ask));
    const id = messageIdIn(ask, given, channel) ?? refuse('Message not found');
    ask.replyLater(async (upTo) => {
      const message = await new History(ask.tools.host.archive, channel.id, upTo).one(id);
      if (message === undefined) return new Refusal('Message not found');
      return { id: given, embeds: message.embeds ?? [] };
    });
  },
};

export const historyCommands: readonly CommandRow[] = [
  messagesGet,
  messagesAround,
  messageGet,
  messageReplies,
  messagesSearch,
  messagesPinned,
  pingsGet,
  embedsList,
];
