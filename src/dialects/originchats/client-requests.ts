import { ClientError } from '../client-errors.js';
import { RequestError } from './client-errors.js';
import type { OriginChatsCredentials } from './client-events.js';
import type { Frame, Request } from './packets.js';

interface Waiting {
  readonly cmd: string;
  readonly timer: ReturnType<typeof setTimeout>;
  resolve(answer: Frame): void;
  reject(error: ClientError): void;
}

/** Requests under way, by the `listener` that their answers carry (section 2). */
export class Requests {
  readonly #waiting = new Map<string, Waiting>();
  #count = 0;

  constructor(private readonly timeoutMs: number) {}

  /** Waits for the answer to a request that `send` hands out under the listener that it is given. */
  wait(cmd: string, send: (listener: string) => void): Promise<Frame> {
    this.#count += 1;
    const listener = `c${this.#count}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => this.#settle(listener)?.reject(new ClientError('no-answer', `no answer to ${cmd} in time`)),
        this.timeoutMs,
      );
      this.#waiting.set(listener, { cmd, timer, resolve, reject });
      try {
        send(listener);
      } catch (thrown) {
        this.#settle(listener);
        reject(thrown as ClientError);
      }
    });
  }

  /** Answers whether a frame was an answer. */
  answered(frame: Frame): boolean {
    const waiting = typeof frame.listener === 'string' ? this.#settle(frame.listener) : undefined;
    if (waiting === undefined) return false;
    const isRefusal = frame.cmd === 'error' || frame.cmd === 'rate_limit';
    if (isRefusal) waiting.reject(new RequestError(waiting.cmd, frame));
    else waiting.resolve(frame);
    return true;
  }

  /** None of them will be answered any more. */
  fail(error: ClientError): void {
    for (const listener of [...this.#waiting.keys()]) this.#settle(listener)?.reject(error);
  }

  #settle(listener: string): Waiting | undefined {
    const waiting = this.#waiting.get(listener);
    if (waiting === undefined) return undefined;
    this.#waiting.delete(listener);
    clearTimeout(waiting.timer);
    return waiting;
  }
}

/** The request that logs in on a connection with this key (section 3). */
export async function loginRequest(credentials: OriginChatsCredentials, key: string): Promise<Request> {
  if ('validator' in credentials) return { cmd: 'auth', validator: await credentials.validator(key) };
  const { username, password, register } = credentials;
  return { cmd: register === true ? 'register' : 'login', username, password };
}
