import { createHash } from 'node:crypto';
import type { Auth, Permission } from 'polylect';

const member: Permission[] = ['message.send', 'message.delete.own', 'nick.own', 'channel.create'];

const moderator: Permission[] = [
  ...member,
  'user.kick',
  'user.ban',
  'user.silence',
  'announce',
  'nick.others',
  'message.delete.any',
  'address.see',
  'channel.permanent',
  'channel.password',
  'channel.rank',
  'channel.delete',
  'channel.enter.any',
];

/** Colours that white letters can be read on. */
const colours = ['#b3391f', '#8a5a00', '#4d6b1f', '#12705f', '#1f6391', '#5a4fb0', '#8f3f8f', '#a83266'];

/** A validator of OriginChats is those words as JSON, with the key of its connection behind them. */
function wordsOf(validator: string, key: string | undefined): string[] {
  try {
    const words: unknown = JSON.parse(validator);
    if (!Array.isArray(words) || words.pop() !== key) return [];
    return words.filter((word) => typeof word === 'string');
  } catch {
    return [];
  }
}

/**
 * Says who somebody is from the words of their login: `guest`, a name, a secret, a role. Whoever has the secret is that
 * person; nothing is checked, since this is a place to try things out. Replace it by a look-up in your own accounts.
 */
export const auth: Auth = ({ kind, arguments: words }) => {
  const [scheme, name = '', secret = '', role = ''] =
    kind === 'validator' ? wordsOf(words[0] ?? '', words[1]) : words;
  if (scheme !== 'guest' || name.trim() === '' || secret.length < 16) return { denied: 'credentials' };
  // The id is shown in events and logs, the secret must not be.
  const id = createHash('sha256').update(secret).digest('hex').slice(0, 24);
  const isModerator = role === 'moderator';
  return {
    provider: 'playground',
    id,
    name,
    colour: colours[Number.parseInt(id.slice(0, 6), 16) % colours.length] ?? 'inherit',
    rank: isModerator ? 9 : 1,
    permissions: isModerator ? moderator : member,
  };
};
