import { Rejection } from '../../../core/rejection.js';
import type { Attachment } from '../../../domain/attachments/attachments.js';
import { cleanFileName } from '../../../domain/attachments/file-name.js';
import { fileTypeOf, looksLikeSvg, typeBytes } from '../../../domain/attachments/file-type.js';
import { imageSizeOf, sizeBytes } from '../../../domain/attachments/image-size.js';
import type { UserId } from '../../../domain/ids.js';
import { banOf } from '../../../domain/moderation/bans.js';
import { userOfIdentity } from '../../../domain/users/users.js';
import { failed, json } from '../../http/answers.js';
import { AtOnce } from '../../http/at-once.js';
import { BodyFault, saysMoreThan } from '../../http/body.js';
import { boundaryOf, MultipartFault, partsOf } from '../../http/multipart.js';
import { recordFile, type StoredFile, storeFile } from '../../http/store-file.js';
import type { Tools } from '../ask.js';
import { dialectName } from '../dialect-name.js';
import { fileUrl } from '../files.js';
import { credentialsIn, mayComeIn } from '../login.js';
import type { World } from '../options.js';

/** What a form may have besides its file. */
const besides = 16_384;

/** What is taken (section 10), as the bytes of a file tell it. */
const types: ReadonlySet<string> = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'application/pdf',
  'video/mp4',
  'video/webm',
  'audio/mpeg',
]);

const svg = 'image/svg+xml';

/** `POST …/upload` (section 10). Who sends is known before anything is stored; the file goes to storage as it comes. */
export class Uploads {
  readonly #atOnce: AtOnce;

  constructor(private readonly tools: Tools) {
    this.#atOnce = new AtOnce(tools.settings.uploads.uploadsPerAddress);
  }

  async take(request: Request, world: World, address: string | undefined): Promise<Response> {
    if (!this.tools.settings.uploads.enabled) return denied();
    const taken = await this.#atOnce.run(address, () => this.#take(request, world, address));
    return taken ?? failed(429, 'too_many');
  }

  async #take(request: Request, world: World, address: string | undefined): Promise<Response> {
    const { host, settings } = this.tools;
    const by = await this.#uploaderOf(request, world, address);
    if (by instanceof Response) return by;
    const { maxBytes: most, stallMs } = settings.uploads;
    const maxBytes = most + besides;
    if (saysMoreThan(request, maxBytes)) return failed(400, 'file.size');
    const boundary = boundaryOf(request.headers.get('content-type'));
    if (boundary === undefined) return failed(400, 'file.missing');
    const found: { name?: string } = {};
    let stored: StoredFile;
    try {
      stored = await storeFile(host, request, { stallMs, maxBytes }, (pieces) =>
        fileOf(pieces, boundary, most, found),
      );
    } catch (thrown) {
      if (thrown instanceof BodyFault)
        return thrown.code === 'stalled' ? failed(408, 'timeout') : failed(400, 'file.size');
      return thrown instanceof MultipartFault
        ? failed(400, 'file.missing')
        : failed(503, 'server.unavailable');
    }
    const made = await recordFile(host, stored, () => this.#add(by, found.name, stored, address));
    return made instanceof Response ? made : this.#answer(made);
  }

  #answer(made: Attachment): Response {
    return json({ url: fileUrl(this.tools.settings, made) }, 201);
  }

  /** Who sends, by the same auth as their login; they must have an account, and be let into the world. */
  async #uploaderOf(request: Request, world: World, address: string | undefined): Promise<UserId | Response> {
    const { host } = this.tools;
    const [, scheme = '', word = ''] = /^(Bearer|Client) +(.+)$/i.exec(authorization(request)) ?? [];
    const credentials = credentialsIn(
      scheme.toLowerCase() === 'client' ? { client_id: word } : { token: word },
    );
    if (typeof credentials === 'string') return denied();
    const said = await host.authenticate(credentials, {
      dialect: dialectName,
      realm: world.id,
      ...(address === undefined ? {} : { address }),
    });
    if ('denied' in said) return said.denied === 'unreachable' ? failed(503, 'server.unavailable') : denied();
    const user = host.read((view) => {
      const known = mayComeIn(view, host.config, said) ? userOfIdentity(view, said) : undefined;
      const banned =
        known !== undefined && banOf(view, 'user', known.id, dialectName, host.clock.now()) !== undefined;
      return banned ? undefined : known?.id;
    });
    return user ?? denied();
  }

  async #add(
    by: UserId,
    name: string | undefined,
    { received, body }: StoredFile,
    address: string | undefined,
  ) {
    const { host } = this.tools;
    if (name === undefined) return failed(400, 'file.missing');
    const type = typeOf(received.head);
    if (type === undefined) return failed(400, 'file.type');
    const size = imageSizeOf(type, received.head);
    // What says the size may stand far behind, in pictures that have much to tell of themselves.
    const wholeSeen = received.size <= sizeBytes || type !== 'image/jpeg';
    if (type.startsWith('image/') && type !== svg && size === undefined && wholeSeen)
      return failed(400, 'file.picture.invalid');
    const decision = await host.submit(
      'upload.add',
      {
        by,
        id: crypto.randomUUID(),
        name: cleanFileName(name),
        type,
        size: received.size,
        hash: received.hash,
        body,
        ...size,
      },
      { address },
    );
    if (!(decision instanceof Rejection)) return decision;
    switch (decision.code) {
      case 'unavailable':
      case 'internal':
      case 'chat-closed':
        return failed(503, 'server.unavailable');
      case 'too-many-uploads':
        return failed(429, 'too_many');
      default:
        return denied();
    }
  }
}

/** Every refusal of a person is the same (section 10). */
function denied(): Response {
  return failed(403, 'auth.denied');
}

function authorization(request: Request): string {
  return (request.headers.get('authorization') ?? '').trim();
}

/** What the bytes are, if it is taken. */
function typeOf(head: Uint8Array): string | undefined {
  const type = fileTypeOf(head.subarray(0, typeBytes)) ?? (looksLikeSvg(head) ? svg : undefined);
  return type === svg || (type !== undefined && types.has(type)) ? type : undefined;
}

/** The bytes of the first file called `file` in a form; `found` has its name from then on. */
async function* fileOf(
  pieces: AsyncIterable<Uint8Array>,
  boundary: string,
  most: number,
  found: { name?: string },
): AsyncGenerator<Uint8Array> {
  let inFile = false;
  let size = 0;
  for await (const piece of partsOf(pieces, boundary)) {
    if (piece.kind === 'begin') {
      const { name, fileName } = piece.part;
      inFile = name === 'file' && fileName !== undefined && found.name === undefined;
      if (inFile && fileName !== undefined) found.name = fileName;
    } else if (inFile && piece.kind === 'data') {
      size += piece.bytes.length;
      if (size > most) throw new BodyFault('too-large');
      yield piece.bytes;
    }
  }
}
