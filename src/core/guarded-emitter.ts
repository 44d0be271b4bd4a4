import { EventEmitter } from 'eventemitter3';

type Listener = (...args: never[]) => void;

/** Is told what a listener of an event threw. */
export type ListenerFailed = (thrown: unknown, event: string) => void;

/**
 * An emitter whose listeners cannot hurt each other or whoever emits: each runs guarded, and what one throws is handed to `failed`.
 * `off` takes the listener that was given to `on`.
 */
export class GuardedEmitter<E extends object> extends EventEmitter<E> {
  readonly #guarded = new WeakMap<Listener, Listener>();
  readonly #failed: ListenerFailed;

  constructor(failed: ListenerFailed) {
    super();
    this.#failed = failed;
    this.addListener = this.on;
    this.removeListener = this.off;
  }

  /** Listens to an event. */
  override on<N extends EventEmitter.EventNames<E>>(
    event: N,
    listener: EventEmitter.EventListener<E, N>,
    context?: unknown,
  ): this {
    return super.on(event, this.#guard(event, listener as unknown as Listener) as never, context);
  }

  /** Listens to the next event of a kind only. */
  override once<N extends EventEmitter.EventNames<E>>(
    event: N,
    listener: EventEmitter.EventListener<E, N>,
    context?: unknown,
  ): this {
    return super.once(event, this.#guard(event, listener as unknown as Listener) as never, context);
  }

  /** Stops listening. Without a listener: all of the event's. */
  override off<N extends EventEmitter.EventNames<E>>(
    event: N,
    listener?: EventEmitter.EventListener<E, N>,
    context?: unknown,
    once?: boolean,
  ): this {
    const guarded =
      listener === undefined ? undefined : (this.#guarded.get(listener as unknown as Listener) ?? listener);
    return super.off(event, guarded as never, context, once);
  }

  /** Who is told of what a listener throws that begins now, also if it does so later. */
  protected failing(): ListenerFailed {
    return this.#failed;
  }

  #guard(event: string | symbol | number, listener: Listener): Listener {
    const known = this.#guarded.get(listener);
    if (known !== undefined) return known;
    const failing = () => this.failing();
    const guarded = function (this: unknown, ...args: never[]) {
      const failed = failing();
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
