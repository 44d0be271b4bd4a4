import { createHash } from 'node:crypto';
import { archiveLimits } from '../../core/archive-limits.js';
import type { Change } from '../../core/change.js';
import { ChatError } from '../../core/errors.js';
import { engineTable, firstIdAt, idEpochMs } from '../../core/ids.js';
import type { Opened, Storage } from '../../core/ports.js';
import { State, Tx } from '../../core/state.js';
import type { Table } from '../../core/table.js';
import { type DomainConfig, domainLimits } from '../../domain/config.js';
import { format } from '../../domain/format.js';
import { groupSettings } from '../../domain/groups/settings.js';
import type { ChannelId, MessageId } from '../../domain/ids.js';
import { nouns } from '../../domain/index.js';
import { aliases } from '../../domain/messages/aliases.js';
import { type Ping, pings } from '../../domain/messages/mentions.js';
import { type Latest, latest, messages } from '../../domain/messages/messages.js';
import { modlogDays } from '../../domain/modlog/modlog.js';
import { counters } from '../../domain/users/users.js';
import { AliasIndex } from './alias-index.js';
import { takePush, takeWebhooks } from './doors.js';
import { Shelf, takeEmoji, Uploads } from './files.js';
import { DataFolder, textOf } from './folder.js';
import { merged } from './merge.js';
import { messageOf } from './messages.js';
import { People, takeRoles } from './people.js';
import { Places } from './places.js';
import { Report } from './report.js';
import { type Ground, pollsByMessage, takeModlog, takePolls, takeReads } from './rest.js';
import { type Progress, progressTable, Writer } from './writer.js';

/** Raised when the same folder would give other rows than before. */
const importerVersion = 1;

/** What {@link importOriginChats} takes. */
export interface ImportOptions {
  /** The data folder. */
  readonly folder: string;
  /** Where to; it must not be open. Without one nothing is written: a dry run. */
  readonly storage?: Storage;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Told after each batch: messages so far, and of how many bytes of files of messages in how many. */
  readonly progress?: (done: {
    readonly messages: number;
    readonly bytes: number;
    readonly of: number;
  }) => void;
}

/** Rules as a chat with no options has them, where records are made by rules. */
const config: DomainConfig = {
  defaults: { rank: 0, roles: ['user'], traits: [], permissions: [] },
  defaultChannel: '',
  botName: 'ChatBot',
  reservedNames: ['originChats'],
  backlog: 20,
  guestProviders: [],
  directDialects: [],
  whisperDialects: [],
  worldRoles: {},
  traitGrants: {},
  limits: domainLimits,
  modlogDays,
  groups: groupSettings,
};

/**
 * Takes over the data folder of an OriginChats server. Killed at any moment and run again it ends with the same rows.
 *
 * Rejects with `options-invalid` if the folder is none, has changed since it was begun, or the storage has data of a chat, and with what
 * the storage rejects with.
 */
export async function importOriginChats(options: ImportOptions): Promise<Report> {
  const { storage } = options;
  const report = new Report();
  const folder = new DataFolder(options.folder, report);
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([importerVersion, format, ...folder.state()]))
    .digest('hex');
  const tables = nouns(config).flatMap((noun) => noun.tables);
  if (storage === undefined) {
    const progress = { source: 'originchats', fingerprint, startedAt: options.now } as const;
    await takeAll(options, folder, report, tables, new Writer(undefined, 0, progress), options.now);
    return report;
  }
  const stored = [...tables, engineTable, progressTable] as unknown as Table[];
  const opened = await storage.open({
    tables: stored
      .filter((one) => one.class !== 'live')
      .map(({ name, class: kind, key }) => ({ name, class: kind, key })),
    format,
    takeover: 'refuse',
  });
  try {
    const startedAt = await begunAt(storage, opened, fingerprint, options.now);
    const progress = { source: 'originchats', fingerprint, startedAt } as const;
    const writer = new Writer(storage, opened.lastCommitted, progress);
    await takeAll(options, folder, report, tables, writer, startedAt);
  } finally {
    await storage.close();
  }
  return report;
}

/** When this import was begun. Refuses a database that has anything else in it. */
async function begunAt(storage: Storage, opened: Opened, fingerprint: string, now: number): Promise<number> {
  if (opened.lastCommitted === 0) return now;
  const refuse = (why: string) => new ChatError('options-invalid', why);
  const [row] = await storage.rows(progressTable.name, ['originchats' satisfies Progress['source']]);
  const before = row?.row as Progress | undefined;
  if (before === undefined) throw refuse('the database has data of a chat: import into a new file');
  if (before.batches !== opened.lastCommitted)
    throw refuse('a chat has used the database since the import: import into a new file');
  if (before.fingerprint !== fingerprint)
    throw refuse(
      'the database has an import of another folder, or of this one before it changed: import into a new file',
    );
  return before.startedAt;
}

