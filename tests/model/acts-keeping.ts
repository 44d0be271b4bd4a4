import { uuidOf } from '../../src/dialects/uuid.js';
import { type Act, isHeard } from './acts.js';
import type { Person } from './facts.js';
import { can } from './rules.js';
import { addressOf } from './world.js';

/** A name by which Sock Chat finds somebody: their own, or their nick in one way or the other. */
export function nameOf({ handle, nick }: Person, which: number): string {
  return [handle, nick, nick && `~${nick}`][which % 3] || handle;
}

/** Those who keep order, by commands of their protocols. */
export const keeping = {
  sock_keep(world, a, b) {
    const session = world.session(a, 'sockchat');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const wanted = world.person(b);
    const command = (['kick', 'ban', 'silence', 'unsilence', 'unban', 'unbanip'] as const)[
      (a + b) % 6
    ] as string;
    // One with an end has it a little later.
    const seconds = a % 4 === 0 ? [' 20', ' 3'][b % 2] : undefined;
    const until = seconds === undefined ? {} : { until: model.now + Number(seconds) * 1_000 };
    const subject =
      command === 'unbanip' ? addressOf(wanted) : command === 'unban' ? wanted.ban?.name : nameOf(wanted, b);
    const typed = subject || wanted.name;
    world.sock(session).say(`/${command} ${typed}${seconds ?? ''}`);
    if (!isHeard(world, person)) return;
    const mayLift = can(person.claims, 'user.ban', 'user.kick');
    if (command === 'unban') {
      if (!mayLift || wanted.ban === undefined) return model.refuse(session);
      const held = [...model.people.values()].filter(({ ban }) => ban?.name === wanted.ban?.name);
      // Of several with one name, whoever was banned first.
      for (const one of held.sort((x, y) => (x.ban?.number ?? 0) - (y.ban?.number ?? 0)).slice(0, 1))
        one.ban = undefined;
      return;
    }
    if (command === 'unbanip') {
      if (!mayLift || wanted.addressBan === undefined) return model.refuse(session);
      wanted.addressBan = undefined;
      return;
    }
    const target = model.online(typed);
    const isAbove = target !== undefined && target.claims.rank >= person.claims.rank;
    const lasts = command === 'kick' || command === 'ban';
    const permission = lasts ? (`user.${command}` as const) : 'user.silence';
    if (!can(person.claims, permission) || target === undefined || target === person || isAbove)
      return model.refuse(session);
    if (!lasts) {
      const on = command === 'silence';
      if (target.silenced === on) return model.refuse(session);
      return model.silence(target, on, true, on ? until.until : undefined);
    }
    if (target.ban !== undefined) return model.refuse(session);
    if (command === 'kick' && seconds === undefined) {
      // Where it was given: elsewhere they stay.
      const isHere = model.sessionsOf(target, 'sockchat').length > 0;
      return isHere ? model.sendAway(target, 'sockchat') : model.refuse(session);
    }
    if (command === 'ban') target.addressBan = model.keptOut(addressOf(target), until);
    model.ban(target, until);
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
    // Of whoever left for good a ban can be lifted, and nothing else be done.
    if (target.left && action !== 'reactivate') return model.refuse(session);
    // There is no rank here: it reaches equals, and nobody above.
    const isAbove = target.claims.rank > person.claims.rank;
    if (action === 'reactivate') {
      target.ban = undefined;
      if (!target.silenced) return;
      if (isAbove) return model.refuse(session);
      return model.silence(target, false, false);
    }
    // Who is banned stays so.
    if (action === 'silence' && target.ban !== undefined) return;
    if (isAbove) return model.refuse(session);
    if (action === 'silence') return model.silence(target, true);
    model.ban(target);
  },
} satisfies Record<string, Act>;
