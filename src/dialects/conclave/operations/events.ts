import { streams } from '../../../domain/tokens/tokens.js';
import { EventStream } from '../../http/event-stream.js';
import { operation } from '../operation.js';
import { tooMany, unavailable } from '../refusal.js';

const headers = { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' };

/** The event stream (section 10). */
export const events = [
  operation({
    method: 'GET',
    path: '/events',
    auth: 'user',
    async run(call) {
      // Nobody reads the stream of a HEAD.
      if (call.request.method === 'HEAD') return new Response(null, { headers });
      const { host, settings } = call.tools;
      const { address, token } = call;
      const stream = new EventStream(host.steady);
      const taken = host.accept(stream, { address, state: { stream, token } });
      if (taken === undefined) throw unavailable();
      stream.receiver = taken;
      const { session } = taken;
      try {
        await call.submit('stream.open', { session, token });
        // Whoever is told that they hear what happens reads what has happened until then.
        await host.published().catch(() => {
          throw unavailable();
        });
      } catch (thrown) {
        stream.terminate();
        throw thrown;
      }
      if (call.read((view) => view.count(streams, 'user', call.user)) > settings.streamsPerUser) {
        stream.terminate();
        throw tooMany(1_000);
      }
      // Ended before it was decided: nobody else tells the chat that it is gone.
      if (stream.over) await call.submit('session.close', { session, reason: 'leave' });
      return new Response(stream.body as ReadableStream<Uint8Array<ArrayBuffer>>, { headers });
    },
  }),
];
