import { encode } from './encode.js';
import type { MessageSchema, Sparse } from './schema.js';

/** The media type of messages (section 1). */
export const protobufType = 'application/x-protobuf';

/**
 * An answer that is too much to be in memory whole, as fast as the client takes it. Messages of repeated fields only may be written one after the
 * other: together they are one. `next`: the next of it, `undefined` behind the last.
 */
export function pieces<Message>(
  schema: MessageSchema<Message>,
  next: () => Promise<Sparse<Message> | undefined>,
): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        for (;;) {
          const piece = await next();
          if (piece === undefined) return controller.close();
          const bytes = encode(schema, piece);
          // An empty piece would not be asked for again.
          if (bytes.length > 0) return controller.enqueue(bytes);
        }
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body as ReadableStream<Uint8Array<ArrayBuffer>>, {
    headers: { 'content-type': protobufType },
  });
}
