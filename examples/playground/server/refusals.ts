import type { RejectionCode } from 'polylect';

/** Why the chat refused what the host wished. */
const sentences: Readonly<Partial<Record<RejectionCode, string>>> = {
  unavailable: 'The storage does not answer right now. Try again a little later.',
  'chat-closed': 'The chat is closing.',
  'user-unknown': 'They have left for good.',
  'user-offline': 'They are not here.',
  'user-banned': 'They are banned: let them back in first.',
  'user-silenced': 'They are silenced: let them speak first.',
  'user-not-banned': 'They are not banned.',
  'user-not-silenced': 'They are not silenced.',
  'user-already-silenced': 'They are silenced already.',
  'name-in-use': 'Somebody else has that name, or one that looks like it.',
  'name-invalid': 'Nobody can be called that: it takes a letter or a digit, and 32 characters at most.',
  'identity-in-use':
    'Whoever comes in with this name has been somebody of their own here, and cannot become one with somebody else. Choose another name.',
  'identity-main': 'That is who they are in the first place.',
  'too-many-identities': 'They come in by enough other ways already.',
  'channel-unknown': 'There is no such channel any more.',
  'channel-exists': 'There is a channel of that name already.',
  'channel-name-invalid': 'A channel cannot be called that: letters, digits, - and _ only.',
  'channel-default': 'People come in there: it has to stay.',
  'too-many-channels': 'There are as many channels as there may be.',
  'message-empty': 'There is nothing to say in that.',
  'message-too-long': 'That is too long.',
};

/** A refusal in words; those that no button of this host can bring about go by their codes. */
export function refusalInWords(code: string): string {
  return Object.hasOwn(sentences, code)
    ? (sentences[code as RejectionCode] ?? '')
    : `The chat refused that (${code}).`;
}
