import { asChatError } from '../../core/errors.js';
import { encode } from './encode.js';
import type { Call } from './operation.js';
import type { MessageSchema, Sparse } from './schema.js';

/** The media type of messages (section 1). */
export const protobufType = 'application/x-protobuf';

/**
 * An answer that is too much to be in memory whole, as fast as the client takes it. Messages of repeated fields only may be written one after the
 * other: together they are one. `next`: the next of it, `undefined` behind the last. Rejects if the first cannot be had; a later one that cannot breaks
 * the answer off, and is reported.
 */
export async function pieces<Message>(
  { tools: { host }, request }: Call<unknown>,
  schema: MessageSchema<Message>,
  next: () => Promise<Sparse<Message> | undefined>,
): Promise<Response> {
  const load = async (): Promise<Uint8Array | undefined> => {
    for (;;) {
      const piece = await next();
      const bytes = piece === undefined ? undefined : encode(schema, piece);
      // An empty piece would not be asked for again.
      if (bytes?.length !== 0) return bytes;
    }
  };
  let waiting: Promise<Uint8Array | undefined> | undefined = Promise.resolve(await load());
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const bytes = await (waiting ?? load());
          waiting = undefined;
          if (bytes === undefined) controller.close();
          else controller.enqueue(bytes);
        } catch (thrown) {
          if (!request.signal.aborted)
            host.report(asChatError('handler-failed', 'an answer broke off', thrown));
          throw thrown;
        }
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: { 'content-type': protobufType },
  });
}
