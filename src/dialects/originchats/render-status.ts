import type { RenderTable } from '../dialect.js';
import type { Frame } from './packets.js';
import { pushToAll, toAll, toSelfToo, userFacts } from './to-whom.js';

/** Who is there, and how they wish to be seen (sections 3.4, 3.5 and 6.5). Who is invisible comes and goes unseen. */
export const renderStatus: Pick<RenderTable<Frame>, 'user_connect' | 'user_disconnect' | 'user_status'> = {
  user_connect: ({ person, origin, status }) => {
    const frame: Frame = { cmd: 'user_connect', user: userFacts(person) };
    if (status.status !== 'invisible') return toSelfToo(origin, frame);
    return origin === undefined ? [] : [{ to: { to: 'session', session: origin.session }, packets: [frame] }];
  },
  user_disconnect: ({ person, status }) =>
    status.status === 'invisible' ? [] : pushToAll({ cmd: 'user_disconnect', username: person.handle }),
  user_status: (event) => {
    const { person, before, status } = event;
    const was = before.status === 'invisible';
    if (status.status === 'invisible') {
      const gone = was ? [] : pushToAll({ cmd: 'user_disconnect', username: person.handle });
      // Anonymous: it says that somebody has become invisible, not who.
      return [...gone, ...toAll(event, { cmd: 'status_set', status, global: true })];
    }
    const back = was ? pushToAll({ cmd: 'user_connect', user: userFacts(person) }) : [];
    const { handle: username } = person;
    return [...back, ...toAll(event, { cmd: 'status_get', username, status, global: true })];
  },
};
