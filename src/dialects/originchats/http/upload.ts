import { Rejection } from '../../../core/rejection.js';
import type { Attachment } from '../../../domain/attachments/attachments.js';
import { cleanFileName } from '../../../domain/attachments/file-name.js';
import { acceptedType, typeBytes } from '../../../domain/attachments/file-type.js';
import { imageSizeOf } from '../../../domain/attachments/image-size.js';
import { mayNotIn } from '../../../domain/channels/channels.js';
import type { UserId } from '../../../domain/ids.js';
import { banOf } from '../../../domain/moderation/bans.js';
import { claimsOf, isLeading, userOfIdentity, users } from '../../../domain/users/users.js';
import { failed, json, saysJson } from '../../http/answers.js';
import { AtOnce } from '../../http/at-once.js';
import { BodyFault, saysMoreThan } from '../../http/body.js';
import type { PassingFile } from '../../http/passing-file.js';
import { recordFile, type StoredFile, storeFile } from '../../http/store-file.js';
import type { Tools } from '../ask.js';
import { channelNamed, isKeptFrom, threadOf } from '../context.js';
import type { AttachmentOptions } from '../file-options.js';
import { attachmentShape } from '../shapes.js';
import { fileOf, UploadBodyDecoder, UploadBodyError, type UploadFields } from '../upload-body.js';
import { wordFor } from '../wording.js';

const day = 86_400_000;
const mebibyte = 2 ** 20;

/** What an upload may have besides its file and what JSON and base64 make of that. */
const besides = 16_384;

/** `POST /attachments/upload` (section 9). The file goes to storage as it comes; who sends it and where to is known at the end. */
export class Uploads {
  readonly #atOnce: AtOnce;

  constructor(private readonly tools: Tools) {
    this.#atOnce = new AtOnce(tools.settings.attachments.uploadsPerAddress);
  }

  async take(request: Request, address: string | undefined): Promise<Response> {
    const { attachments } = this.tools.settings;
    if (!saysJson(request)) return failed(415, 'Content-Type must be application/json');
    if (!attachments.enabled) return failed(503, 'Attachments are disabled');
    const taken = await this.#atOnce.run(address, () => this.#take(request, address));
    return taken ?? failed(429, 'Too many uploads at once');
  }

