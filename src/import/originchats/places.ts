import type { Tx } from '../../core/state.js';
import { rolesFromWire } from '../../dialects/originchats/permissions.js';
import {
  type Channel,
  type ChannelKind,
  type ChannelLook,
  channelByName,
  channels,
  isChannelName,
} from '../../domain/channels/channels.js';
import type { ChannelId, UserId } from '../../domain/ids.js';
import { fold } from '../../domain/users/names.js';
import { type DataFolder, type Fields, isFields, msOf, textOf } from './folder.js';
import type { People } from './people.js';
import type { Report } from './report.js';

/** A file of messages and the channel they go to. */
export interface MessageFile {
  /** Path below the folder. */
  readonly file: string;
  readonly channel: ChannelId;
  readonly bytes: number;
}

/** What channels the original starts with (section 12). */
const firstChannels: readonly Fields[] = [
  {
    type: 'text',
    name: 'general',
    permissions: { view: ['user'], send: ['user'], delete: ['admin', 'moderator'], create_thread: ['user'] },
  },
];

const kinds: readonly string[] = ['text', 'voice', 'forum', 'separator'] satisfies ChannelKind[];

/** Longest text of a channel's look that is kept, in UTF-16 units, as the dialect takes it. */
const longestLook = 2_000;

/** Channels and threads, and where their messages are. */
export class Places {
  readonly files: MessageFile[] = [];
  /** Channels by the name they had, threads as `thread/<id>`. */
  readonly byName = new Map<string, ChannelId>();
  /** Names that can stay as they are, folded, and the first channel that has each. */
  readonly #staying = new Map<string, string>();

  constructor(
    private readonly tx: Tx,
    private readonly folder: DataFolder,
    private readonly report: Report,
    private readonly maxName: number,
  ) {}

  /** Channels in the order of the file, with its permissions. */
  takeChannels(): void {
    const given = this.folder.array('channels.json') ?? firstChannels;
    for (const one of given) {
      const name = isFields(one) ? textOf(one.name) : undefined;
      if (name === undefined || !isChannelName(name, this.maxName)) continue;
      if (!this.#staying.has(fold(name))) this.#staying.set(fold(name), name);
    }
    for (const [index, one] of given.entries()) {
      if (isFields(one)) this.#takeChannel(one, index + 1);
      else this.report.skip({ file: 'channels.json', what: `entry ${index + 1}`, why: 'is not a channel' });
    }
    const taken = new Set(this.files.map((one) => one.file));
    for (const name of this.folder.names('channels', '.json')) {
      const file = `channels/${name}`;
      if (!taken.has(file) && this.folder.size(file))
        this.report.skip({ file, why: 'belongs to no channel of channels.json' });
    }
  }

  /** Threads of the channels taken over, oldest first. */
  takeThreads(people: People): void {
    const given = this.folder
      .names('threads', '.json')
      .map((name) => ({ file: `threads/${name}`, fields: this.folder.object(`threads/${name}`) }))
      .filter(({ fields }) => Object.keys(fields).length > 0)
      .sort((a, b) => (msOf(a.fields.created_at) ?? 0) - (msOf(b.fields.created_at) ?? 0));
    for (const { file, fields } of given) this.#takeThread(file, fields, people);
    const taken = new Set(this.files.map((one) => one.file));
    for (const name of this.folder.names('threadMessages', '.jsonl')) {
      const file = `threadMessages/${name}`;
      if (!taken.has(file) && this.folder.size(file))
        this.report.skip({ file, why: 'belongs to no thread that was taken over' });
    }
  }

  #takeChannel(given: Fields, place: number): void {
    const { tx, report } = this;
    const called = textOf(given.name);
    const type = given.type ?? 'text';
    const kind = kinds.includes(type as string) ? (type as ChannelKind) : 'text';
    const remark = { file: 'channels.json', what: called ?? `entry ${place}` };
    if (called !== undefined && this.byName.has(called))
      return report.skip({ ...remark, why: 'a channel of this name is there already' });
    if (kind !== type) report.change({ ...remark, why: 'is of an unknown type', now: 'text' });
    const name = this.#freeName(called ?? kind);
    if (called !== undefined && name !== called)
      report.change({ ...remark, why: 'has another name', now: name });
    const roles = rolesFromWire(given.permissions);
    if (roles === undefined)
      report.change({ ...remark, why: 'has permissions that are no lists of roles; now the default ones' });
    const look = lookOf(given, called !== undefined && name !== called ? called : undefined);
    const id = String(tx.nextId()) as ChannelId;
    const access = { roles: roles ?? rolesFromWire(undefined) ?? {} };
    const channel: Channel = {
      id,
      kind,
      name,
      access,
      createdAt: tx.at,
      ...(Object.keys(look).length > 0 ? { look } : {}),
    };
    tx.put(channels, channel);
    report.count('channels');
    if (called === undefined) return;
    this.byName.set(called, id);
    if (kind !== 'separator' && !/[/\\\0]/.test(called))
      this.#addFile(`channels/${called}.json`, id, kind === 'text');
  }

