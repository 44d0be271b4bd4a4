import { permissions } from '../../src/domain/access/permissions.js';
import type { Auth } from '../../src/domain/auth.js';

/**
 * Lets everybody in whose id is a number: as rank 9 with every right, as a `guest` of rank 1 with none but to speak, or as a
 * `maker`, who may make channels that do not last.
 */
export const letIn: Auth = (credentials) => {
  if (credentials.kind !== 'arguments') return { denied: 'credentials' };
  const [id = '', kind = 'staff'] = credentials.arguments;
  const name = `user${id}`;
  if (!/^[1-9][0-9]*$/.test(id)) return { denied: 'credentials' };
  if (kind === 'maker')
    return { provider: 'test', id, name, rank: 1, permissions: ['message.send', 'channel.create'] };
  return kind === 'guest'
    ? { provider: 'test', id, name, rank: 1 }
    : { provider: 'test', id, name, rank: 9, permissions };
};
