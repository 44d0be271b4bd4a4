import { Rejection } from '../../src/core/rejection.js';
import {
  type ConnectionLimits,
  connectionLimits,
  type Dialect,
  type DialectDefinition,
  type DialectHost,
  type RenderTable,
  type Turn,
} from '../../src/dialects/dialect.js';
import type { ChannelId } from '../../src/domain/ids.js';
import { banOf } from '../../src/domain/moderation/bans.js';
import { online, sessions } from '../../src/domain/sessions/online.js';

/** What a client of the test protocol sends: one JSON object a frame. Bytes are sent back as they are. */
export type EchoWish =
  | { readonly do: 'login'; readonly name: string }
  | { readonly do: 'say'; readonly text: string }
  | { readonly do: 'bytes'; readonly bytes: Uint8Array }
  | { readonly do: 'address' }
  /** What is said in that channel is to come as `heard`. */
  | { readonly do: 'follow'; readonly channel: string }
  /** Answered when the test opens the gate. */
  | { readonly do: 'wait' }
  /** Answered with `fetched` and that many bytes, in the answer's kept place, when the test opens the gate. */
  | { readonly do: 'fetch'; readonly fetch: number; readonly bytes: number }
  | { readonly do: 'crash' };

/** What its server sends. */
export type EchoPacket = { readonly [field: string]: unknown } | Uint8Array;

export interface EchoOptions {
  readonly name?: string;
  readonly limits?: Partial<ConnectionLimits>;
  /** Whether its sessions sit in a channel. Default: yes. */
  readonly place?: boolean;
  /** Whether its clients name a realm, which `hello` then has. */
  readonly realms?: true;
  /** What `wait` and `fetch` wait for. */
  readonly gate?: () => Promise<void>;
  /** Told what becomes of the route `stream`. */
  readonly stream?: { bytes: number; cancelled: boolean };
  /** Throws where a test wants to see what that costs. */
  readonly broken?: (place: 'decode' | 'open' | 'tick' | 'goodbye' | 'route') => void;
}

/**
 * A small protocol for tests, as unlike the real ones as may be: JSON, the server speaks first, a sender has the answer before the message
 * it caused, and there are HTTP routes `people`, `mirror` and `stream`.
 */
export function echo(options: EchoOptions = {}): DialectDefinition {
  const name = options.name ?? 'echo';
  return { name, create: (host) => create(host, name, options) as unknown as Dialect<never, never, never> };
}

/** What this protocol shows; of everything else nothing. */
const shown: Partial<RenderTable<EchoPacket>> = {
  session_open: ({ session, person }) => [
    { to: { to: 'session', session }, packets: [{ welcome: person.handle }] },
  ],
  message: ({ message, channel }) => [
    {
      to: { to: 'channel', channel: channel.channel },
      packets: [{ message: message.text, from: message.author?.handle ?? null, id: message.id }],
    },
    {
      to: { to: 'subscribers', channel: channel.channel, of: channel },
      packets: [{ heard: message.text, channel: channel.channel }],
    },
  ],
  typing: ({ person, channel }) => [
    {
      to: { to: 'channel', channel: channel.channel },
      packets: [{ typing: person.handle }],
      skippable: true,
    },
  ],
  announcement: ({ text }) => [{ to: { to: 'everyone' }, packets: [{ announcement: text }] }],
  user_kick: ({ person, text }) => [
    {
      to: { to: 'user', user: person.user },
      packets: [{ kicked: text ?? '' }, { goodbye: person.handle }],
      close: { code: 4001, reason: 'kicked' },
    },
  ],
};

