import { closeSync, createReadStream, openSync, readSync } from 'node:fs';
import type { Bodies } from '../../core/ports.js';
import { type Attachment, attachmentOf, type Upload, uploads } from '../../domain/attachments/attachments.js';
import { cleanFileName } from '../../domain/attachments/file-name.js';
import { fileTypeOf, typeBytes } from '../../domain/attachments/file-type.js';
import { emojis, emojiTypes } from '../../domain/emoji/emoji.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import { fold } from '../../domain/users/names.js';
import { counters } from '../../domain/users/users.js';
import { type DataFolder, type Fields, isFields, isKey, msOf, textOf } from './folder.js';
import type { Report } from './report.js';
import type { Ground } from './rest.js';

/** Ids of bodies of this importer begin like this, so that those of an earlier run are known again. */
const prefix = 'originchats-';

/** An uploaded file, as far as it is known before the messages are. */
interface Kept {
  readonly attachment: Attachment;
  readonly fields: Fields;
  /** Path below the folder. */
  readonly file: string;
  /** How many messages of which channels show it. */
  readonly shown: Map<ChannelId, number>;
}

/** Uploaded files that are not over, and the messages that show them. */
export class Uploads {
  readonly #kept = new Map<string, Kept>();

  constructor(
    folder: DataFolder,
    private readonly report: Report,
    now: number,
  ) {
    for (const [id, given] of Object.entries(folder.object('attachments.json'))) {
      const remark = { file: 'attachments.json', what: id };
      const name = isFields(given) ? textOf(given.filename) : undefined;
      if (!isFields(given) || name === undefined || !isKey(id) || /[/\\\0]/.test(name)) {
        report.skip({ ...remark, why: 'is not a file' });
        continue;
      }
      const file = `attachments/${name}`;
      const size = folder.size(file);
      const attachment = shownAs(id, given, size ?? 0);
      if (attachment.expiresAt !== undefined && attachment.expiresAt <= now)
        report.skip({ ...remark, why: 'is over' });
      else if (size === undefined) report.skip({ ...remark, why: 'has no file in attachments' });
      else this.#kept.set(id, { attachment, fields: given, file, shown: new Map() });
    }
  }

  /** What a message shows of a file. */
  attachment(id: string): Attachment | undefined {
    return this.#kept.get(id)?.attachment;
  }

  /** A message of a channel shows these. */
  show(files: readonly Attachment[], channel: ChannelId): void {
    for (const { id } of files) {
      const shown = this.#kept.get(id)?.shown;
      shown?.set(channel, (shown.get(channel) ?? 0) + 1);
    }
  }

  /** Stores the bytes and the rows of those that messages show. Others would be let go of within the hour. */
  async take(ground: Ground, shelf: Shelf): Promise<void> {
    for (const [id, { attachment, fields, file, shown }] of this.#kept) {
      const [channel] = shown.keys();
      if (channel === undefined) {
        this.report.skip({ file: 'attachments.json', what: id, why: 'is shown by no message' });
        continue;
      }
      const body = await shelf.put(id, ground.folder.at(file));
      const uploader = textOf(fields.uploader_id) ?? '';
      const hash = textOf(fields.hash) ?? '';
      const upload: Upload = {
        ...attachmentOf(attachment as Upload),
        body,
        hash: /^[0-9a-f]{64}$/.test(hash) ? hash : body,
        uploader: ground.people.present(uploader) ?? (uploader as UserId),
        handle: textOf(fields.uploader_name) ?? uploader,
        channel: ground.channels.get(textOf(fields.channel) ?? '') ?? channel,
        shown: [...shown].map(([one, count]) => ({ channel: one, count })),
        createdAt: msOf(fields.created_at) ?? ground.now,
      };
      ground.report.count('attachments');
      if (ground.writer.put(uploads.name, id, upload)) await ground.writer.flush();
    }
  }
}

function shownAs(id: string, given: Fields, size: number): Attachment {
  const { width, height } = given;
  const expiresAt = msOf(given.expires_at);
  return {
    id,
    name: cleanFileName(textOf(given.original_name) ?? 'file'),
    type: textOf(given.mime_type) ?? 'application/octet-stream',
    // The original kept pictures anew, so what it noted may not be the size of the file.
    size,
    ...(typeof width === 'number' ? { width } : {}),
    ...(typeof height === 'number' ? { height } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(given.permanent === true ? { permanent: true } : {}),
  };
}

/** Pictures of the community's own. */
export async function takeEmoji({ folder, report, writer }: Ground, shelf: Shelf): Promise<void> {
  const names = new Set<string>();
  let next = 1;
  for (const [key, given] of Object.entries(folder.object('serverEmojis.json'))) {
    const skip = (why: string) => report.skip({ file: 'serverEmojis.json', what: key, why });
    const id = /^[0-9]{1,15}$/.test(key) ? Number(key) : undefined;
    const name = isFields(given) ? textOf(given.name) : undefined;
    const fileName = isFields(given) ? textOf(given.fileName) : undefined;
    // Reactions name it: its number is not given to another one.
    if (id !== undefined) next = Math.max(next, id + 1);
    if (id === undefined || name === undefined || fileName === undefined) {
      skip('is not an emoji');
    } else if (!/^[A-Za-z0-9_]{1,64}$/.test(name) || names.has(fold(name))) {
      skip('has a name that is not possible or not its own');
    } else {
      const picture = fileName.split(/[/\\]/).at(-1) ?? '';
      const bytes = picture === '' ? undefined : folder.size('serverEmojis', picture);
      const path = folder.at('serverEmojis', picture);
      const type = bytes === undefined ? undefined : fileTypeOf(firstBytes(path));
      const ending = emojiTypes.get(type ?? '');
      if (type === undefined || ending === undefined) {
        skip(bytes === undefined ? 'has no picture' : 'has a picture that is no GIF, JPEG or PNG');
        continue;
      }
      const body = await shelf.put(`emoji-${id}`, path);
      names.add(fold(name));
      report.count('emoji');
      if (writer.put(emojis.name, id, { id, name, file: `${id}.${ending}`, type, body }))
        await writer.flush();
    }
  }
  if (next > 1) writer.put(counters.name, 'emoji', { name: 'emoji', next });
}

function firstBytes(path: string): Uint8Array {
  const bytes = Buffer.alloc(typeBytes);
  const open = openSync(path, 'r');
  try {
    return bytes.subarray(0, readSync(open, bytes, 0, typeBytes, 0));
  } finally {
    closeSync(open);
  }
}

/** Where bytes go; nowhere without a storage. */
export class Shelf {
  readonly #bodies: Bodies | undefined;
  readonly #there: ReadonlySet<string>;

  private constructor(bodies: Bodies | undefined, there: ReadonlySet<string>) {
    this.#bodies = bodies;
    this.#there = there;
  }

  /** Finds out which bytes an earlier run has stored. */
  static async open(bodies: Bodies | undefined): Promise<Shelf> {
    const there = new Set<string>();
    const limit = 1_000;
    for (let after: string | undefined = prefix; bodies !== undefined && after !== undefined; ) {
      const page: { id: string }[] = await bodies.list({ after, limit });
      for (const { id } of page) there.add(id);
      after = page.length < limit ? undefined : page.at(-1)?.id;
    }
    return new Shelf(bodies, there);
  }

  /** Stores the bytes of a file, unless they are there. Returns their id. */
  async put(name: string, path: string): Promise<string> {
    const id = prefix + name;
    if (!this.#there.has(id)) await this.#bodies?.put(id, createReadStream(path));
    return id;
  }
}
