import type { Key, TableSpec } from '../../core/change.js';
import { ChatError, type ErrorCode } from '../../core/errors.js';
import type { Opened, Query } from '../../core/ports.js';

/** What the adapter asks of its worker. Rows travel as JSON text: cheap to copy, and stored as they are. */
export interface Calls {
  /** Takes the lease of a file, waiting for it if so told. The first call. */
  lease(file: string, wait: boolean): void;
  /** Opens the file that is leased. */
  open(options: OpenFile): Opened;
  /** Makes a `lease` that waits give up. */
  stopWaiting(): void;
  commit(batch: TextBatch): void;
  lastCommitted(): number;
  rows(table: string, keys: readonly Key[]): (TextRow | undefined)[];
  query(query: Query): TextRow[];
  count(query: Omit<Query, 'limit'>): number;
  /** Stores a body of one piece at most. */
  putBody(id: string, at: number, bytes: Uint8Array): void;
  /** Begins a body of several pieces; returns its number. */
  beginBody(): number;
  addPiece(body: number, index: number, bytes: Uint8Array): void;
  /** Makes the pieces the body of an id. */
  finishBody(body: number, id: string, at: number, size: number): void;
  /** Gives up a body that was begun. */
  dropBody(body: number): void;
  findBody(id: string): { readonly body: number; readonly size: number } | undefined;
  readPiece(body: number, index: number): Uint8Array | undefined;
  removeBodies(ids: readonly string[]): void;
  listBodies(after: string | undefined, limit: number): { id: string; at: number; bytes: number }[];
  /** Copies a file that is open in another worker. */
  backup(from: string, to: string): void;
  /** The last call: gives everything back and ends the worker. */
  close(): void;
}

/** Bytes of every piece of a body but the last, which may be shorter. Part of the layout. */
export const pieceBytes = 262_144;

export interface OpenFile {
  readonly file: string;
  readonly synchronous: 'full' | 'normal';
  readonly tables: readonly TableSpec[];
  readonly format: number;
}

export interface TextBatch {
  readonly n: number;
  readonly after: number;
  readonly changes: readonly TextChange[];
}

export type TextChange =
  | {
      readonly op: 'put';
      readonly table: string;
      readonly key: Key;
      readonly in: string;
      readonly row: string;
    }
  | { readonly op: 'remove'; readonly table: string; readonly key: Key }
  | { readonly op: 'clear'; readonly table: string; readonly in: string };

export interface TextRow {
  readonly key: Key;
  readonly in: string;
  readonly row: string;
}

export type Request = {
  [Name in keyof Calls]: { readonly id: number; readonly name: Name; readonly args: Parameters<Calls[Name]> };
}[keyof Calls];

export type Reply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: PlainError };

/** An error as data: copying an `Error` between threads loses its own fields. */
export interface PlainError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly cause?: { readonly message: string; readonly code?: unknown; readonly errcode?: unknown };
}

export function toPlain(error: ChatError): PlainError {
  const { code, message, retryable, cause } = error;
  if (cause === undefined) return { code, message, retryable };
  if (!(cause instanceof Error)) return { code, message, retryable, cause: { message: String(cause) } };
  const { code: name, errcode } = cause as Error & { code?: string; errcode?: number };
  return { code, message, retryable, cause: { message: cause.message, code: name, errcode } };
}

export function fromPlain(error: PlainError): ChatError {
  const { retryable, cause } = error;
  if (cause === undefined) return new ChatError(error.code, error.message, { retryable });
  const { message, code, errcode } = cause;
  const rebuilt = Object.assign(
    new Error(message),
    code === undefined ? {} : { code },
    errcode === undefined ? {} : { errcode },
  );
  return new ChatError(error.code, error.message, { retryable, cause: rebuilt });
}
