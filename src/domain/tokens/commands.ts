import type { Noun, Rules } from '../../core/command.js';
import type { DomainConfig } from '../config.js';
import { type Credential, isCredentialOf } from '../credentials/credentials.js';
import type { SessionId, UserId } from '../ids.js';
import { banOf, isOver } from '../moderation/bans.js';
import { refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { livingUser } from '../users/users.js';
import {
  endTokens,
  endTokensOf,
  expiryOf,
  isTokenDue,
  liveToken,
  streams,
  type Token,
  tokens,
  tokenTables,
  tokenUses,
} from './tokens.js';

/** Tokens that one `token.purge` removes at most. */
export const tokensPerRun = 500;

export interface TokenCommands {
  /**
   * Gives somebody a token, whose text the caller has made: `hash` is its SHA-256, hexadecimal. `credential`: what was verified; refused with
   * `credentials-stale` if it is no longer theirs. Who is banned without end gets `user-banned`. Beyond `tokensPerUser` the one that would
   * expire first ends.
   */
  'token.create': {
    input: {
      readonly user: UserId;
      readonly hash: string;
      readonly dialect: string;
      readonly credential?: Pick<Credential, 'realm' | 'key' | 'hash'>;
    };
    result: { readonly expiresAt: number };
  };
  /**
   * Says whose a token is, and makes it good for the whole time again, unless that has been less than a minute (or a hundredth of the time) ago;
   * `token-unknown` if it is not good.
   */
  'token.use': { input: { readonly hash: string }; result: { readonly user: UserId } };
  /** Ends a token; nothing happens if there is none. */
  'token.end': { input: { readonly hash: string }; result: undefined };
  /** Ends every token of a user. */
  'tokens.end': { input: { readonly user: UserId }; result: undefined };
  /** Lets go of tokens that are good no longer, at most 500 at once; `more`: there are others. */
  'token.purge': { input: object; result: { readonly purged: number; readonly more: boolean } };
  /** A connection whose bearer showed a token is to hear what happens to that user, until `session.close`; `token-unknown` if it is not good. */
  'stream.open': {
    input: { readonly session: SessionId; readonly token: string };
    result: { readonly user: UserId };
  };
}

export function tokenNoun(config: DomainConfig): Noun {
  const rules: Rules<TokenCommands> = {
    'token.create': {
      decide(tx, { user, hash, dialect, credential }) {
        const record = livingUser(tx, user);
        if (record === undefined) return refuse('user-unknown');
        if (credential !== undefined && !isCredentialOf(tx, record, credential))
          return refuse('credentials-stale');
        // Bans for a time do not touch what nobody else can see.
        if (banOf(tx, 'user', user, dialect, tx.at)?.until === null) return refuse('user-banned');
        if (tx.get(tokens, hash) !== undefined) return refuse('id-in-use');
        const before = tx.by(tokens, 'user', user).sort((a, b) => expiryOf(tx, a) - expiryOf(tx, b));
        endTokens(tx, user, before.slice(0, Math.max(0, before.length + 1 - config.limits.tokensPerUser)));
        const expiresAt = tx.at + config.groups.tokenMs;
        tx.put(tokens, { hash, user, dialect, createdAt: tx.at, expiresAt });
        return { expiresAt };
      },
    },
    'token.use': {
      decide(tx, { hash }) {
        const token = liveToken(tx, hash, tx.at);
        if (token === undefined) return refuse('token-unknown');
        if (isTokenDue(tx, config, token, tx.at))
          tx.put(tokenUses, { hash, expiresAt: tx.at + config.groups.tokenMs });
        return { user: token.user };
      },
    },
    'token.end': {
      decide(tx, { hash }) {
        const token = tx.get(tokens, hash);
        if (token !== undefined) endTokens(tx, token.user, [token]);
        return undefined;
      },
    },
    'tokens.end': {
      decide(tx, { user }) {
        endTokensOf(tx, user);
        return undefined;
      },
    },
    'token.purge': {
      decide(tx) {
        const over: Token[] = [];
        for (const token of tx.all(tokens)) {
          if (!isOver(expiryOf(tx, token), tx.at)) continue;
          over.push(token);
          if (over.length > tokensPerRun) break;
        }
        const more = over.length > tokensPerRun;
        if (more) over.pop();
        for (const token of over) endTokens(tx, token.user, [token]);
        return { purged: over.length, more };
      },
    },
    'stream.open': {
      decide(tx, { session, token: hash }) {
        const token = liveToken(tx, hash, tx.at);
        if (token === undefined) return refuse('token-unknown');
        tx.put(streams, { session, user: token.user, token: hash });
        tell(tx, 'stream_open', { session, user: token.user, token: hash });
        return { user: token.user };
      },
    },
  };
  return { name: 'tokens', tables: tokenTables, rules: rules as Noun['rules'] };
}