async function takeAll(
  options: ImportOptions,
  folder: DataFolder,
  report: Report,
  tables: readonly Table[],
  writer: Writer,
  now: number,
): Promise<void> {
  const state = new State(tables, archiveLimits);
  const tx = new Tx(state, now, 1);
  const people = new People(config, report);
  const places = new Places(tx, folder, report, config.limits.channelNameLength);
  takeRoles(tx, folder, report);
  people.take(tx, folder);
  places.takeChannels();
  places.takeThreads(people);
  const lastId = tx.nextId();
  writer.lastId = lastId;
  for (const change of madeBy(tx, state)) if (writer.add(change)) await writer.flush();

  const index = new AliasIndex();
  const numbers = new Map(places.files.map(({ channel }, place) => [channel, place]));
  const rawPolls = pollsByMessage(folder, report);
  const files = new Uploads(folder, report, now);
  await takeMessages({
    options,
    folder,
    report,
    writer,
    now,
    tx,
    people,
    places,
    index,
    files,
    pollOf: (alias) => rawPolls.get(alias)?.id,
  });
  const ground: Ground = {
    folder,
    report,
    people,
    writer,
    now,
    channels: places.byName,
    messageIn: (channel, alias) => index.find(alias, numbers.get(channel) ?? -1) as MessageId | undefined,
  };
  for (const { key, message, place } of index) {
    const channel = places.files[place]?.channel as ChannelId;
    if (writer.put(aliases.name, key, { key, message, channel }, channel, 96)) await writer.flush();
  }
  await takePolls(ground, rawPolls);
  await takeReads(ground);
  await takeModlog(ground);
  await takeWebhooks(ground);
  await takePush(ground);
  const shelf = await Shelf.open(options.storage?.bodies);
  await files.take(ground, shelf);
  await takeEmoji(ground, shelf);
  writer.put(counters.name, 'number', { name: 'number', next: people.nextNumber });
  await writer.finish();
}

/** What rules have put, rows of lazy tables included. */
function* madeBy(tx: Tx, state: State): Generator<Change> {
  const { changes, lazy } = tx.finish();
  yield* changes;
  for (const { table, key } of lazy) {
    const row = state.row(table, key);
    if (row !== undefined) yield { op: 'put', table, key, in: '', row };
  }
}

interface Stream {
  readonly options: ImportOptions;
  readonly folder: DataFolder;
  readonly report: Report;
  readonly writer: Writer;
  readonly now: number;
  readonly tx: Tx;
  readonly people: People;
  readonly places: Places;
  readonly index: AliasIndex;
  readonly files: Uploads;
  readonly pollOf: (alias: string) => string | undefined;
}

async function takeMessages({
  options,
  folder,
  report,
  writer,
  now,
  tx,
  people,
  places,
  index,
  files: attached,
  pollOf,
}: Stream): Promise<void> {
  const { files } = places;
  const of = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const newest = new Map<ChannelId, Latest>();
  const read = new Map<string, number>();
  let taken = 0;
  for (const { place, source, raw, rank } of merged(folder, files, now, report)) {
    const { file, channel } = source;
    const remark = (why: string) => report.change({ file, line: raw.line, why });
    read.set(file, raw.read);
    const id = Math.max(firstIdAt(rank), writer.lastId + 1) as MessageId;
    const alias = textOf(raw.fields.id);
    const kept = alias === undefined ? 'added' : index.add(alias, place, id);
    if (kept === 'again') {
      report.skip({ file, line: raw.line, what: alias ?? '', why: 'has the id of a message before it' });
      continue;
    }
    if (kept === 'full') remark('is not found by its old id');
    if (raw.at === undefined) remark('has no time, now that of the message before it');
    const answered = (one: string) => index.find(one, place);
    const { message, pings: to } = messageOf(
      raw,
      id,
      channel,
      raw.at ?? Math.max(rank, idEpochMs),
      {
        people,
        config,
        view: tx,
        answered,
        attachment: (one) => attached.attachment(one),
        pollOf,
      },
      remark,
    );
    writer.lastId = id;
    attached.show(message.attachments ?? [], channel);
    newest.set(channel, { channel, id, at: message.at });
    let full = writer.put(messages.name, id, message, channel, raw.bytes + 200);
    for (const partition of to) {
      const ping: Ping = { id: ++writer.lastId, to: partition, message: id, channel };
      full = writer.put(pings.name, ping.id, ping, partition, 96) || full;
    }
    taken++;
    if (!full) continue;
    await writer.flush();
    const bytes = [...read.values()].reduce((sum, one) => sum + one, 0);
    options.progress?.({ messages: taken, bytes, of });
  }
  report.count('messages', taken);
  for (const row of newest.values()) if (writer.put(latest.name, row.channel, row)) await writer.flush();
}
