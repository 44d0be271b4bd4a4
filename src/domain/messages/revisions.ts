import type { Rules } from '../../core/command.js';
import { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { Need, View } from '../../core/table.js';
import { personAs, silencedAs } from '../acting.js';
import { attach } from '../attachments/attach.js';
import { hideUploads } from '../attachments/showing.js';
import { type Channel, type ChannelKind, channels, factsOf, mayNotAs } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import { isInDirect, peopleOfDirect } from '../directs/directs.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { lines } from '../lines/lines.js';
import { log, type ModlogAction, needsLog } from '../modlog/modlog.js';
import { forgetMessage } from '../notifications/notifications.js';
import { pollOfMessage, removePoll } from '../polls/polls.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { lacks, rankOf, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { messageTooLong } from '../text-limits.js';
import { personOf } from '../users/person.js';
import { claimsOf, users } from '../users/users.js';
import { aliases, aliasKeys } from './aliases.js';
import { mentionsIn, mentionsOf, remembered } from './mentions.js';
import { latest, type Message, messages } from './messages.js';
import { addRevision, needsRevisions } from './revision-lines.js';
import { forgetShownIds, meantBy, needsMeant, needsRenewal, renew } from './shown-ids.js';

/** What can be done to a message that is there. */
export interface RevisionCommands {
  /** Says it anew; only its author may, and whoever may edit what others wrote. */
  'message.edit': {
    input: {
      readonly by: Actor;
      readonly id: MessageId;
      /** Refused with `message-unknown` if it is elsewhere; so in all of these. */
      readonly in?: ChannelId;
      readonly text: string;
      /** Left out: those it had. */
      readonly embeds?: Message['embeds'];
      /** Ids of what it shows from now on: files that it showed, and uploads of whoever edits. Left out: those it had. */
      readonly attachments?: readonly string[];
      /** Refused with `message-foreign` unless it is their own, whatever else they may edit. */
      readonly own?: boolean;
    };
    /** `message` as it is now; `edit`: the id under which its channel's history has the change; `at`: when, milliseconds since the Unix epoch. */
    result: { readonly message: Message; readonly edit: MessageId; readonly at: number };
  };
  'message.delete': {
    input: {
      readonly by: Actor;
      readonly id: MessageId;
      readonly in?: ChannelId;
      /** `id` may be one that the message is shown as, see `Message.shownAs`. */
      readonly asShown?: boolean;
      /** Kinds of channels that there are for whoever asks; refused with `message-unknown` in others. Left out: all. */
      readonly kinds?: readonly ChannelKind[];
    };
    /** `edit` and `at` as in `message.edit`; no `edit` for what was no message, such as an announcement. */
    result: { readonly channel: ChannelId; readonly edit?: MessageId; readonly at: number };
  };
  /** Adds or takes back a reaction. Refused with `reaction-exists` or `reaction-unknown` if that changes nothing, unless it is `repeatable`. */
  'message.react': {
    input: {
      readonly by: UserId;
      readonly id: MessageId;
      readonly in?: ChannelId;
      readonly emoji: string;
      readonly on: boolean;
      readonly repeatable?: boolean;
    };
    result: { readonly message: Message };
  };
  /** Pins or unpins. Nothing happens if it is so already. */
  'message.pin': {
    input: { readonly by: Actor; readonly id: MessageId; readonly in?: ChannelId; readonly pinned: boolean };
    result: { readonly message: Message };
  };
}

export function revisionRules(config: DomainConfig): Rules<RevisionCommands> {
  const needsMessage = (_: View, { id }: { readonly id: MessageId }): Need[] => [
    { table: messages as never, ids: [id] },
  ];
  /** What is done to one's own messages is nobody else's business. */
  const needsLogOf = (view: View, { by, id }: { readonly by: Actor; readonly id: MessageId }): Need[] => {
    const message = view.peek(messages, id);
    return message === undefined || message.author?.user === by ? [] : needsLog('message_delete');
  };
  const write = (tx: Tx, by: Actor, action: ModlogAction, message: Message, channel: Channel) => {
    if (channel.direct !== undefined) return;
    const { author } = message;
    log(tx, config, by, action, {
      ...(author === null ? {} : { target: { user: author.user, name: author.handle } }),
      message: message.id,
      channel: channel.id,
      name: channel.name,
    });
  };

  return {
    'message.edit': {
      needs: (view, input) => {
        const message = view.peek(messages, input.id);
        const whole = needsMessage(view, input);
        if (message === undefined) return whole;
        return [...whole, ...needsRevisions(message), needsRenewal(message), ...needsLogOf(view, input)];
      },
      decide(tx, { by, id, in: place, text, embeds, attachments, own }) {
        const found = messageIn(tx, id, place, by);
        if (found === undefined) return refuse('message-unknown');
        const { message, channel } = found;
        if (by !== 'host' && message.author?.user !== by) {
          if (own || channel.direct !== undefined || lacks(tx, config, by, 'message.edit.any') !== undefined)
            return refuse('message-foreign');
        }
        if (
          text === '' &&
          !(attachments ?? message.attachments)?.length &&
          !(embeds ?? message.embeds)?.length
        )
          return refuse('message-empty');
        const no =
          messageTooLong(text, config) ??
          mayNotAs(tx, config, by, channel, 'edit-own') ??
          silencedAs(tx, config, by, tx.at);
        if (no !== undefined) return no;
        const { attachments: before, mentions: _, ...rest } = message;
        const files =
          attachments === undefined
            ? before
            : attach(tx, config, { by, channel: channel.id, ids: attachments, before });
        if (files instanceof Rejection) return files;
        const edit = addRevision(tx, message, by);
        const mentions = mentionsIn(tx, text);
        const anew = renew(tx, message, edit);
        const next: Message = {
          ...rest,
          text,
          ...remembered(text, mentions, config.limits.mentionsPerMessage),
          edited: true,
          editedAt: tx.at,
          revision: edit,
          ...(anew === undefined ? {} : { shownAs: anew.shownAs }),
          ...(embeds === undefined ? {} : { embeds }),
          ...(files?.length ? { attachments: files } : {}),
        };
        tx.put(messages, next);
        if (message.author?.user !== by) write(tx, by, 'message_edit', message, channel);
        const person = personAs(tx, config, by);
        tell(tx, 'message_edit', {
          message: next,
          edit,
          channel: factsOf(tx, channel),
          by,
          mentions,
          ...(anew === undefined ? {} : { renewed: anew.renewed }),
          ...(channel.direct === undefined ? {} : { people: peopleOfDirect(tx, config, channel.direct) }),
          ...(person === undefined ? {} : { person }),
        });
        return { message: next, edit, at: tx.at };
      },
    },
    'message.delete': {
      needs: (view, { by, id: given, asShown }) => {
        const id = asShown ? meantBy(view, given) : given;
        const message = view.peek(messages, id);
        const whole = [
          { table: messages as never, ids: [given, id] },
          ...(asShown ? [needsMeant(given)] : []),
        ];
        if (message === undefined) return whole;
        const { channel, alias } = message;
        return [
          ...whole,
          { table: messages as never, newest: channel, limit: 2 },
          ...needsRevisions(message),
          ...(alias === undefined ? [] : [{ table: aliases as never, ids: aliasKeys(alias) }]),
          ...needsLogOf(view, { by, id }),
        ];
      },
      decide(tx, { by, id: given, in: place, asShown, kinds }) {
        const id = asShown ? meantBy(tx, given) : given;
        const found = messageIn(tx, id, place, by);
        if (found === undefined)
          return place === undefined ? forgetLine(tx, config, by, id) : refuse('message-unknown');
        const { message, channel } = found;
        if (kinds !== undefined && !kinds.includes(channel.kind)) return refuse('message-unknown');
        const own = message.author !== null && message.author.user === by;
        if (!own) {
          const author = message.author === null ? undefined : tx.get(users, message.author.user);
          const rank = author === undefined ? (message.author?.rank ?? 0) : claimsOf(tx, config, author).rank;
          if (rank > rankOf(tx, config, by)) return refuse('user-outranks');
        }
        const no = mayNotAs(tx, config, by, channel, own ? 'delete-own' : 'delete-any');
        if (no !== undefined) return no;
        const before = tx.newest(messages, message.channel, 2).findLast((one) => one.id !== id);
        tx.remove(messages, id);
        const edit = addRevision(tx, message, by, true);
        forgetAlias(tx, message);
        forgetShownIds(tx, message);
        forgetMessage(tx, message.channel, id);
        const poll = pollOfMessage(tx, id);
        if (poll !== undefined) removePoll(tx, poll);
        hideUploads(tx, message.attachments, message.channel, by);
        if (tx.get(latest, message.channel)?.id === id) {
          if (before === undefined) tx.remove(latest, message.channel);
          else tx.put(latest, { channel: message.channel, id: before.id, at: before.at });
        }
        if (!own) write(tx, by, 'message_delete', message, channel);
        const person = personAs(tx, config, by);
        tell(tx, 'message_delete', {
          id,
          edit,
          channel: message.channel,
          by,
          message,
          place: factsOf(tx, channel),
          ...(person === undefined ? {} : { person }),
        });
        return { channel: message.channel, edit, at: tx.at };
      },
    },
    'message.react': {
      needs: needsMessage,
      decide(tx, { by, id, in: place, emoji, on, repeatable }) {
        const found = messageIn(tx, id, place, by);
        if (found === undefined) return refuse('message-unknown');
        const { message, channel } = found;
        const user = tx.get(users, by);
        if (user === undefined) return refuse('user-unknown');
        const no = mayNotAs(tx, config, by, channel, 'react') ?? silencedAs(tx, config, by, tx.at);
        if (no !== undefined) return no;
        const changed = on ? reacted(message, emoji, user.id, user.handle) : unreacted(message, emoji, by);
        if (changed === undefined)
          return repeatable ? { message } : refuse(on ? 'reaction-exists' : 'reaction-unknown');
        const limit = config.limits.reactionsPerMessage;
        if (on && (changed.reactions?.length ?? 0) > limit) return refuse('too-many-reactions', { limit });
        tx.put(messages, changed);
        const person = tx.get(online, by)?.person ?? personOf(tx, config, user);
        const mentions = mentionsOf(tx, message);
        const facts = { message: changed, channel: factsOf(tx, channel), emoji, person, mentions };
        tell(tx, on ? 'reaction_add' : 'reaction_remove', facts);
        return { message: changed };
      },
    },
    'message.pin': {
      needs: (view, input) => [...needsMessage(view, input), ...needsLog('message_pin')],
      decide(tx, { by, id, in: place, pinned }) {
        const found = messageIn(tx, id, place, by);
        if (found === undefined) return refuse('message-unknown');
        const { message, channel } = found;
        const no = mayNotAs(tx, config, by, channel, 'pin');
        if (no !== undefined) return no;
        const { pinned: before, ...rest } = message;
        const next: Message = pinned ? { ...rest, pinned: true } : rest;
        if ((before ?? false) !== pinned) {
          tx.put(messages, next);
          write(tx, by, pinned ? 'message_pin' : 'message_unpin', message, channel);
        }
        tell(tx, 'message_pin', { message: next, channel: factsOf(tx, channel), pinned, by });
        return { message: next };
      },
    },
  };
}

/** What was imported is not found by its old id either. */
function forgetAlias(tx: Tx, { id, alias }: Message): void {
  if (alias === undefined) return;
  for (const key of aliasKeys(alias)) if (tx.get(aliases, key)?.message === id) tx.remove(aliases, key);
}

function messageIn(
  tx: Tx,
  id: MessageId,
  place: ChannelId | undefined,
  by: Actor,
): { message: Message; channel: Channel } | undefined {
  const message = tx.get(messages, id);
  if (place !== undefined && message?.channel !== place) return undefined;
  const channel = message === undefined ? undefined : tx.get(channels, message.channel);
  if (message === undefined || channel === undefined) return undefined;
  // Nobody is to find out what is said in direct channels, not even by its id.
  if (channel.direct !== undefined && !isInDirect(tx, channel.id, by)) return undefined;
  return { message, channel };
}

function reacted(message: Message, emoji: string, user: UserId, handle: string): Message | undefined {
  const all = message.reactions ?? [];
  const there = all.find((one) => one.emoji === emoji);
  if (there?.by.some((one) => one.user === user)) return undefined;
  const by = [...(there?.by ?? []), { user, handle }];
  const reactions =
    there === undefined ? [...all, { emoji, by }] : all.map((one) => (one === there ? { ...one, by } : one));
  return { ...message, reactions };
}

function unreacted(message: Message, emoji: string, user: UserId): Message | undefined {
  const there = message.reactions?.find((one) => one.emoji === emoji);
  if (!there?.by.some((one) => one.user === user)) return undefined;
  const by = there.by.filter((one) => one.user !== user);
  const { reactions: all = [], ...rest } = message;
  const left =
    by.length === 0
      ? all.filter((one) => one !== there)
      : all.map((one) => (one === there ? { ...one, by } : one));
  return left.length === 0 ? rest : { ...rest, reactions: left };
}

/** Takes a remembered line out of wherever it is: announcements are in every channel. */
function forgetLine(
  tx: Tx,
  config: DomainConfig,
  by: Actor,
  id: MessageId,
): { channel: ChannelId; at: number } | Rejection<RejectionCode> {
  const no = lacks(tx, config, by, 'message.delete.own', 'message.delete.any');
  if (no !== undefined) return no;
  if (lacks(tx, config, by, 'message.delete.any') !== undefined) return refuse('message-unknown');
  const found = [...tx.all(lines)].filter((row) => row.lines.some((line) => line.id === id));
  for (const row of found)
    tx.put(lines, { channel: row.channel, lines: row.lines.filter((line) => line.id !== id) });
  const places = found.map((row) => row.channel).sort();
  const [channel] = places;
  if (channel === undefined) return refuse('message-unknown');
  for (const place of places) tell(tx, 'message_delete', { id, channel: place, by });
  return { channel, at: tx.at };
}
