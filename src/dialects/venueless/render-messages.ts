import type { Rendering } from '../../delivery/deliver.js';
import type { ChannelFacts } from '../../domain/channels/channels.js';
import type { ChatEvent } from '../../domain/events.js';
import { memberKey, members } from '../../domain/members/members.js';
import type { Mentions } from '../../domain/messages/mentions.js';
import type { Person } from '../../domain/users/person.js';
import { personNow } from '../../domain/users/present.js';
import type { RenderTable } from '../dialect.js';
import { uuidOf } from '../uuid.js';
import type { Tools } from './ask.js';
import { contentOf, messageEvent, replacingEvent, reviserOf } from './event-shapes.js';
import type { Frame } from './packets.js';
import { type Showing, type Variants, variantsIn } from './render-variants.js';
import { subscribersOf } from './to-whom.js';
import type { UnreadPointers } from './unread-pointers.js';
import { ownVoice, type Voices } from './voices.js';
import { worldsWith } from './worlds.js';

/** What messages and their changes look like (sections 8.5, 8.6 and 9). */
export function renderMessages(tools: Tools, pointers: UnreadPointers) {
  const { settings, voices } = tools;
  const variants = variantsIn(tools);
  /** An event of a channel with the people it shows, to whoever follows the channel. */
  const pushed = (
    name: 'chat.event' | 'chat.event.reaction',
    channel: ChannelFacts,
    event: object,
    users: (showing: Showing) => People,
  ) => variants(subscribersOf(channel), (showing) => [name, { ...event, users: users(showing) }]);
  const reacted = ({
    message,
    channel,
    mentions,
    person,
  }: ChatEvent<'reaction_add'> | ChatEvent<'reaction_remove'>) =>
    pushed('chat.event.reaction', channel, messageEvent(message, mentions, tools), (showing) =>
      peopleOf(showing, [person]),
    );
  return {
    message: (event) => said(tools, variants, pointers, event),
    message_edit: ({ message, channel, mentions, edit, at, by, person }) => {
      const sender = reviserOf(by);
      const about = { edit, at, sender, replaces: message.id, channel: message.channel };
      const named = strangers(tools, channel, mentions);
      return pushed(
        'chat.event',
        channel,
        replacingEvent(about, contentOf(message, mentions, settings)),
        (showing) => ({ ...namedOf(showing, named), ...reviser(showing, voices, person) }),
      );
    },
    message_delete: ({ id, by, at, edit, message, place, person }) => {
      // A line of Sock Chat's past was never shown here.
      if (message === undefined || place === undefined || edit === undefined) return [];
      const about = { edit, at, sender: reviserOf(by), replaces: id, channel: message.channel };
      return pushed('chat.event', place, replacingEvent(about), (showing) =>
        reviser(showing, voices, person),
      );
    },
    reaction_add: reacted,
    reaction_remove: reacted,
  } satisfies Partial<RenderTable<Frame>>;
}

type People = Readonly<Record<string, object>>;

function peopleOf(showing: Showing, people: readonly Person[]): People {
  const shown: Record<string, object> = {};
  for (const person of people) shown[uuidOf('user', person.user)] = showing.person(person);
  return shown;
}

/** Bytes of JSON that those whom a text names may take in a push: about one profile at its largest, whatever a text of a few bytes names. */
const namedBytes = 16_384;

/** Those whom a text names, in its order, for as long as they fit. Clients ask for the others (`user.fetch`). */
function namedOf(showing: Showing, people: readonly Person[]): People {
  const shown: Record<string, object> = {};
  let left = namedBytes;
  for (const person of people) {
    const shape = showing.person(person);
    left -= Buffer.byteLength(JSON.stringify(shape));
    if (left < 0) break;
    shown[uuidOf('user', person.user)] = shape;
  }
  return shown;
}

/** Who edited or deleted a message; nobody in person: the host or the chat itself. */
function reviser(showing: Showing, voices: Voices, person: Person | undefined): People {
  if (person !== undefined) return peopleOf(showing, [person]);
  return { [ownVoice]: voices.shape({}) };
}

/**
 * Those whom a text names and who do not belong to its channel: clients know the others. A message tells whom it names by their ids, since
 * that is what other protocols show; who they are is read here.
 */
function strangers({ host }: Tools, { channel }: ChannelFacts, { users }: Mentions): Person[] {
  const named = users.flatMap(({ user }) => user ?? []).slice(0, host.config.limits.mentionsPerMessage);
  if (named.length === 0) return [];
  return host.read((view) =>
    named
      .filter((user) => view.get(members, memberKey(channel, user)) === undefined)
      .flatMap((user) => personNow(view, host.config, user) ?? []),
  );
}

/** A message: to its channel, then who is to know of it elsewhere (sections 8.5 and 9). */
function said(
  tools: Tools,
  variants: Variants,
  pointers: UnreadPointers,
  event: ChatEvent<'message'>,
): Rendering<Frame>[] {
  const { settings, voices } = tools;
  const { message, channel, mentions, person, people, notified = [] } = event;
  const sender = (showing: Showing) =>
    person === undefined ? voices.shape(message) : showing.person(person);
  const speaker = person === undefined ? voices.idOf(message) : uuidOf('user', person.user);
  const named = strangers(tools, channel, mentions);
  const shown = messageEvent(message, mentions, tools);
  const push = variants(subscribersOf(channel), (showing) => [
    'chat.event',
    { ...shown, users: { ...namedOf(showing, named), [speaker]: sender(showing) } },
  ]);
  const features = worldsWith(settings, channel).map((world) => world.features[0]);
  const notifying =
    notified.length === 0
      ? []
      : features.flatMap((feature) =>
          variants(
            { to: 'users', users: notified },
            (showing) => [
              'chat.notification',
              { event: { type: 'chat.event', ...shown }, sender: sender(showing) },
            ],
            feature,
          ),
        );
  const unread: Frame = ['chat.unread_pointers', { [uuidOf('channel', channel.channel)]: message.id }];
  const telling = (users: readonly string[]): Rendering<Frame>[] =>
    users.length === 0
      ? []
      : features.map((feature) => ({ to: { to: 'users', users }, packets: [unread], feature }));
  return people === undefined
    ? [...push, ...notifying, ...telling(pointers.take(channel.channel, person?.user))]
    : [...push, ...telling(people.map(({ user }) => user)), ...notifying];
}
