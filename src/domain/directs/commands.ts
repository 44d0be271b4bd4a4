import type { Noun, Rules } from '../../core/command.js';
import { isBlocked } from '../blocks/blocks.js';
import type { DomainConfig } from '../config.js';
import type { MessageId, UserId } from '../ids.js';
import { isSilent } from '../moderation/bans.js';
import { refuse } from '../rejections.js';
import { lacks, nextId, tell } from '../rules.js';
import { online } from '../sessions/online.js';
import { claimsOf, users } from '../users/users.js';

export interface DirectCommands {
  /** Says something to one person who is online; not stored. */
  'direct.whisper': {
    input: { readonly from: UserId; readonly to: UserId; readonly text: string };
    result: { readonly id: MessageId };
  };
}

export function directNoun(config: DomainConfig): Noun {
  const rules: Rules<DirectCommands> = {
    'direct.whisper': {
      decide(tx, { from, to, text }) {
        const sender = tx.get(online, from);
        const user = tx.get(users, from);
        const target = tx.get(online, to);
        if (sender === undefined || user === undefined) return refuse('user-unknown');
        // Nothing tells somebody who is blocked from somebody who looks for a person who is not there.
        if (target === undefined || isBlocked(tx, to, from)) return refuse('user-offline');
        if (from === to) return refuse('user-self');
        if (text === '') return refuse('message-empty');
        const no = lacks(tx, config, from, 'message.send');
        if (no !== undefined) return no;
        if (isSilent(tx, from, claimsOf(tx, config, user).can, tx.at)) return refuse('user-silenced');
        const id = nextId(tx);
        const copyId = nextId(tx);
        tell(tx, 'whisper', { from: sender.person, to: target.person, text, id, copyId });
        return { id };
      },
    },
  };
  return { name: 'directs', tables: [], rules: rules as Noun['rules'] };
}
