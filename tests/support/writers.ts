import type { DurableProcess } from './durable-process.js';
import { type Fields, noticeOf, type SockProbe } from './sock-probe.js';

/** What clients were told is so. */
export interface Acknowledged {
  /** Text of a message by the id it was echoed with. */
  readonly messages: Map<number, string>;
  readonly channels: string[];
  readonly accounts: string[];
  readonly bans: string[];
  /** Every id seen, and what it stood for. */
  readonly ids: Map<number, string>;
  /** Ids that stood for two things, and messages that came out of order. */
  readonly wrong: string[];
}

/** Messages of one client that are on their way at once. */
const pipelined = 200;

/**
 * Four clients that write at full speed: messages all of the time, and in between nicks, whispers, new channels and bans of guests who come
 * only for that. Each reads its own echoes. Message `<round>.<client>.<number>` is numbered without gaps.
 */
export class Writers {
  readonly acknowledged: Acknowledged = {
    messages: new Map(),
    channels: [],
    accounts: [],
    bans: [],
    ids: new Map(),
    wrong: [],
  };
  readonly #clients: SockProbe[] = [];
  readonly #closed: Promise<unknown>[] = [];
  #enough: { readonly count: number; readonly resolve: () => void } | undefined;
  #over = false;

  constructor(
    private readonly process: DurableProcess,
    private readonly round: number,
  ) {}

  async start(): Promise<void> {
    for (const id of ['1', '2', '3', '4']) this.#clients.push(await this.process.visit(id));
    this.#clients.forEach((client, i) => {
      this.#closed.push(client.closed);
      for (const packet of client.fields) this.#note(packet, i);
      this.#write(client, i);
    });
    void this.#ban();
  }

  /** Resolves when so many messages have been acknowledged. */
  enough(count: number): Promise<void> {
    return new Promise((resolve) => {
      this.#enough = { count, resolve };
    });
  }

  /** Resolves when every connection is closed and all that had been sent has been read. */
  async over(): Promise<void> {
    await Promise.all(this.#closed);
    this.#over = true;
  }

  #write(client: SockProbe, i: number): void {
    let said = 0;
    let echoed = 0;
    const more = () => {
      while (said - echoed < pipelined) {
        const n = said++;
        if (n % 40 === 20) this.#aside(client, i, n);
        client.say(`${this.round}.${i}.${n}`);
      }
    };
    let last = 0;
    client.onPacket = (packet) => {
      this.#note(packet, i);
      if (packet[0] !== '2' || packet[2] === '-1' || packet[5] === '10011') return;
      const id = Number(packet[4]);
      if (id <= last) this.acknowledged.wrong.push(`${id} after ${last}: ${packet[3]}`);
      last = id;
      if (packet[2] !== client.id) return;
      echoed++;
      this.acknowledged.messages.set(id, packet[3] ?? '');
      if (this.#enough !== undefined && this.acknowledged.messages.size >= this.#enough.count) {
        this.#enough.resolve();
        this.#enough = undefined;
      }
      if (echoed % 20 === 0) more();
    };
    more();
  }

  /** What each client does besides talking. */
  #aside(client: SockProbe, i: number, n: number): void {
    if (i === 0) client.say(`/nick n${n}`);
    if (i === 1) client.say(`/msg user3 psst ${n}`);
    if (i === 2) {
      client.say(`/create c${this.round}-${n}`);
      client.say('/join lounge');
    }
  }

  /** Guests with new accounts, one after the other; each is banned by the fourth client. */
  async #ban(): Promise<void> {
    for (let k = 0; !this.#over; k++) {
      const id = String(1_000 + this.round * 1_000 + k);
      try {
        const guest = await this.process.connect();
        this.#closed.push(guest.closed);
        guest.onPacket = (packet) => {
          this.#note(packet, -1);
          if (packet[0] === '1' && packet[1] === 'y') this.acknowledged.accounts.push(id);
          if (packet[0] === '9' && packet[1] === '1') this.acknowledged.bans.push(id);
        };
        await guest.login(id, 'guest');
        this.#clients[3]?.say(`/kick user${id} 36000`);
        await guest.closed;
      } catch {
        return;
      }
    }
  }

  #note(packet: Fields, i: number): void {
    const { ids, channels, wrong } = this.acknowledged;
    if (packet[0] === '2' && packet[2] === '-1' && noticeOf(packet).startsWith('crchan '))
      channels.push(noticeOf(packet).slice(7));
    const id = idOf(packet);
    if (id === undefined) return;
    const what = meaning(packet, i);
    const before = ids.get(id);
    if (before === undefined) ids.set(id, what);
    else if (before !== what) wrong.push(`${id} is ${before} and ${what}`);
  }
}

/** The id in a packet that shows something when it happens; entries of a backlog are left out. */
function idOf(packet: Fields): number | undefined {
  const [kind, sub] = packet;
  let text: string | undefined;
  if (kind === '1' && /^[0-9]+$/.test(sub ?? '')) text = packet[6];
  else if (kind === '2') text = packet[4];
  else if (kind === '3') text = packet[5];
  else if (kind === '5' && sub === '0') text = packet[5];
  else if (kind === '5' && sub === '1') text = packet[3];
  return text === undefined ? undefined : Number(text);
}

/** Two packets with one id are about the same thing if these are equal. Most notices are for one client only. */
function meaning(packet: Fields, i: number): string {
  const isNotice = packet[0] === '2' && packet[2] === '-1';
  const isForAll = isNotice && noticeOf(packet).startsWith('nick ');
  return isNotice && !isForAll ? `${packet.join(' ')} for ${i}` : packet.join(' ');
}
