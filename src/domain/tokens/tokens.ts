import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table, type View } from '../../core/table.js';
import type { DomainConfig } from '../config.js';
import type { SessionId, UserId } from '../ids.js';
import { isOver } from '../moderation/bans.js';
import { tell } from '../rules.js';

/** A credential that its bearer shows with each request. Of its text only the hash is kept. */
export interface Token {
  /** SHA-256 of the text, hexadecimal. */
  readonly hash: string;
  readonly user: UserId;
  /** The protocol it was given out in. */
  readonly dialect: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Until when it is good if it is never used, in milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export const tokens = table({
  name: 'tokens',
  class: 'resident',
  key: 'text',
  id: (token: Token) => token.hash,
  indexes: { user: (token: Token) => token.user },
});

/** Until when a token is good that was used: milliseconds since the Unix epoch. May lag by two seconds after a crash. */
export interface TokenUse {
  readonly hash: string;
  readonly expiresAt: number;
}

export const tokenUses = table({
  name: 'token_uses',
  class: 'lazy',
  key: 'text',
  id: (use: TokenUse) => use.hash,
});

/** A connection over which somebody who showed a token hears what happens. No session: nobody is present by it. */
export interface Stream {
  readonly session: SessionId;
  readonly user: UserId;
  /** The hash of the token. */
  readonly token: string;
}

export const streams = table({
  name: 'streams',
  class: 'live',
  key: 'text',
  id: (stream: Stream) => stream.session,
  indexes: { token: (stream: Stream) => stream.token, user: (stream: Stream) => stream.user },
});

export const tokenTables = [anyTable(tokens), anyTable(tokenUses), anyTable(streams)];

/** Until when a token is good, in milliseconds since the Unix epoch. */
export function expiryOf(view: View, token: Token): number {
  return Math.max(token.expiresAt, view.get(tokenUses, token.hash)?.expiresAt ?? 0);
}

/** Whether the time of a token that is still there has run out. */
export function isTokenOver(view: View, hash: string, at: number): boolean {
  const token = view.get(tokens, hash);
  return token !== undefined && isOver(expiryOf(view, token), at);
}

/**
 * Whether a token is to be made good for its whole time again: once a minute of it, or a hundredth if that is less, has gone by. Of what it is
 * good for nobody misses that much, and one that is used all the time is written once a minute.
 */
export function isTokenDue(
  view: View,
  { groups: { tokenMs } }: Pick<DomainConfig, 'groups'>,
  token: Token,
  at: number,
): boolean {
  return at + tokenMs - expiryOf(view, token) >= Math.min(60_000, tokenMs / 100);
}

/** A token that is good at a time (Conclave, section 4.1). */
export function liveToken(view: View, hash: string, at: number): Token | undefined {
  const token = view.get(tokens, hash);
  return token === undefined || isOver(expiryOf(view, token), at) ? undefined : token;
}

/** Ends tokens of one user, tells it, and lets go of the streams that rest on them: their connections are to be closed. */
export function endTokens(tx: Tx, user: UserId, ended: readonly Token[]): void {
  if (ended.length === 0) return;
  const closed: SessionId[] = [];
  for (const { hash } of ended) {
    tx.remove(tokens, hash);
    if (tx.get(tokenUses, hash) !== undefined) tx.remove(tokenUses, hash);
    for (const { session } of tx.by(streams, 'token', hash)) {
      tx.remove(streams, session);
      closed.push(session);
    }
  }
  tell(tx, 'token_end', { user, tokens: ended.map(({ hash }) => hash), streams: closed });
}

/** Ends every token of a user; with a dialect, those given out in it. */
export function endTokensOf(tx: Tx, user: UserId, dialect?: string): void {
  const all = tx.by(tokens, 'user', user);
  endTokens(
    tx,
    user,
    all.filter((token) => dialect === undefined || token.dialect === dialect),
  );
}

/** The connection of a stream is gone. */
export function endStream(tx: Tx, session: SessionId): void {
  const stream = tx.get(streams, session);
  if (stream === undefined) return;
  tx.remove(streams, session);
  tell(tx, 'stream_close', { session, user: stream.user });
}

/** Streams that rest on a token which is not there after all: their connections are to be closed. */
export function reviewStreams(tx: Tx): SessionId[] {
  const loose = [...tx.all(streams)].filter(({ token }) => tx.get(tokens, token) === undefined);
  for (const { session } of loose) endStream(tx, session);
  return loose.map(({ session }) => session);
}
