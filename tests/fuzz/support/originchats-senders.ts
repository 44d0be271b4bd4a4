import { WebSocket } from 'ws';
import { decodeServer } from '../../../src/dialects/originchats/codec.js';
import type { Frame } from '../../../src/dialects/originchats/packets.js';
import type { OriginServer } from '../../conformance/originchats/support/server.js';

/** Everybody who sends at random: what roles they have, and how often they are picked. */
export interface Role {
  readonly name: string;
  readonly share: number;
  readonly roles: readonly string[];
  /** Sends nothing that logs in. */
  readonly stranger?: true;
}

export const roles: readonly Role[] = [
  { name: 'stranger', share: 4, roles: [], stranger: true },
  { name: 'olivia', share: 30, roles: ['owner', 'user'] },
  { name: 'mona', share: 20, roles: ['admin', 'user'] },
  { name: 'alice', share: 20, roles: ['user'] },
  { name: 'alice', share: 10, roles: ['user'] },
  { name: 'nobody', share: 6, roles: [] },
];

/** One of the senders, on whatever connection it has now. */
export class Sender {
  /** Frames of the server that are none. */
  readonly bad: string[] = [];
  /** How many of each kind came. */
  readonly counts = new Map<string, number>();
  #socket: WebSocket | undefined;
  #hears: () => void = () => {};
  #isIn = false;

  constructor(
    readonly role: Role,
    private readonly onFrame: (frame: Frame) => void,
  ) {}

  /** Connects and logs in where that is needed. */
  async ready(server: OriginServer): Promise<void> {
    if (this.#socket?.readyState !== WebSocket.OPEN) await this.#connect(server);
    if (this.#isIn || this.role.stranger === true) return;
    const { name, roles } = this.role;
    const answer = this.#next();
    this.send(JSON.stringify({ cmd: 'auth', validator: JSON.stringify({ id: `USR:${name}`, name, roles }) }));
    await answer;
  }

  send(frame: string): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(frame);
  }

  end(): void {
    this.#socket?.terminate();
  }

  async #connect(server: OriginServer): Promise<void> {
    this.#isIn = false;
    const socket = new WebSocket(server.url);
    this.#socket = socket;
    socket.on('error', () => {});
    socket.on('close', () => this.#hears());
    socket.on('message', (data: Buffer) => this.#received(data.toString()));
    await this.#next();
  }

  #received(wire: string): void {
    const frame = decodeServer(wire);
    if (frame === undefined) return void this.bad.push(wire);
    this.counts.set(frame.cmd, (this.counts.get(frame.cmd) ?? 0) + 1);
    if (frame.cmd === 'ready') this.#isIn = true;
    if (frame.cmd === 'auth_error') this.#isIn = false;
    if (['handshake', 'ready', 'auth_error'].includes(frame.cmd)) this.#hears();
    this.onFrame(frame);
  }

  /** Until the server has shaken hands or answered a login, or is gone. */
  #next(): Promise<void> {
    return new Promise((resolve) => {
      this.#hears = resolve;
    });
  }
}
