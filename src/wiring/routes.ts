import { asChatError, type ChatError } from '../core/errors.js';
import type { RequestOrigin } from '../delivery/connection.js';
import type { Dialect } from '../dialects/dialect.js';

/** Asks a dialect's own HTTP routes; `undefined` if none of them is meant. A route that throws is reported and answered with 500. */
export async function askRoutes(
  dialect: Dialect | undefined,
  request: Request,
  from: RequestOrigin,
  report: (error: ChatError) => void,
): Promise<Response | undefined> {
  try {
    return await dialect?.fetch?.(request, from);
  } catch (thrown) {
    // Whoever asked has gone or sent too much: nobody's bug.
    if (!request.signal.aborted)
      report(asChatError('handler-failed', `a route of ${dialect?.name} threw`, thrown));
    return new Response(null, { status: 500 });
  }
}
