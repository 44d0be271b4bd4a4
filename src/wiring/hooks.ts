import { ChatError } from '../core/errors.js';
import type { Clock } from '../core/ports.js';
import type { HookedCommand, Hooks } from '../options.js';
import { inTime } from './deadline.js';

/** Asks the host's hook. No `input`: refused; `error`: and something was wrong with the hook. */
export async function askHook(
  hooks: Hooks,
  command: HookedCommand,
  about: Parameters<NonNullable<Hooks['before']>>[1],
  clock: Clock,
  ms: number,
): Promise<{ readonly input?: object; readonly error?: ChatError }> {
  const answer = await inTime(clock, ms, () => hooks.before?.(command, about));
  if ('late' in answer)
    return { error: new ChatError('hook-timeout', `hooks.before took longer than ${ms} ms (hookMs)`) };
  if ('thrown' in answer)
    return { error: new ChatError('hook-failed', 'hooks.before threw', { cause: answer.thrown }) };
  const { value } = answer;
  if (value === false) return {};
  if (value === undefined || value === null || value === true) return { input: command.input };
  if (typeof value === 'object' && value.type === command.type && typeof value.input === 'object')
    return { input: value.input };
  return {
    error: new ChatError(
      'hook-failed',
      `hooks.before answered with something else than a boolean or a ${command.type}`,
    ),
  };
}
