import { ConclaveError, ErrorCode } from 'polylect/client';

/** No account has this name and this password. */
export const notKnown = 'That is not the name and the password of an account here.';

/** Somebody else has that name, of an account or of a group. */
export const taken = 'That name is taken.';

/** What went wrong, for people. */
export function inWords(error: unknown): string {
  if (!(error instanceof ConclaveError))
    return sentence(error instanceof Error ? error.message : String(error));
  const { status, code, message } = error;
  if (status === 0) return 'The server does not answer.';
  if (status === 429) return 'That was too often. Try again a little later.';
  if (status === 503) return 'The server has too much to do. Try again a little later.';
  if (code === ErrorCode.AUTH_TOKEN_EXPIRED && /password/.test(message)) return notKnown;
  if (code === ErrorCode.RESOURCE_CONFLICT && /already exists/.test(message)) return taken;
  if (status === 401 && code !== ErrorCode.GROUP_NOT_ADMIN && code !== ErrorCode.GROUP_NOT_MEMBER)
    return 'The session has ended. Log in again.';
  return sentence(message);
}

/** Whether it says that a session is over. */
export function isSessionOver(error: unknown): boolean {
  return (
    error instanceof ConclaveError &&
    error.code === ErrorCode.AUTH_TOKEN_EXPIRED &&
    !/password/.test(error.message)
  );
}

function sentence(text: string): string {
  const [first = ''] = text;
  return `${first.toUpperCase()}${text.slice(first.length).replace(/\.$/, '')}.`;
}
