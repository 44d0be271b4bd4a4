import { asChatError } from '../../core/errors.js';
import type { Attachment } from '../../domain/attachments/attachments.js';
import { sizeBytes } from '../../domain/attachments/image-size.js';
import type { Commands } from '../../domain/index.js';
import type { DialectHost } from '../dialect.js';
import { type BodyBounds, piecesOf } from './body.js';
import { PassingFile } from './passing-file.js';

/** A file whose bytes are in storage, while no row refers to them yet. */
export interface StoredFile {
  /** What has passed. */
  readonly received: PassingFile;
  /** Id of its bytes. */
  readonly body: string;
}

/** Storage did not take a file. It has been reported, unless whoever sent the file has gone. */
export class StoringFault extends Error {}

/**
 * Stores the file in a request's body as it comes, a piece at a time. Throws what `fileIn` throws and what the body is at fault for
 * ({@link BodyFault}), and {@link StoringFault}.
 *
 * @param fileIn - takes the file out of the body.
 */
export async function storeFile(
  host: Pick<DialectHost, 'bodies' | 'clock' | 'report' | 'sha256'>,
  request: Request,
  bounds: Omit<BodyBounds, 'clock'>,
  fileIn: (pieces: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>,
): Promise<StoredFile> {
  const received = new PassingFile(host.sha256(), sizeBytes);
  const body = crypto.randomUUID();
  let fault: { readonly thrown: unknown } | undefined;
  async function* watched(): AsyncGenerator<Uint8Array> {
    try {
      yield* fileIn(piecesOf(request, { ...bounds, clock: host.clock }));
    } catch (thrown) {
      fault = { thrown };
      throw thrown;
    }
  }
  try {
    await host.bodies.put(body, received.passing(watched()));
  } catch (thrown) {
    if (fault !== undefined && !request.signal.aborted) throw fault.thrown;
    if (!request.signal.aborted)
      host.report(asChatError('storage-failed', 'an upload could not be stored', thrown));
    throw new StoringFault();
  }
  return { received, body };
}

/** Records a stored file by `record`, or answers why not. Bytes that no row refers to then are removed. */
export async function recordFile<R extends object>(
  host: Pick<DialectHost, 'bodies'>,
  { body }: StoredFile,
  record: () => Promise<Commands['upload.add']['result'] | R>,
): Promise<Attachment | R> {
  const made = await record();
  if ('reused' in made && !made.reused) return made.attachment;
  // If it cannot be removed now, it is swept later.
  await host.bodies.remove([body]).catch(() => {});
  return 'reused' in made ? made.attachment : made;
}
