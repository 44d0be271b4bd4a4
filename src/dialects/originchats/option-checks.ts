import { ChatError } from '../../core/errors.js';

/** Throws `options-invalid` unless it is a whole number within bounds. */
export function whole(value: unknown, option: string, least: number, most: number): void {
  const fits = Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  need(fits, option, `a whole number from ${least} to ${most}`);
}

/** Throws `options-invalid`, naming the option and what it takes. */
export function need(holds: boolean, option: string, takes: string): asserts holds {
  if (!holds) throw invalid(`option ${option} takes ${takes}`);
}

export function invalid(message: string): ChatError {
  return new ChatError('options-invalid', `originchats: ${message}`);
}
