import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ChannelId, type Chat, ChatError, type UserId } from 'polylect';
import { identityOf } from './auth.js';
import { refusalInWords } from './refusals.js';

type Words = ReadonlyMap<string, string>;

/** What a host can do, each by one call of the chat. Answers what was done, in words. */
const actions: Readonly<Record<string, (chat: Chat, words: Words) => Promise<string>>> = {
  async kick(chat, words) {
    await chat.users.kick(userIn(words));
    return 'Sent away; they may come back.';
  },
  async ban(chat, words) {
    await chat.users.ban(userIn(words));
    return 'Banned, in every protocol.';
  },
  async unban(chat, words) {
    await chat.users.unban(userIn(words));
    return 'They may come back.';
  },
  async silence(chat, words) {
    await chat.users.silence(userIn(words));
    return 'Silenced: they read, and nobody reads them. Moderators are never silent.';
  },
  async unsilence(chat, words) {
    await chat.users.unsilence(userIn(words));
    return 'They may speak again.';
  },
  async rename(chat, words) {
    const { person } = await chat.users.update(userIn(words), { name: textIn(words, 'name') });
    return `They are ${person.handle} now, in every protocol.`;
  },
  async remove(chat, words) {
    const { kept } = await chat.users.remove(userIn(words));
    return kept ? 'The account is gone. Its ban is kept.' : 'The account is gone for good.';
  },
  /** An account of Conclave is told by its id there, whoever comes by another protocol by the secret that they have. */
  async link(chat, words) {
    const account = chat.users.byIdentity('conclave', textIn(words, 'account'));
    if (account === undefined) throw new Refusal(404, 'There is no such account of Conclave.');
    await chat.users.link(account.id, identityOf(textIn(words, 'secret')), { leads: true });
    return `${account.name} is one person in all protocols.`;
  },
  async announce(chat, words) {
    await chat.messages.announce(textIn(words, 'text'));
    return 'Said to everybody.';
  },
  async 'channel-create'(chat, words) {
    await chat.channels.create({ name: textIn(words, 'name') });
    return `#${textIn(words, 'name')} is open.`;
  },
  async 'channel-delete'(chat, words) {
    await chat.channels.remove(textIn(words, 'channel') as ChannelId);
    return 'The channel is gone, with what was said in it.';
  },
};

/** What is wrong with a request. */
class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

function textIn(words: Words, name: string): string {
  const text = words.get(name)?.trim() ?? '';
  if (text === '') throw new Refusal(400, `Say which ${name}.`);
  return text;
}

function userIn(words: Words): UserId {
  const user = words.get('user') ?? '';
  if (user === '') throw new Refusal(400, 'Choose somebody first.');
  return user as UserId;
}

const localNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a request named this computer: a foreign name that leads here is somebody else's page. */
function isLocal({ headers }: IncomingMessage): boolean {
  return URL.canParse(`http://${headers.host}`) && localNames.has(new URL(`http://${headers.host}`).hostname);
}

const maxBody = 4_096;

/**
 * The host's buttons over HTTP, for the page that this server gives out and nobody else: `POST /host/<action>` with a form, from the same origin, with
 * the key of this start. `GET /host` answers that key; other origins may ask for it, but browsers do not let them read it.
 */
export class HostActions {
  readonly #chat: Chat;
  readonly #key = randomBytes(24).toString('base64url');

  constructor(chat: Chat) {
    this.#chat = chat;
  }

  /** Answers a request if it is one of these; false otherwise. */
  answer(request: IncomingMessage, response: ServerResponse): boolean {
    const path = request.url ?? '';
    if (path !== '/host' && !path.startsWith('/host/')) return false;
    void this.#run(request, path.slice('/host/'.length))
      .catch((thrown: unknown) => problem(thrown))
      .then(({ status, about }) => {
        response.writeHead(status, {
          'content-type': 'application/json',
          'cache-control': 'no-store',
          'cross-origin-resource-policy': 'same-origin',
          'x-content-type-options': 'nosniff',
        });
        response.end(JSON.stringify(about));
      });
    return true;
  }

  async #run(request: IncomingMessage, name: string): Promise<{ status: number; about: object }> {
    const { method, headers } = request;
    if (!isLocal(request)) throw new Refusal(403, 'The host listens to this computer only.');
    const site = headers['sec-fetch-site'] ?? 'same-origin';
    if (site !== 'same-origin' && site !== 'none') throw new Refusal(403, 'This page is not the host’s own.');
    if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`)
      throw new Refusal(403, 'This page is not the host’s own.');
    if (method === 'GET' && name === '') return { status: 200, about: { key: this.#key } };
    if (method !== 'POST') throw new Refusal(405, 'POST it.');
    if (!this.#isKey(headers['x-host-key']))
      throw new Refusal(401, 'The playground was started anew. Load the page again.');
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (action === undefined) throw new Refusal(404, 'There is no such action.');
    const words = new Map(new URLSearchParams(await bodyOf(request)));
    return { status: 200, about: { done: await action(this.#chat, words) } };
  }

  #isKey(given: string | string[] | undefined): boolean {
    const [ours, theirs] = [Buffer.from(this.#key), Buffer.from(String(given))];
    return ours.length === theirs.length && timingSafeEqual(ours, theirs);
  }
}

function problem(thrown: unknown): { status: number; about: object } {
  if (thrown instanceof Refusal) return { status: thrown.status, about: { problem: thrown.message } };
  if (!(thrown instanceof ChatError)) {
    console.error(thrown);
    return { status: 500, about: { problem: 'That did not work; the terminal says why.' } };
  }
  const { code, details } = (thrown.cause ?? {}) as { code?: string; details?: object };
  const text = code === undefined ? thrown.message : refusalInWords(code);
  return { status: 409, about: { problem: text, ...(details === undefined ? {} : { details }) } };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) throw new Refusal(413, 'That is too long.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
