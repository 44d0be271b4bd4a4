import {
  connect,
  type SockChatClient,
  type SockChatConnectOptions,
  sockchat,
} from '../../src/client/index.js';
import type { ConnectOptions, WebSocketLike } from '../../src/client/link.js';

/** A socket whose other side is the test. */
export class FakeSocket implements WebSocketLike {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: never) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  readonly sent: string[] = [];
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  send(data: string): void {
    this.sent.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server takes the connection. */
  open(): void {
    this.readyState = 1;
    this.onopen?.({} as never);
  }

  /** The server says something. */
  say(...frames: readonly unknown[]): void {
    for (const data of frames) this.onmessage?.({ data } as never);
  }

  /** The connection breaks. */
  break(): void {
    this.readyState = 3;
    this.onclose?.({} as never);
  }
}

/** A client whose sockets the test holds, and everything it has told. */
export interface Rig {
  readonly client: SockChatClient;
  readonly sockets: FakeSocket[];
  /** The newest socket. */
  readonly socket: () => FakeSocket;
  /** Event names with what they told, `packet` left out. */
  readonly told: [name: string, about: unknown][];
  /** Names of `told`. */
  readonly names: () => string[];
}

/** Connects a client to sockets that do nothing by themselves. */
export function rig(options: Partial<SockChatConnectOptions & ConnectOptions> = {}): Rig {
  const sockets: FakeSocket[] = [];
  class Counted extends FakeSocket {
    constructor(url: string) {
      super(url);
      sockets.push(this);
    }
  }
  const client = connect(sockchat, 'ws://test/', {
    credentials: ['7', 'secret'],
    WebSocket: Counted,
    random: () => 0.5,
    ...options,
  });
  const told: Rig['told'] = [];
  const names = [
    ...(['login', 'disconnected', 'message', 'notice', 'user_add', 'user_remove', 'user_update'] as const),
    ...(['users', 'channels', 'channel_switch', 'message_delete', 'clear', 'typing'] as const),
  ];
  for (const name of names) client.on(name, ((about: unknown) => void told.push([name, about])) as never);
  const socket = () => sockets.at(-1) as FakeSocket;
  return { client, sockets, socket, told, names: () => told.map(([name]) => name) };
}

/** One turn, in which the client gets hold of its credentials. */
export async function turn(): Promise<void> {
  for (let i = 0; i < 5; i += 1) await Promise.resolve();
}

/** A login as servers of version 1 answer it, for user 7 in the channel `lounge`. */
export const LOGIN = [
  '1\ty\t7\tada\t#123456\t3 1 0 1 2\tlounge\t500',
  '7\t0\t1\t9\tbob\tinherit\t0 0 0 0 0\t1',
  '7\t1\t100\t9\tbob\tinherit\t0 0 0 0 0\thello\t41\t0\t10010',
  '7\t1\t101\t-1\tChatBot\tinherit\t\t0\fjoin\fada\t42\t0\t10010',
  '7\t2\t2\tlounge\t0\t0\tstaff\t1\t0',
];

/** A client that is logged in. */
export async function online(options: Parameters<typeof rig>[0] = {}): Promise<Rig> {
  const it = rig(options);
  it.socket().open();
  await turn();
  it.socket().say(...LOGIN);
  return it;
}
