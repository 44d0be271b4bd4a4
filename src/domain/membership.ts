import type { AudienceStep } from '../core/event.js';
import type { ChatEvent } from './events.js';
import { kindOf } from './viewers.js';

/** What changes before an event is shown, and what after. */
export interface MembershipSteps {
  readonly before?: readonly AudienceStep[];
  readonly after?: readonly AudienceStep[];
}

/**
 * Who belongs to which audience follows from events alone.
 *
 * Somebody who enters a channel does not hear of it with the others there: they join after the event is shown. Somebody who
 * leaves still does (both as in Sock Chat, section 6.3).
 */
export function membershipOf(event: ChatEvent): MembershipSteps {
  switch (event.type) {
    case 'session_open': {
      const { session, person, surroundings } = event;
      const after =
        surroundings === undefined
          ? []
          : [{ do: 'place' as const, session, channel: surroundings.channel.channel }];
      const kind = surroundings === undefined ? { kind: kindOf(person) } : {};
      return { before: [{ do: 'bind', session, user: person.user, ...kind }], after };
    }
    case 'session_close':
      return { before: [{ do: 'unbind', session: event.session }] };
    case 'user_update':
      return { before: [{ do: 'kind', user: event.person.user, kind: kindOf(event.person) }] };
    case 'channel_enter':
      return {
        after: [{ do: 'move', user: event.person.user, channel: event.surroundings.channel.channel }],
      };
    case 'user_ban':
      // Who stays connected hears nothing more of others (OriginChats, section 6.6).
      return event.stayed === undefined ? none : { after: [{ do: 'deafen', user: event.person.user }] };
    case 'user_unban':
      return { before: [{ do: 'hear', user: event.user }] };
    case 'user_leave':
      // The banned are told of their own going with everybody else. What goes with it is nothing to whoever has left.
      return {
        ...(event.kept ? { before: [{ do: 'hear', user: event.user }] } : none),
        after: [{ do: 'deafen', user: event.user }],
      };
    case 'stream_open':
      return { before: [{ do: 'bind', session: event.session, user: event.user }] };
    case 'stream_close':
      return { before: [{ do: 'unbind', session: event.session }] };
    case 'token_end':
      return { after: event.streams.map((session) => ({ do: 'unbind', session })) };
    case 'subscription_open':
      return { before: [{ do: 'subscribe', session: event.session, channel: event.channel.channel }] };
    case 'subscription_close':
      return { before: [{ do: 'unsubscribe', session: event.session, channel: event.channel }] };
    case 'channel_delete':
    case 'direct_remove':
      return { after: [{ do: 'end', channel: event.channel.channel }] };
    default:
      return none;
  }
}

const none: MembershipSteps = {};
