import type { Action } from './actions.js';
import type { OriginClient } from './clients.js';
import type { Town } from './town.js';

/** A PNG as far as anybody looks at it. */
const picture = (text: string) =>
  Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(text)]);

/** A client of whoever a file belongs to, if they are there. */
function owner(town: Town, token: string): OriginClient | undefined {
  const all = [...town.places, ...town.others];
  const found = all.find((one) => one?.isOpen && one.dialect === 'originchats' && one.name === token);
  return found as OriginClient | undefined;
}

function upload(town: Town, a: number, b: number): void {
  const client = town.origin(a);
  if (client === undefined) return;
  // The same content again is the same file.
  const content = `%PDF-1.4 ${b % 4 === 0 ? 'the same' : town.text()}`;
  const ticket = { validator_key: client.validatorKey, validator: client.validator };
  const json = {
    // What the identity service gave them is as good as what the login did.
    ...(b % 7 ? ticket : { validator_key: 'any', validator: client.name }),
    file: `data:application/pdf;base64,${Buffer.from(content).toString('base64')}`,
    name: 'paper.pdf',
    mime_type: 'application/pdf',
    channel: ['lounge', 'lounge', 'hall', 'c0', 'staff'][b % 5],
  };
  const ends = b % 11 === 0 ? 'stalls' : b % 11 === 1 ? 'breaks' : 'well';
  town.ask('/attachments/upload', { json, ends }, a, ({ status, bytes }) => {
    if (status !== 201) return;
    if (ends !== 'well') town.watch.wrong.push('half an upload was taken');
    town.files.uploaded({ id: JSON.parse(bytes.toString()).attachment.id, token: client.name, content });
  });
}

/** Files in messages and emoji, by OriginChats. */
export const files = {
  upload,
  attach(town, a, b) {
    const file = town.pick(town.files.known, b);
    if (file === undefined) return;
    const client = a % 5 ? owner(town, file.token) : town.origin(a);
    const more = b % 3 ? [] : town.files.known.filter(({ token }) => token === file.token);
    const attachments = [file, ...more].map(({ id }) => ({ id }));
    client?.say(b % 4 ? 'lounge' : 'c0', a % 2 ? town.text() : '', { attachments });
  },
  unattach(town, a, b) {
    const file = town.pick(town.files.known, b);
    if (file === undefined) return;
    const client = a % 3 ? owner(town, file.token) : town.origin(a);
    client?.send({ cmd: 'attachment_delete', attachment_id: file.id });
  },
  fetch(town, a, b) {
    const file = town.pick(town.files.known, b);
    if (file !== undefined) {
      const wasGone = town.files.isGone(file.id);
      town.ask(`/attachments/${file.id}`, undefined, a, ({ status, bytes }) =>
        town.files.fetched(file, status, bytes.toString(), wasGone),
      );
    }
    const emoji = town.pick(town.files.emoji, b);
    if (emoji !== undefined)
      town.ask(`/emojis/${emoji.file}`, undefined, a, ({ status }) => town.files.pictured(emoji, status));
  },
  emoji(town, a, b) {
    const client = town.manager(a);
    const emoji_id = town.pick(town.files.emoji, b)?.id ?? 1;
    const name = `emo${a % 5}`;
    const image = `data:image/png;base64,${picture(town.text()).toString('base64')}`;
    if (b % 4 < 2) client?.send({ cmd: 'emoji_add', name, image });
    else if (b % 4 === 2) client?.send({ cmd: 'emoji_update', emoji_id, ...(a % 2 ? { name } : { image }) });
    else client?.send({ cmd: 'emoji_delete', emoji_id });
  },
} satisfies Record<string, Action>;
