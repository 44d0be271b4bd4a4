import { EventEmitter } from 'eventemitter3';
import type { CommitterState } from './core/committer.js';
import type { ChatError } from './core/errors.js';
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

type Listener = (...args: never[]) => void;

/**
 * An emitter whose listeners cannot hurt each other or the chat: each runs guarded, and what one throws is handed to `failed`.
 * `off` takes the listener that was given to `on`.
 */
export class GuardedEmitter extends EventEmitter<ChatEvents> {
  readonly #guarded = new WeakMap<Listener, Listener>();
  readonly #failed: (thrown: unknown, event: string) => void;

  constructor(failed: (thrown: unknown, event: string) => void) {
    super();
    this.#failed = failed;
    this.addListener = this.on;
    this.removeListener = this.off;
  }

  /** Listens to an event. */
  override on<N extends EventEmitter.EventNames<ChatEvents>>(
    event: N,
    listener: EventEmitter.EventListener<ChatEvents, N>,
    context?: unknown,
  ): this {
    return super.on(event, this.#guard(event, listener as unknown as Listener) as never, context);
  }

  /** Listens to the next event of a kind only. */
  override once<N extends EventEmitter.EventNames<ChatEvents>>(
    event: N,
    listener: EventEmitter.EventListener<ChatEvents, N>,
    context?: unknown,
  ): this {
    return super.once(event, this.#guard(event, listener as unknown as Listener) as never, context);
  }

  /** Stops listening. Without a listener: all of the event's. */
  override off<N extends EventEmitter.EventNames<ChatEvents>>(
    event: N,
    listener?: EventEmitter.EventListener<ChatEvents, N>,
    context?: unknown,
    once?: boolean,
  ): this {
    const guarded =
      listener === undefined ? undefined : (this.#guarded.get(listener as unknown as Listener) ?? listener);
    return super.off(event, guarded as never, context, once);
  }

  #guard(event: string | symbol, listener: Listener): Listener {
    const known = this.#guarded.get(listener);
    if (known !== undefined) return known;
    const failed = this.#failed;
    const guarded = function (this: unknown, ...args: never[]) {
      try {
        const returned: unknown = listener.apply(this, args);
        if (returned instanceof Promise) returned.catch((thrown: unknown) => failed(thrown, String(event)));
      } catch (thrown) {
        failed(thrown, String(event));
      }
    };
    this.#guarded.set(listener, guarded);
    return guarded;
  }
}
