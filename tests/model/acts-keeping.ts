import { uuidOf } from '../../src/dialects/uuid.js';
import { type Act, isHeard } from './acts.js';
import { can } from './rules.js';
import { addressOf } from './world.js';

/** Those who keep order, by commands of their protocols. */
export const keeping = {
  sock_keep(world, a, b) {
    const session = world.session(a, 'sockchat');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const target = world.person(b);
    const command = (['kick', 'ban', 'silence', 'unsilence', 'unban', 'unbanip'] as const)[
      (a + b) % 6
    ] as string;
    const subject = command === 'unbanip' ? addressOf(target) : target.name;
    world.sock(session).say(`/${command} ${subject}`);
    if (!isHeard(world, person)) return;
    const isThere = model.sessionsOf(target).length > 0;
    const isHere = model.sessionsOf(target, 'sockchat').length > 0;
    const isAbove = target.claims.rank >= person.claims.rank;
    const mayLift = can(person.claims, 'user.ban', 'user.kick');
    switch (command) {
      case 'kick':
      case 'ban':
        if (!can(person.claims, `user.${command}`) || !isThere || target === person || isAbove)
          return model.refuse(session);
        // Where it was given: elsewhere they stay.
        if (command === 'kick') return isHere ? model.sendAway(target, 'sockchat') : model.refuse(session);
        target.banned = true;
        target.addressBanned = true;
        return model.sendAway(target);
      case 'silence':
      case 'unsilence': {
        const on = command === 'silence';
        if (!can(person.claims, 'user.silence') || !isThere || isAbove || target === person)
          return model.refuse(session);
        if (target.silenced === on) return model.refuse(session);
        return model.silence(target, on);
      }
      case 'unban':
        if (!mayLift || !target.banned) return model.refuse(session);
        target.banned = false;
        return;
      default:
        if (!mayLift || !target.addressBanned) return model.refuse(session);
        target.addressBanned = false;
    }
  },
  venue_keep(world, a, b) {
    const session = world.session(a, 'venueless');
    const target = world.person(b);
    const user = world.userId(target);
    if (session === undefined || user === undefined) return;
    const { model } = world;
    const { person } = session;
    const action = (['ban', 'silence', 'reactivate'] as const)[(a + b) % 3] as string;
    world.venue(session).ask(`user.${action}`, { id: uuidOf('user', user) });
    const manages = can(person.claims, 'user.ban') && can(person.claims, 'user.silence');
    if (!manages || person.silenced || target === person) return model.refuse(session);
    // There is no rank here: it reaches equals, and nobody above.
    const isAbove = target.claims.rank > person.claims.rank;
    if (action === 'reactivate') {
      target.banned = false;
      if (!target.silenced) return;
      if (isAbove) return model.refuse(session);
      return model.silence(target, false, false);
    }
    // Who is banned stays so.
    if (action === 'silence' && target.banned) return;
    if (isAbove) return model.refuse(session);
    if (action === 'silence') return model.silence(target, true);
    target.banned = true;
    model.sendAway(target);
  },
} satisfies Record<string, Act>;
