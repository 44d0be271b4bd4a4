import { WebSocket } from 'ws';
import { decodeServer } from '../../../src/dialects/venueless/codec.js';
import type { Auth } from '../../../src/domain/auth.js';
import type { VenuelessServer } from '../../conformance/venueless/support/server.js';
import type { Sent } from './venueless-requests.js';

/** Everybody who sends at random: what they are, and how often they are picked. */
export interface Role {
  readonly name: string;
  readonly share: number;
  readonly traits?: readonly string[];
  readonly world?: string;
  /** How they log in; by a token unless it is said. Strangers do not. */
  readonly as?: 'stranger' | 'guest';
  /** What is done to them whenever they are to be there. */
  readonly fate?: 'silenced' | 'blocked' | 'banned';
}

export const roles: readonly Role[] = [
  { name: 'stranger', share: 3, as: 'stranger' },
  { name: 'mona', share: 25, traits: ['admin', 'moderator', 'staff'] },
  { name: 'alice', share: 20 },
  { name: 'alice', share: 12 },
  { name: 'carl', share: 6, world: 'small' },
  { name: 'carl', share: 6, world: 'small' },
  { name: 'gast', share: 10, as: 'guest' },
  { name: 'sally', share: 10, fate: 'silenced' },
  { name: 'blake', share: 12, fate: 'blocked' },
  { name: 'bob', share: 3, fate: 'banned' },
];

/** Knows everybody by a token that is their name. */
export const names: Auth = async ({ kind, arguments: [name = ''] }) => {
  const role = [...roles, { name: 'witness', traits: [] }].find((one) => one.name === name);
  if (kind !== 'token' || role === undefined) return null;
  const traits = ['attendee', ...(role.traits ?? [])];
  return { provider: 'fuzz', id: name, name, traits, profile: { display_name: name } };
};

type Frame = readonly [name: string, ...rest: unknown[]];

/** One of the senders, on whatever connection it has now. */
export class Sender {
  /** What the server should not have sent. */
  readonly bad: string[] = [];
  /** How many of each kind came, errors by their code. */
  readonly counts = new Map<string, number>();
  /** The id of whoever it last was. */
  id: string | undefined;
  #socket: WebSocket | undefined;
  #isIn = false;
  /** Ids of requests that are to be answered, in their order. */
  #due: Pick<Sent, 'echo' | 'kind'>[] = [];
  #broken = false;
  /** Answers that came before their turn. Where a connection ends, what is still being read for it is not waited for. */
  #overtaken: string[] = [];
  #hears: () => void = () => {};
  #fences = 0;

  constructor(
    readonly role: Role,
    private readonly onFrame: (frame: Frame) => void,
  ) {}

  /** Connects and logs in where that is needed, and waits until everything that was sent is answered. */
  async ready(server: VenuelessServer): Promise<void> {
    if (this.#open) await this.#fence();
    if (!this.#open) await this.#connect(`${server.url}/${this.role.world ?? 'demo'}/`);
    const { as, name } = this.role;
    if (this.#isIn || as === 'stranger') return;
    const login = as === 'guest' ? { client_id: name } : { token: name };
    this.send({ wire: JSON.stringify(['authenticate', 0, login]), echo: '0', kind: 'authenticate' });
    await this.#fence();
  }

  send(sent: Sent): void {
    if (!this.#open) return;
    if (sent.kind === 'malformed') this.#broken = true;
    else if (sent.kind !== 'ping') this.#due.push(sent);
    this.#socket?.send(sent.wire);
  }

  end(): void {
    this.#socket?.terminate();
  }

  get #open(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** Until all is answered, or the connection is gone. */
  async #fence(): Promise<void> {
    const id = `fence-${++this.#fences}`;
    this.send({ wire: JSON.stringify(['fence', id, null]), echo: JSON.stringify(id), kind: 'request' });
    while (this.#open && this.#due.length > 0)
      await new Promise<void>((resolve) => {
        this.#hears = resolve;
      });
    if (this.#open) this.bad.push(...this.#overtaken);
  }

  async #connect(url: string): Promise<void> {
    this.#isIn = false;
    this.#broken = false;
    this.#due = [];
    this.#overtaken = [];
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => this.#hears());
    socket.on('message', (data: Buffer) => {
      this.#received(data.toString());
      this.#hears();
    });
    await new Promise<void>((resolve) => {
      socket.once('open', () => resolve());
      socket.once('close', () => resolve());
    });
  }

  #received(wire: string): void {
    const frame = decodeServer(wire);
    if (frame === undefined) return void this.bad.push(`no frame: ${wire}`);
    const [name] = frame;
    const { code } = (name === 'error' ? frame.at(-1) : {}) as { code?: string };
    const kind = code ?? name;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    if (name === 'authenticated') {
      this.#isIn = true;
      this.id = (frame[1] as { 'user.config': { id: string } })['user.config'].id;
    }
    if (name === 'success' || name === 'error' || name === 'authenticated') this.#answered(frame, code);
    this.onFrame(frame);
  }

  /** Answers come in the order of the requests, each once; errors beside them are few. */
  #answered(frame: Frame, code: string | undefined): void {
    const [due] = this.#due;
    const has = frame.length === 3 ? JSON.stringify(frame[1]) : undefined;
    // A login that is granted carries no id, and so does whatever is no answer.
    if (frame[0] === 'authenticated') {
      if (this.#due.shift()?.kind !== 'authenticate') this.bad.push('a login that nobody asked for');
      return;
    }
    if (has === undefined && code === 'server.fatal' && this.#broken) return;
    if (
      has === undefined &&
      (code === 'connection.replaced' || (code === 'auth.denied' && due?.echo !== undefined))
    )
      return;
    const at = this.#due.findIndex(({ echo }) => echo === has);
    if (at !== 0)
      this.#overtaken.push(`not the answer to ${due?.echo}: ${JSON.stringify(frame).slice(0, 200)}`);
    this.#due.splice(0, at + 1);
    if (code === undefined) return;
    const { message } = frame.at(-1) as { message?: string };
    if (!/^[a-z]+(\.[a-z_]+)+$/.test(code) || code === 'server.unavailable') this.bad.push(code);
    if (message !== undefined && !words.includes(message)) this.bad.push(message);
  }
}

/** Everything that errors say besides their codes. */
const words = ['Permission denied.', 'Unknown channel ID', 'Unknown room ID'];
