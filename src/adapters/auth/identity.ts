import { ChatError } from '../../core/errors.js';
import type { Denied } from '../../domain/auth.js';
import type { Identity } from '../../domain/users/identity.js';

/**
 * Who somebody is, with less to write than {@link Identity}: `id` may be a number, as databases have them, and `provider` may be left to
 * the adapter.
 */
export type IdentityLike = Omit<Identity, 'provider' | 'id'> & {
  readonly id: string | number;
  readonly provider?: string;
};

/** What a function of the host may answer when it is asked who somebody is: an identity, a refusal, or nothing for somebody it does not know. */
export type CheckAnswer = IdentityLike | Denied | false | null | undefined;

/** What the host's function answered, with an identity made whole. Throws `auth-failed` for what is none of {@link CheckAnswer}. */
export function wholeAnswer(
  answer: CheckAnswer,
  provider: string,
  adapter: string,
): Identity | Denied | undefined {
  if (answer === false || answer === null || answer === undefined) return undefined;
  if (typeof answer !== 'object')
    throw new ChatError('auth-failed', `the function of ${adapter} answered with a ${typeof answer}`);
  return 'denied' in answer ? answer : wholeIdentity(answer, provider);
}

/** The whole identity. Own fields of the host are kept; whether the rest is right is checked by the chat. */
export function wholeIdentity(given: IdentityLike, provider: string): Identity {
  const { id } = given;
  return { ...given, provider: given.provider ?? provider, id: typeof id === 'number' ? String(id) : id };
}

/** What is wrong with an `id` or a `name` that an identity must have; `undefined` if nothing is. */
export function wrongWith(given: IdentityLike): string | undefined {
  if (typeof given !== 'object' || given === null) return 'an identity { id, name }';
  const { id, name } = given;
  const fine = typeof id === 'number' ? Number.isSafeInteger(id) : typeof id === 'string' && id !== '';
  if (!fine) return 'an id, text or a whole number';
  return typeof name === 'string' && name !== '' ? undefined : 'a name';
}

/** The name of a provider as options give it. Throws `options-invalid`. */
export function providerOption(given: string | undefined, usual: string, adapter: string): string {
  const provider = given ?? usual;
  needOption(
    typeof provider === 'string' && provider.length >= 1 && provider.length <= 64,
    'provider',
    adapter,
    'text of 1 to 64 characters',
  );
  return provider;
}

/** Throws `options-invalid` naming the option unless what it needs holds. */
export function needOption(holds: boolean, option: string, adapter: string, takes: string): asserts holds {
  if (!holds) throw new ChatError('options-invalid', `option ${option} of ${adapter} takes ${takes}`);
}

/** Throws `options-invalid` for an option that there is none of. */
export function knownOptions(options: object, names: readonly string[], adapter: string): void {
  if (typeof options !== 'object' || options === null)
    throw new ChatError('options-invalid', `${adapter} takes an object of options`);
  const strange = Object.keys(options).find((name) => !names.includes(name));
  if (strange !== undefined)
    throw new ChatError('options-invalid', `${adapter} has no option ${strange}, only ${names.join(', ')}`);
}