function create(
  host: DialectHost,
  name: string,
  options: EchoOptions,
): Dialect<EchoPacket, EchoWish, string | undefined> {
  const broken = options.broken ?? (() => {});
  return {
    name,
    framing: 'websocket',
    limits: { ...connectionLimits, ...options.limits },
    ...(options.realms ? { realms: true } : {}),
    state: ({ realm }) => realm,
    open(turn) {
      broken('open');
      const { state: realm } = turn.connection;
      turn.reply({ hello: name, ...(realm === undefined ? {} : { realm }) });
    },
    decode(data) {
      broken('decode');
      if (typeof data !== 'string') return { ok: true, packet: { do: 'bytes', bytes: data } };
      try {
        const wish = JSON.parse(data) as EchoWish;
        return typeof wish?.do === 'string' ? { ok: true, packet: wish } : { ok: false, code: 'shape' };
      } catch {
        return { ok: false, code: 'json' };
      }
    },
    encode: (packet) => (packet instanceof Uint8Array ? packet : JSON.stringify(packet)),
    kindOf: (wish) => wish.do,
    handlers: {
      login: {
        when: 'before-login',
        run: (turn, wish) => logIn(host, name, options.place ?? true, turn, wish),
      },
      follow: { when: 'after-login', run: follow },
      say: { when: 'after-login', run: say },
      bytes: {
        when: 'always',
        run: (turn: Turn<EchoPacket, string | undefined>, wish: { bytes: Uint8Array }) =>
          turn.reply(wish.bytes),
      },
      address: { when: 'always', run: (turn) => turn.reply({ address: turn.connection.address ?? null }) },
      wait: {
        when: 'always',
        run: async (turn) => {
          await options.gate?.();
          turn.reply({ waited: true });
        },
      },
      fetch: {
        when: 'after-login',
        run: (turn: Turn<EchoPacket>, wish: EchoWish & { do: 'fetch' }) =>
          turn.later(async () => {
            await options.gate?.();
            return [{ fetched: wish.fetch, filler: 'x'.repeat(wish.bytes) }];
          }),
      },
      crash: {
        when: 'always',
        run: () => {
          throw new Error('crash');
        },
      },
    },
    render: shown as RenderTable<EchoPacket>,
    refused: (rejection) => [{ refused: rejection.code }],
    tick: () => broken('tick'),
    goodbye(reason) {
      broken('goodbye');
      const policy = reason === 'login-timeout' || reason === 'login-flood';
      return { packets: [{ goodbye: reason }], code: policy ? 1008 : 1001, text: reason };
    },
    async fetch(request, { address }) {
      const { pathname } = new URL(request.url);
      if (pathname.endsWith('/people')) {
        const people = host.read((view) => [...view.all(online)].map((row) => row.person.handle));
        const headers = new Headers({ 'set-cookie': 'a=1' });
        headers.append('set-cookie', 'b=2');
        return Response.json({ people, address: address ?? null }, { headers });
      }
      if (pathname.endsWith('/mirror')) return new Response(request.body, { status: 201 });
      if (pathname.endsWith('/stream')) return new Response(endless(options.stream));
      if (pathname.endsWith('/broken')) broken('route');
      return undefined;
    },
  };
}

/** Bytes without end, as fast as they are taken. */
function endless(told = { bytes: 0, cancelled: false }): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      told.bytes += 65_536;
      controller.enqueue(new Uint8Array(65_536));
    },
    cancel() {
      told.cancelled = true;
    },
  });
}

async function logIn(
  host: DialectHost,
  dialect: string,
  place: boolean,
  turn: Turn<EchoPacket, string | undefined>,
  wish: { readonly name: string },
): Promise<void> {
  const { address } = turn.connection;
  const from = address === undefined ? {} : { address };
  if (
    address !== undefined &&
    turn.read((view) => banOf(view, 'address', address, dialect, turn.now)) !== undefined
  )
    return turn.reply({ refused: 'address-banned' });
  const identity = await host.authenticate(
    { kind: 'arguments', arguments: [String(wish.name)] },
    { dialect, ...from },
  );
  if ('denied' in identity) return turn.reply({ refused: identity.denied });
  const decision = await turn.submit(
    'session.open',
    { session: turn.session, dialect, identity, place, wornName: 'number', ...from },
    { first: () => [{ ok: 'login' }] },
  );
  if (decision instanceof Rejection) turn.reply({ refused: decision.code });
}

function follow(
  turn: Turn<EchoPacket, string | undefined>,
  wish: { readonly channel: string },
): void | Promise<void> {
  const decision = turn.submit('subscription.open', {
    session: turn.session,
    channel: wish.channel as ChannelId,
  });
  const after = (what: Rejection | object) =>
    turn.reply(what instanceof Rejection ? { refused: what.code } : { ok: 'follow' });
  return decision instanceof Promise ? decision.then(after) : after(decision);
}

function say(
  turn: Turn<EchoPacket, string | undefined>,
  wish: { readonly text: string },
): void | Promise<void> {
  const place = turn.read((view) => {
    const by = view.get(sessions, turn.session)?.user;
    const channel = by === undefined ? undefined : view.get(online, by)?.channel;
    return by === undefined || channel === undefined ? undefined : { by, channel };
  });
  if (place === undefined) return turn.reply({ refused: 'channel-none' });
  const decision = turn.submit(
    'message.send',
    { ...place, text: String(wish.text) },
    { first: ({ id }) => [{ ok: 'say', id }] },
  );
  const after = (what: Rejection | object) => {
    if (what instanceof Rejection) turn.reply({ refused: what.code });
  };
  return decision instanceof Promise ? decision.then(after) : after(decision);
}