  async #take(request: Request, address: string | undefined): Promise<Response> {
    const { host, settings } = this.tools;
    const { maxBytes: maxFileBytes, stallMs } = settings.attachments;
    const maxBytes = Math.ceil(maxFileBytes / 3) * 4 + besides;
    const tooLarge = failed(413, `Request body too large (max ${maxBytes} bytes)`);
    if (saysMoreThan(request, maxBytes)) return tooLarge;
    const decoder = new UploadBodyDecoder(maxFileBytes);
    let stored: StoredFile;
    try {
      stored = await storeFile(host, request, { stallMs, maxBytes }, (pieces) => fileOf(decoder, pieces));
    } catch (thrown) {
      if (thrown instanceof BodyFault)
        return thrown.code === 'stalled' ? failed(408, 'Upload timed out') : tooLarge;
      const code = thrown instanceof UploadBodyError ? thrown.fault.code : undefined;
      if (code === 'malformed') return failed(400, 'Invalid JSON body');
      return code === 'too-large' ? tooLarge : failed(500, 'Failed to save attachment');
    }
    const ended = decoder.end();
    const made = await recordFile(host, stored, async () =>
      ended.ok
        ? this.#add(ended.fields, stored.received, stored.body, address)
        : failed(400, 'Invalid JSON body'),
    );
    return made instanceof Response ? made : this.#answer(made);
  }

  #answer(attachment: Attachment): Response {
    const shape = attachmentShape(attachment, this.tools.settings.server.url ?? '');
    return json({ attachment: shape, permanent: shape.permanent }, 201);
  }

  /** The checks of section 9 in their order, and the record of the file. */
  async #add(
    {
      validator_key: key,
      validator,
      name,
      mime_type: declared,
      channel: to,
      expires_in_days,
      file,
    }: UploadFields,
    received: PassingFile,
    body: string,
    address: string | undefined,
  ): Promise<{ readonly attachment: Attachment; readonly reused: boolean } | Response> {
    const { host, settings, dialect } = this.tools;
    if (!file || !name || !declared || !to)
      return failed(400, 'Missing required fields: file, name, mime_type, channel');
    if (!key || !validator) return failed(401, 'validator_key and validator are required for authentication');
    const by = await this.#uploaderOf(key, validator, address);
    if (by instanceof Response) return by;
    const now = host.clock.now();
    const found = host.read((view) => {
      const user = view.get(users, by.user);
      const named = channelNamed(view, to) ?? threadOf(view, to);
      const channel = named && isKeptFrom(view, host.config, by.user, named) ? undefined : named;
      return {
        banned: banOf(view, 'user', by.user, dialect, now) !== undefined,
        traits: by.traits ?? (user === undefined ? [] : claimsOf(view, host.config, user).traits),
        channel,
        may:
          user !== undefined &&
          channel !== undefined &&
          mayNotIn(view, host.config, user, channel, 'send') === undefined,
      };
    });
    if (found.banned) return failed(403, 'Access denied: You are banned from this server');
    if (found.channel === undefined) return failed(404, 'Channel does not exist');
    const forbidden = failed(403, "You don't have permission to send in this channel");
    if (!found.may) return forbidden;
    const type = acceptedType(declared, received.head.subarray(0, typeBytes), settings.attachments.types);
    if (type === undefined || received.size === 0) return failed(500, 'Failed to save attachment');
    const permanent = found.traits.some((one) => settings.attachments.permanentTiers.includes(one));
    const days = daysOf(settings.attachments, received.size, permanent, expires_in_days);
    const decision = await host.submit(
      'upload.add',
      {
        by: by.user,
        id: crypto.randomUUID(),
        name: cleanFileName(name),
        type,
        size: received.size,
        hash: received.hash,
        body,
        channel: found.channel.id,
        ...imageSizeOf(type, received.head),
        expiresAt: now + Math.floor(days * day),
        permanent,
      },
      { address },
    );
    if (!(decision instanceof Rejection)) return decision;
    switch (decision.code) {
      case 'not-permitted':
      case 'channel-rank-too-low':
      case 'user-silenced':
        return forbidden;
      case 'channel-unknown':
        return failed(404, 'Channel does not exist');
      case 'user-unknown':
        return failed(401, 'User not found');
      case 'hook-refused':
        return failed(403, wordFor(decision));
      case 'unavailable':
        return failed(503, wordFor(decision));
      default:
        return failed(500, 'Failed to save attachment');
    }
  }

  /** Whoever the pair belongs to: what `ready` gave a session, or else what the identity service says of it. */
  async #uploaderOf(
    key: string,
    validator: string,
    address: string | undefined,
  ): Promise<{ readonly user: UserId; readonly traits?: readonly string[] } | Response> {
    const { host, settings, dialect, tickets } = this.tools;
    const own = host.read((view) => tickets.userOf(view, key, validator));
    if (own !== undefined) return { user: own };
    if (settings.authMode === 'cracked-only') return failed(401, 'Invalid credentials');
    const said = await host.authenticate(
      { kind: 'validator', arguments: [validator, key] },
      { dialect, ...(address === undefined ? {} : { address }) },
    );
    if ('denied' in said) {
      return said.denied === 'unreachable'
        ? failed(502, 'Failed to validate credentials')
        : failed(401, 'Invalid credentials');
    }
    return host.read((view) => {
      const user = userOfIdentity(view, said);
      if (user === undefined) return failed(401, 'User not found');
      const { traits } = said;
      return { user: user.id, ...(traits === undefined || !isLeading(view, user, said) ? {} : { traits }) };
    });
  }
}

/** How long a file is kept (section 9): 49 days up to 5 MiB, falling to one at 100 MiB, and never more than `freeDays`. */
export function daysOf(
  { freeDays, permanentDays }: Pick<AttachmentOptions, 'freeDays' | 'permanentDays'>,
  size: number,
  permanent: boolean,
  wished: number | undefined,
): number {
  const share = Math.min(1, Math.max(0, (size / mebibyte - 5) / 95));
  const most = permanent ? permanentDays : Math.min(49 - 48 * share, freeDays);
  return wished !== undefined && wished > 0 ? Math.min(wished, most) : most;
}
