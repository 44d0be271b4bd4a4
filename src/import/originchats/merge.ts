import type { DataFolder } from './folder.js';
import { type RawMessage, rawMessage } from './messages.js';
import type { MessageFile } from './places.js';
import { Records } from './records.js';
import type { Report } from './report.js';

/** Bytes of files that are held at once, shared among them. */
const maxHeldBytes = 67_108_864;

/** The next message of one file. */
interface Head {
  readonly place: number;
  readonly source: MessageFile;
  readonly records: Records;
  next: RawMessage;
  /** Its time, or that of a later one before it in the file: ids rise in the order of the file. */
  rank: number;
}

/** A message in its turn. */
export interface Turn {
  /** Number of the file. */
  readonly place: number;
  readonly source: MessageFile;
  readonly raw: RawMessage;
  /** Milliseconds since the Unix epoch that its id is made from; never smaller than that of the turn before. */
  readonly rank: number;
}

/**
 * The messages of all files as one series, by time; those of one file in its order. Nothing is later than `now`, since ids of the future would hold
 * up the chat's own. The same folder gives the same series.
 */
export function* merged(
  folder: DataFolder,
  files: readonly MessageFile[],
  now: number,
  report: Report,
): Generator<Turn> {
  const most = Math.min(262_144, Math.floor(maxHeldBytes / Math.max(1, files.length)));
  const heap: Head[] = [];
  for (const [place, source] of files.entries()) {
    const records = new Records(folder.at(source.file), most);
    const next = nextOf(records, source, report);
    if (next !== undefined) push(heap, { place, source, records, next, rank: rankOf(next, 0, now) });
  }
  for (let head = heap[0]; head !== undefined; head = heap[0]) {
    const { place, source, next: raw, rank } = head;
    const next = nextOf(head.records, source, report);
    if (next === undefined) pop(heap);
    else {
      head.next = next;
      head.rank = rankOf(next, rank, now);
      sink(heap, 0);
    }
    yield { place, source, raw, rank };
  }
}

function nextOf(records: Records, { file }: MessageFile, report: Report): RawMessage | undefined {
  for (let record = records.next(); record !== undefined; record = records.next()) {
    const raw = rawMessage(record, file, report);
    if (raw !== undefined) return raw;
  }
  return undefined;
}

function rankOf({ at = 0 }: RawMessage, before: number, now: number): number {
  return Math.max(before, Math.min(at, now));
}

function isBefore(a: Head, b: Head): boolean {
  return a.rank < b.rank || (a.rank === b.rank && a.place < b.place);
}

function push(heap: Head[], head: Head): void {
  let at = heap.push(head) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(heap[at] as Head, heap[parent] as Head)) return;
    swap(heap, at, parent);
    at = parent;
  }
}

function pop(heap: Head[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  sink(heap, 0);
}

function sink(heap: Head[], from: number): void {
  for (let at = from; ; ) {
    let least = at;
    for (const child of [2 * at + 1, 2 * at + 2])
      if (child < heap.length && isBefore(heap[child] as Head, heap[least] as Head)) least = child;
    if (least === at) return;
    swap(heap, at, least);
    at = least;
  }
}

function swap(heap: Head[], a: number, b: number): void {
  [heap[a], heap[b]] = [heap[b] as Head, heap[a] as Head];
}
