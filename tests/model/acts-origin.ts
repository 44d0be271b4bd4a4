import type { Act } from './acts.js';
import { managesUsers } from './acts-names.js';

/** OriginChats keeps order in its own way: whoever is banned stays connected, deaf and mute, and timeouts have an end. */
export const timing = {
  origin_keep(world, a, b) {
    const session = world.session(a, 'originchats');
    const target = world.person(b);
    if (session === undefined) return;
    const { model } = world;
    const { person } = session;
    const cmd = (['user_ban', 'user_timeout', 'user_unban', 'user_timeout'] as const)[(a + b) % 4];
    const timeout = cmd === 'user_timeout' ? [3, 0, 20][a % 3] : undefined;
    // By name, in any case, or by id.
    const user = a % 5 ? target.handle.toUpperCase() : target.name;
    world.origin(session).send({ cmd: cmd ?? '', user, ...(timeout === undefined ? {} : { timeout }) });
    if (!managesUsers(session) || user === '') return model.refuse(session);
    const found = model.known(user);
    // Of nobody it is answered that they are not banned, and not that it is refused.
    if (found === undefined) return cmd === 'user_timeout' ? model.refuse(session) : undefined;
    if (cmd === 'user_unban') {
      found.ban = undefined;
      return;
    }
    if (found === person || found.claims.rank >= person.claims.rank) return model.refuse(session);
    if (cmd === 'user_ban') return model.ban(found, {}, 'originchats');
    if (timeout === 0 && !found.silenced) return model.refuse(session);
    model.silence(found, timeout !== 0, true, timeout ? model.now + timeout * 1_000 : undefined);
  },
} satisfies Record<string, Act>;
