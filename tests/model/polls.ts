import type { SocketDialect } from '../simulation/support/clients.js';
import type { Said, Signature } from './facts.js';

/** A question that a message asks. */
export interface Poll {
  readonly question: string;
  readonly options: readonly string[];
  /** One may vote for several. */
  readonly multiple: boolean;
  ended: boolean;
  /** Who votes for which options, in the order of their votes. */
  readonly votes: { readonly who: Signature; readonly chosen: readonly number[] }[];
}

/** What a protocol shows as the text of a message: its poll in words below it where there are no polls. */
export function wordsOf({ text, action, poll }: Said, dialect: SocketDialect): string {
  if (action) return `/me ${text}`;
  if (poll === undefined || dialect === 'originchats') return text;
  const lines = [poll.question, ...poll.options.map((option) => `- ${option}`)];
  return (text === '' ? lines : [text, ...lines]).join('|');
}

/** How it stands: who votes for what, by what `called` gives. */
export function standing({ options, votes, ended }: Poll, called: (who: Signature) => string): string {
  const lists = options.map((_, i) => votes.filter(({ chosen }) => chosen.includes(i)));
  const all = votes.reduce((sum, { chosen }) => sum + chosen.length, 0);
  const names = lists.map((voters) => voters.map(({ who }) => called(who)).join(','));
  return `${all} votes, ${names.join('; ')}${ended ? ', over' : ''}`;
}
