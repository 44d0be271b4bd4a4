import { uuidOf } from '../../src/dialects/uuid.js';
import type { Act } from './acts.js';
import { can } from './rules.js';

/** People leave for good, or are made to. */
export const leaving = {
  leave(world, a, b) {
    const { model } = world;
    const target = world.person(b);
    const user = world.userId(target);
    const [own, managing] = [world.session(a, 'originchats'), world.session(a, 'venueless')];
    if (a % 3 === 0 && own !== undefined) {
      world.origin(own).send({ cmd: 'user_leave' });
      return model.leave(own.person, own);
    }
    if (user === undefined) return;
    if (a % 3 === 1) {
      world.host(true, () => world.rig.chat.users.remove(user));
      return model.leave(target);
    }
    if (managing === undefined) return;
    const { person } = managing;
    world.venue(managing).ask('user.delete', { id: uuidOf('user', user) });
    const manages = can(person.claims, 'user.ban') && can(person.claims, 'user.silence');
    const isAbove = target.claims.rank > person.claims.rank;
    if (!manages || person.silenced || target === person || target.left || isAbove)
      return model.refuse(managing);
    model.deleted(target);
  },
} satisfies Record<string, Act>;
