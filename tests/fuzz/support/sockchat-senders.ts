import isomorphic from 'isomorphic-ws';
import type { WebSocket as Socket } from 'ws';
import { decodeServer } from '../../../src/dialects/sockchat/codec.js';
import type { Auth } from '../../../src/domain/auth.js';
import type { Identity } from '../../../src/domain/users/identity.js';
import { turn } from '../../conformance/sockchat/support/clock.js';
import { everything, type TestServer } from '../../conformance/sockchat/support/server.js';

const { WebSocket } = isomorphic as unknown as { WebSocket: typeof Socket };

/** Everybody who sends at random: what they are, how often they are picked, what is done once they are in. */
export interface Role {
  readonly name: string;
  readonly share: number;
  readonly identity: Partial<Identity>;
  /** Sends nothing that logs in. */
  readonly stranger?: true;
  /** Does not wait for the answer to its login. */
  readonly hasty?: true;
  prepare?(server: TestServer, one: Sender): Promise<unknown> | undefined;
}

const user = {
  rank: 1,
  permissions: ['message.send', 'message.delete.own', 'nick.own', 'channel.create'],
} as const;

export const roles: readonly Role[] = [
  { name: 'Stranger', share: 3, identity: user, stranger: true },
  { name: 'Hasty', share: 6, identity: user, hasty: true },
  { name: 'Nobody', share: 20, identity: user },
  { name: 'Moderator', share: 25, identity: { rank: 5, permissions: everything } },
  { name: 'Silent', share: 4, identity: user, prepare: (server, one) => silence(server, one) },
  { name: 'Away', share: 15, identity: user, prepare: (_, one) => one.say('/afk') },
  { name: 'Owner', share: 15, identity: user, prepare: (_, one) => one.say('/create Home') },
  { name: 'Nobody', share: 12, identity: user },
];

function silence({ chat }: TestServer, one: Sender): Promise<unknown> | undefined {
  const found = chat.users.byHandle(one.role.name);
  return found === undefined ? undefined : chat.users.silence(found.id).catch(() => {});
}

/** One of the senders, on whatever connection it has now. */
export class Sender {
  socket: Socket | undefined;
  own = '0';
  /** Frames of the server that are no packets. */
  readonly bad: string[] = [];

  constructor(
    readonly role: Role,
    readonly number: number,
  ) {}

  get open(): boolean {
    return this.socket !== undefined && this.socket.readyState === WebSocket.OPEN;
  }

  async connect(server: TestServer): Promise<void> {
    const socket = new WebSocket(server.url, { localAddress: `127.0.0.${10 + this.number}` });
    this.socket = socket;
    let answered: () => void = () => {};
    const answer = new Promise<void>((resolve) => {
      answered = resolve;
    });
    socket.on('message', (data: Buffer) => {
      const wire = data.toString();
      if (!decodeServer(wire).ok) this.bad.push(wire);
      if (wire.startsWith('1\ty\t')) this.own = wire.split('\t')[2] ?? '0';
      if (wire.startsWith('1\ty\t') || wire.startsWith('1\tn\t')) answered();
    });
    socket.on('error', () => {});
    socket.on('close', () => answered());
    await new Promise<void>((resolve) => {
      socket.once('open', () => resolve());
      socket.once('close', () => resolve());
    });
    if (this.role.stranger === true) return;
    this.send('3\tTYPING');
    this.send(`1\t${this.role.name}`);
    if (this.role.hasty === true) return;
    await answer;
    await this.role.prepare?.(server, this);
  }

  say(text: string): undefined {
    this.send(`2\t${this.own}\t${text}`);
    return undefined;
  }

  send(frame: string | Uint8Array): void {
    if (this.open) this.socket?.send(frame);
  }
}

/** Names the role that a client says it is; takes a few turns for the hasty one. */
export const auth: Auth = async ({ arguments: [name = ''] }) => {
  const role = roles.find((one) => one.name === name);
  if (name === 'Witness') return { provider: 'fuzz', id: '100', name, rank: 99 };
  if (name === 'Ghost') return { provider: 'fuzz', id: '99', name };
  if (role === undefined) return null;
  if (role.hasty === true) for (let i = 0; i < 20; i++) await turn();
  return { provider: 'fuzz', id: String(roles.indexOf(role) + 1), name, ...role.identity };
};
