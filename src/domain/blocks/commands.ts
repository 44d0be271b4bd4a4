import type { Noun, Rules } from '../../core/command.js';
import type { DomainConfig } from '../config.js';
import type { UserId } from '../ids.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { personNow } from '../users/present.js';
import { blockKey, blocks, blockTables, isBlocked } from './blocks.js';

export interface BlockCommands {
  /**
   * Wants to hear nothing more from somebody in whispers and direct channels. Nothing is told to them: to them the blocker appears not to be
   * there. Nothing happens if it is so already.
   */
  'user.block': { input: { readonly by: UserId; readonly user: UserId }; result: undefined };
  /** Takes that back. Nothing happens if there is nothing to take back. */
  'user.unblock': { input: { readonly by: UserId; readonly user: UserId }; result: undefined };
}

export function blockNoun(config: DomainConfig): Noun {
  const rules: Rules<BlockCommands> = {
    'user.block': {
      decide(tx, { by, user }) {
        const person = personNow(tx, config, by);
        const blocked = personNow(tx, config, user);
        if (person === undefined || blocked === undefined) return refuse('user-unknown');
        if (by === user) return refuse('user-self');
        if (isBlocked(tx, by, user)) return undefined;
        const limit = config.limits.blocksPerUser;
        if (tx.count(blocks, 'by', by) >= limit) return refuse('too-many-blocks', { limit });
        tx.put(blocks, { by, user });
        tell(tx, 'user_block', { by: person, user: blocked, on: true });
        return undefined;
      },
    },
    'user.unblock': {
      decide(tx, { by, user }) {
        const person = personNow(tx, config, by);
        const blocked = personNow(tx, config, user);
        if (person === undefined || blocked === undefined) return refuse('user-unknown');
        if (by === user) return refuse('user-self');
        if (!isBlocked(tx, by, user)) return undefined;
        tx.remove(blocks, blockKey(by, user));
        tell(tx, 'user_block', { by: person, user: blocked, on: false });
        return undefined;
      },
    },
  };
  return { name: 'blocks', tables: blockTables, rules: rules as Noun['rules'] };
}
