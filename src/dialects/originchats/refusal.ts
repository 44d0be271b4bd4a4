import type { Rejection } from '../../core/rejection.js';
import { wordFor } from './wording.js';

/** A refusal in words, thrown by checks within a handler and answered as an error frame. */
export class Refusal {
  constructor(
    readonly val: string,
    /** Whether the frame names the command (errors marked ‡ in section 6 do not). */
    readonly named = true,
  ) {}
}

/** Ends a handler with an error frame. */
export function refuse(val: string): never {
  throw new Refusal(val);
}

/** The same for errors that do not name the command. */
export function refuseBare(val: string): never {
  throw new Refusal(val, false);
}

/** A command's own words for some refusals, by their code. Those that are made of what the refusal tells may {@link refuseBare} instead. */
export type Texts = Readonly<Partial<Record<string, string | ((rejection: Rejection) => string)>>>;

/** A refusal in a command's own words, or else in everybody's. */
export function textFor(rejection: Rejection, texts: Texts): string {
  const text = texts[rejection.code] ?? wordFor(rejection);
  return typeof text === 'string' ? text : text(rejection);
}
