import type { CommitterState } from './core/committer.js';
import type { ChatError } from './core/errors.js';
import { GuardedEmitter } from './core/guarded-emitter.js';
import type { ChatEvent, EventName } from './domain/events.js';

/** What a chat tells its host. Listeners run in a task of their own; one that throws is reported as `listener-failed`. */
export type ChatEvents = {
  [N in EventName]: (event: ChatEvent<N>) => void;
} & {
  /** Something went wrong that no caller was waiting for. */
  error: (error: ChatError, about: { readonly connection?: string; readonly packet?: string }) => void;
  /** Storage takes writes (`open`) or does not. */
  storage_state: (event: { readonly at: number; readonly state: CommitterState }) => void;
  /** A connection that did not read was cut. */
  slow_reader: (event: {
    readonly at: number;
    readonly connection: string;
    readonly user?: string;
    readonly reason: string;
  }) => void;
};

/** A chat's emitter. */
export class ChatEmitter extends GuardedEmitter<ChatEvents> {}
