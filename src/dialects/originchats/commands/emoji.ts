import * as v from 'valibot';
import { asChatError } from '../../../core/errors.js';
import { acceptedType, fileTypeOf } from '../../../domain/attachments/file-type.js';
import { type Emoji, emojis, emojiTypes } from '../../../domain/emoji/emoji.js';
import { fold } from '../../../domain/users/names.js';
import { decodeDataUri } from '../../http/data-uri.js';
import type { Ask } from '../ask.js';
import { refuse } from '../refusal.js';
import { fieldsOf } from '../schema.js';
import type { CommandRow } from './command.js';

const name = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_]{1,64}$/, 'must be 1 to 64 letters, digits or _'));
const emojiId = v.pipe(v.number(), v.integer());
const image = v.pipe(v.string(), v.startsWith('data:image/'));

/** Types of pictures as clients declare them; `image/jpg` is a common mistake. */
const allowed = [...emojiTypes.keys(), 'image/jpg'];

function parsed<S extends v.GenericSchema<unknown, object>>(ask: Ask, schema: S): v.InferOutput<S> {
  const fields = fieldsOf(schema, ask.request);
  return typeof fields === 'string' ? refuse(`Invalid ${ask.cmd} command scheme: ${fields}`) : fields;
}

/** Stores a picture that a request carries. What no emoji comes to refer to is swept. */
async function stored(ask: Ask, uri: string, failed: string): Promise<{ type: string; body: string }> {
  const picture = decodeDataUri(uri) ?? refuse(failed);
  const type = fileTypeOf(picture.bytes);
  if (type === undefined || acceptedType(picture.type, picture.bytes, allowed) === undefined) refuse(failed);
  if (!emojiTypes.has(type)) refuse(failed);
  const { host } = ask.tools;
  const body = crypto.randomUUID();
  try {
    await host.bodies.put(body, picture.bytes);
  } catch (thrown) {
    host.report(asChatError('storage-failed', 'the picture of an emoji could not be stored', thrown));
    refuse(failed);
  }
  return { type, body };
}

const getAll: CommandRow = {
  cmd: 'emoji_get_all',
  section: '6.11',
  run(ask) {
    const all: Record<string, { name: string; fileName: string }> = {};
    for (const { id, name, file } of ask.read((view) => [...view.all(emojis)]))
      all[id] = { name, fileName: file };
    ask.reply({ emojis: all });
  },
};

const add: CommandRow = {
  cmd: 'emoji_add',
  section: '6.11',
  async run(ask) {
    ask.needs('manage_server');
    const wish = parsed(ask, v.object({ name, image }));
    const picture = await stored(ask, wish.image, 'Error adding emoji');
    const failed = 'Error adding emoji';
    const texts = { 'emoji-exists': failed, 'too-many-emoji': failed, 'file-type-refused': failed };
    await ask.submit('emoji.add', { by: ask.user, name: wish.name, ...picture }, texts, ({ emoji }) =>
      ask.reply({ id: String(emoji.id), added: true, name: emoji.name, fileName: emoji.file }),
    );
  },
};

const update: CommandRow = {
  cmd: 'emoji_update',
  section: '6.11',
  async run(ask) {
    ask.needs('manage_server');
    const wish = parsed(ask, v.object({ emoji_id: emojiId, name: v.nullish(name), image: v.nullish(image) }));
    const { emoji_id: id } = wish;
    if (!wish.name && !wish.image) refuse('At least one field to update is required (name or image)');
    if (ask.read((view) => view.get(emojis, id)) === undefined) refuse('Emoji not found');
    const picture = wish.image ? await stored(ask, wish.image, 'Error updating emoji') : undefined;
    const input = {
      by: ask.user,
      id,
      ...(wish.name ? { name: wish.name } : {}),
      ...(picture === undefined ? {} : { picture }),
    };
    await ask.submit('emoji.update', input, { 'emoji-exists': 'Error updating emoji' }, ({ emoji }) =>
      ask.reply({ id: String(emoji.id), updated: true, name: emoji.name, fileName: emoji.file }),
    );
  },
};

const remove: CommandRow = {
  cmd: 'emoji_delete',
  section: '6.11',
  run(ask) {
    ask.needs('manage_server');
    const { emoji_id: id } = parsed(ask, v.object({ emoji_id: emojiId }));
    return ask.submit('emoji.remove', { by: ask.user, id }, {}, () =>
      ask.reply({ id: String(id), deleted: true }),
    );
  },
};

function emojiNamed(ask: Ask): Emoji | undefined {
  const wish = parsed(ask, v.object({ name: v.string() }));
  return ask.read((view) => view.one(emojis, 'name', fold(wish.name)));
}

const getId: CommandRow = {
  cmd: 'emoji_get_id',
  section: '6.11',
  run(ask) {
    const found = emojiNamed(ask) ?? refuse('Emoji not found');
    ask.reply({ name: found.name, id: String(found.id) });
  },
};

const getFileName: CommandRow = {
  cmd: 'emoji_get_filename',
  section: '6.11',
  run(ask) {
    const found = emojiNamed(ask) ?? refuse('Emoji file not found');
    ask.reply({ name: found.name, filepath: found.file });
  },
};

export const emojiCommands: readonly CommandRow[] = [getAll, add, update, remove, getId, getFileName];