  #takeThread(file: string, given: Fields, people: People): void {
    const { tx, report } = this;
    const id = textOf(given.id) ?? file.slice('threads/'.length, -'.json'.length);
    const parent = this.byName.get(textOf(given.parent_channel) ?? '');
    if (parent === undefined)
      return report.skip({ file, what: id, why: 'is in a channel that is not there' });
    if (tx.get(channels, parent)?.kind !== 'forum')
      report.change({ file, what: id, why: 'is in a channel that is no forum, so lists do not show it' });
    const made = textOf(given.created_by) ?? '';
    const creator = people.present(made);
    const participants = Array.isArray(given.participants) ? given.participants : [];
    const present = participants.map((one) => people.present(one)).filter((one) => one !== undefined);
    const key = String(tx.nextId()) as ChannelId;
    const channel: Channel = {
      id: key,
      kind: 'thread',
      name: textOf(given.name) ?? id,
      access: {},
      createdAt: msOf(given.created_at) ?? tx.at,
      thread: {
        parent,
        creator: creator ?? (made as UserId),
        ...(creator === undefined ? { creatorHandle: made } : {}),
        locked: given.locked === true,
        archived: given.archived === true,
        participants: [...new Set(present)],
      },
    };
    tx.put(channels, channel);
    report.count('threads');
    this.byName.set(`thread/${id}`, key);
    if (!/[/\\\0]/.test(id)) this.#addFile(`threadMessages/${id}.jsonl`, key, false);
  }

  #addFile(file: string, channel: ChannelId, isText: boolean): void {
    const bytes = this.folder.size(file);
    // The original makes the file of a channel with it, and that of a thread with its first message.
    if (bytes !== undefined) this.files.push({ file, channel, bytes });
    else if (isText) this.report.skip({ file, why: 'is not there' });
  }

  /** A name that the chat takes and no other channel has, as close to the given one as it gets. */
  #freeName(called: string): string {
    const cleaned = called.normalize('NFC').replace(/[^\p{L}\p{N}_-]+/gu, '-');
    const wished = cut(cleaned.replace(/^-+|-+$/g, '') || 'channel', this.maxName);
    const name = isChannelName(called, this.maxName) ? called : wished;
    for (let number = 2, free = name; ; number++) {
      const stays = this.#staying.get(fold(free)) ?? called;
      if (stays === called && channelByName(this.tx, free) === undefined) return free;
      const tail = `-${number}`;
      free = cut(name, this.maxName - tail.length) + tail;
    }
  }
}

function cut(text: string, length: number): string {
  return [...text].slice(0, length).join('');
}

function lookOf(given: Fields, called: string | undefined): ChannelLook {
  const shown = (value: unknown) => textOf(value)?.slice(0, longestLook);
  const displayName = shown(given.display_name) ?? called;
  const [description, icon, wallpaper] = [given.description, given.icon, given.wallpaper].map(shown);
  const { size } = given;
  return {
    ...(displayName === undefined ? {} : { displayName }),
    ...(description === undefined ? {} : { description }),
    ...(icon === undefined ? {} : { icon }),
    ...(wallpaper === undefined ? {} : { wallpaper }),
    ...(typeof size === 'number' && size >= 0 && size <= 10_000 ? { size } : {}),
  };
}
