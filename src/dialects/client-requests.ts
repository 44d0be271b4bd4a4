import { ClientError } from './client-errors.js';

/** A request that waits for its answer. */
export interface WaitingRequest<Answer> {
  /** What was asked for. */
  readonly name: string;
  resolve(answer: Answer): void;
  reject(error: ClientError): void;
}

/** Requests under way, by what their answers carry of them. */
export class Requests<Key, Answer> {
  readonly #waiting = new Map<unknown, WaitingRequest<Answer> & { timer: ReturnType<typeof setTimeout> }>();
  #count = 0;

  /** @param keyOf - makes a key of a number that no other request has. */
  constructor(
    private readonly timeoutMs: number,
    private readonly keyOf: (count: number) => Key,
  ) {}

  /**
   * Waits for the answer to a request that `send` hands out under the key that it is given. `answered` is called at once with the answer, before
   * anything that comes after it is looked at.
   */
  wait(name: string, send: (key: Key) => void, answered?: (answer: Answer) => void): Promise<Answer> {
    this.#count += 1;
    const key = this.keyOf(this.#count);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.take(key)?.reject(new ClientError('no-answer', `no answer to ${name} in time`)),
        this.timeoutMs,
      );
      const resolved = (answer: Answer) => {
        answered?.(answer);
        resolve(answer);
      };
      this.#waiting.set(key, { name, timer, resolve: resolved, reject });
      try {
        send(key);
      } catch (thrown) {
        this.take(key);
        reject(thrown as ClientError);
      }
    });
  }

  /** The request that something is the answer to: it waits no longer. */
  take(key: unknown): WaitingRequest<Answer> | undefined {
    const waiting = this.#waiting.get(key);
    this.#waiting.delete(key);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  /** None of them will be answered any more. */
  fail(error: ClientError): void {
    for (const key of [...this.#waiting.keys()]) this.take(key)?.reject(error);
  }
}
