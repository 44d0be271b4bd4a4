import { type Act, isHeard } from './acts.js';
import type { Session } from './facts.js';
import { alike, isFree, shownAs, wishes } from './names.js';
import { can } from './rules.js';

const displays = ['Her Grace', 'the Cook', ''];

/** How people are called: for now, where names are no keys, and by which name that nobody else has. */
export const naming = {
  /** A nick: one's own, or somebody else's by the number they have on Sock Chat. */
  nick(world, a, b) {
    const session = world.session(a, 'sockchat');
    if (session === undefined) return;
    const { model, rig } = world;
    const { person } = session;
    const wish = (a + b) % 5 === 0 ? '' : (wishes[b % wishes.length] as string);
    const other = world.person(b);
    const user = world.userId(other);
    const number = a % 3 === 0 && user !== undefined ? `${rig.chat.users.get(user)?.number} ` : '';
    world.sock(session).say(`/nick ${number}${wish}`);
    if (!isHeard(world, person)) return;
    if (!can(person.claims, 'nick.own', 'nick.others')) return model.refuse(session);
    // Who may not name others says nothing but a name by it.
    const namesOthers = can(person.claims, 'nick.others');
    const target = number !== '' && namesOthers && model.isOnline(other) ? other : person;
    const typed = namesOthers ? wish : `${number}${wish}`.trim().replace(' ', '_');
    const nick = typed.slice(0, 15);
    const isOwn = nick === '' || nick === target.handle;
    const others = [...model.people.values()].filter((one) => one !== target && model.isOnline(one));
    const isWorn = others.some((one) => [one.handle, one.nick ?? ''].some((name) => alike(name, nick)));
    if (!isOwn && isWorn) return model.refuse(session);
    const before = shownAs(target);
    target.nick = isOwn ? undefined : nick;
    for (const one of model.sessions.values()) {
      const isThere = target.place !== undefined && one.person.place === target.place;
      if (isThere && one.dialect === 'sockchat') model.see(one, `nick ${before} is ${shownAs(target)}`);
    }
  },
  /** Auth says that somebody is called something else, which counts from their next login on, or at once if the host says so too. */
  rename(world, a, b) {
    const person = world.person(a);
    const user = world.userId(person);
    const called = b % 4 === 0 ? person.name : (wishes[b % wishes.length] as string);
    person.called = called;
    world.introduce(person);
    if (b % 3 === 0 || user === undefined) return;
    world.host(!person.left, () => world.rig.chat.users.update(user, { name: called }));
    if (!person.left) world.model.rename(person, called);
  },
  /** Whoever manages people on OriginChats gives somebody another name, until auth says otherwise, or another one to be called by. */
  give_name(world, a, b) {
    const session = world.session(a, 'originchats');
    const target = world.person(b);
    if (session === undefined || world.userId(target) === undefined) return;
    const { model } = world;
    const { person } = session;
    const name = a % 2 ? (wishes[b % wishes.length] as string) : undefined;
    const display = displays[b % displays.length] || undefined;
    const updates = name === undefined ? { nickname: display ?? null } : { username: name };
    world.origin(session).send({ cmd: 'user_update', user: target.handle, updates });
    const isAbove = target.claims.rank > person.claims.rank;
    const isFreed = name === undefined || isFree(model.people.values(), name, target);
    if (!managesUsers(session) || isAbove || !isFreed) return model.refuse(session);
    if (name === undefined) model.call(target, display, target === person ? 'own' : 'given');
    else model.rename(target, name, undefined, target === person ? 'own' : 'given');
  },
  /** People choose how they are called where names are no keys, unless they are silenced. */
  call(world, a, b) {
    const session = world.session(a, 'venueless');
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const display = displays[b % displays.length] || undefined;
    world.venue(session).ask('user.update', { profile: { display_name: display ?? '' } });
    const isNew = display !== undefined && display !== (person.display ?? person.handle);
    if (isNew && model.isMute(person)) return model.refuse(session);
    model.call(person, display, session);
  },
} satisfies Record<string, Act>;

/** What managing users stands for on OriginChats. */
export function managesUsers({ person: { claims, ban } }: Session): boolean {
  const parts = ['user.kick', 'user.silence', 'nick.others'] as const;
  return ban === undefined && parts.every((one) => can(claims, one));
}
