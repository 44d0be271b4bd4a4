import type { Chat } from '../../../src/chat.js';

const base = 'http://chat.test';

/** An answer of a route. */
export interface RouteAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** What a request sends: JSON, and how much of it comes before it `stalls` for good or `breaks`. */
export interface RouteBody {
  readonly json: object;
  readonly ends?: 'well' | 'stalls' | 'breaks';
}

/** Asks a route of OriginChats, as the handler does that hosts mount. It is answered while the rig lets turns go by. */
export async function askOrigin(
  chat: Chat,
  path: string,
  { body, address }: { readonly body?: RouteBody; readonly address: string },
): Promise<RouteAnswer> {
  const headers = { 'content-type': 'application/json' };
  const post = body && { method: 'POST', headers, body: bodyOf(body), duplex: 'half' };
  const response = await chat.fetch('originchats', new Request(`${base}${path}`, post as RequestInit), {
    address,
  });
  if (response === undefined) throw new Error(`OriginChats has no route ${path}`);
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

function bodyOf({ json, ends = 'well' }: RouteBody): string | ReadableStream<Uint8Array> {
  const text = JSON.stringify(json);
  if (ends === 'well') return text;
  let begun = false;
  return new ReadableStream({
    pull(controller) {
      if (!begun) controller.enqueue(Buffer.from(text.slice(0, text.length / 2)));
      else if (ends === 'breaks') controller.error(new Error('the client has gone'));
      else return new Promise(() => {});
      begun = true;
    },
  });
}
