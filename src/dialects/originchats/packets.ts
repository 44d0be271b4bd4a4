/** A request: one JSON object per text frame (section 2). Everything but `cmd` and `listener` belongs to the command. */
export interface Request {
  readonly cmd: string;
  readonly [field: string]: unknown;
}

/** What arrived: a request, or something that is none and is answered with an error (section 15). */
export type Arrival =
  | { readonly kind: 'request'; readonly request: Request }
  | { readonly kind: 'malformed'; readonly val: string };

/** What is sent: one JSON object per text frame, in the order of its keys. */
export interface Frame {
  readonly cmd: string;
  readonly [field: string]: unknown;
}

/** A user in lists (section 4). */
export interface ListedUser {
  readonly username: string;
  readonly nickname: string | null;
  readonly roles: readonly string[];
  readonly color: string | null;
  readonly status: StatusShape;
  readonly cracked?: boolean;
  readonly pfp?: string | null;
}

/** A user's status (section 4). */
export interface StatusShape {
  readonly status: string;
  readonly text: string;
}

/** A message (section 4). */
export interface MessageShape {
  readonly user: string;
  readonly content: string;
  /** Unix seconds. */
  readonly timestamp: number;
  readonly id: string;
  readonly reply_to?: { readonly id: string; readonly user: string };
  readonly ping?: boolean;
  readonly edited?: true;
  readonly embeds?: readonly unknown[];
  readonly attachments?: readonly AttachmentShape[];
  readonly reactions?: Readonly<Record<string, readonly string[]>>;
  readonly webhook?: { readonly id: string; readonly name: string; readonly avatar: string | null };
  readonly pinned: boolean;
  readonly type: 'message';
  readonly interaction: { readonly command: string; readonly username: string } | null;
  readonly pings?: PingsShape;
}

/** Whom a message calls (section 4). */
export interface PingsShape {
  readonly users: readonly string[];
  readonly roles: readonly string[];
  readonly replies: readonly string[];
}

/** An attachment (section 4). Times are Unix seconds. */
export interface AttachmentShape {
  readonly id: string;
  readonly name: string;
  readonly mime_type: string;
  readonly size: number;
  readonly url: string;
  readonly expires_at: number | null;
  readonly permanent: boolean;
  readonly width?: number;
  readonly height?: number;
}
