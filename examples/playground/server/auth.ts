import { createHash } from 'node:crypto';
import type { Auth, Credentials, Permission } from 'polylect';
import { colourOf } from '../colours.js';

const member: Permission[] = [
  'message.send',
  'message.edit.own',
  'message.delete.own',
  'nick.own',
  'channel.create',
];

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

/** The words of a login, from whatever each protocol packs them into. */
function wordsOf({ kind, arguments: given }: Credentials): readonly string[] {
  if (kind === 'validator') return validatorWords(...given);
  return kind === 'client' ? guestWords(given[0]) : given;
}

/** A validator of OriginChats is those words as JSON, with the key of its connection behind them. */
function validatorWords(validator: string, key: string): string[] {
  try {
    const words: unknown = JSON.parse(validator);
    if (!Array.isArray(words) || words.pop() !== key) return [];
    return words.filter((word) => typeof word === 'string');
  } catch {
    return [];
  }
}

/** A client id of Venueless is the secret and the role; what they are called, guests say once they are in. */
function guestWords(clientId: string): string[] {
  const [secret = '', role = ''] = clientId.split('.');
  return ['guest', 'guest', secret, role];
}

/** The identity of whoever has this secret. Its id is shown in events and logs, the secret must not be. */
export function identityOf(secret: string): { readonly provider: string; readonly id: string } {
  return { provider: 'playground', id: createHash('sha256').update(secret).digest('hex').slice(0, 24) };
}

/**
 * Says who somebody is from the words of their login: `guest`, a name, a secret, a role. Whoever has the secret is that
 * person; nothing is checked, since this is a place to try things out. Replace it by a look-up in your own accounts.
 */
export const auth: Auth = (credentials) => {
  const [scheme, name = '', secret = '', role = ''] = wordsOf(credentials);
  if (scheme !== 'guest' || name.trim() === '' || secret.length < 16) return { denied: 'credentials' };
  const isModerator = role === 'moderator';
  return {
    ...identityOf(secret),
    name,
    unnamed: credentials.kind === 'client',
    // Guests of Venueless are called nothing yet, and by another name later.
    ...(credentials.kind === 'client' ? {} : { colour: colourOf(name) }),
    rank: isModerator ? 9 : 1,
    permissions: isModerator ? moderator : member,
    traits: isModerator ? ['moderator'] : [],
  };
};
