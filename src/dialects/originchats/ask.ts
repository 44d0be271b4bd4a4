import { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import type { UserId } from '../../domain/ids.js';
import type { CommandName, Commands } from '../../domain/index.js';
import { holds, ownerRole } from '../../domain/roles/roles.js';
import { claimsOf, type User, users } from '../../domain/users/users.js';
import type { Decision, DialectHost, Turn } from '../dialect.js';
import type { ChannelLists } from './channel-lists.js';
import type { OldIds } from './old-ids.js';
import type { OriginChatsSettings } from './options.js';
import type { Frame, Request } from './packets.js';
import type { RateLimiter } from './rate-limiter.js';
import { Refusal, refuse, refuseBare, type Texts, textFor } from './refusal.js';
import type { OriginChatsState } from './state.js';
import type { UploadTickets } from './upload-tickets.js';

/** What all commands share. */
export interface Tools {
  readonly host: DialectHost;
  readonly settings: OriginChatsSettings;
  readonly rates: RateLimiter;
  /** What sessions upload with. */
  readonly tickets: UploadTickets;
  readonly lists: ChannelLists;
  /** The dialect's name in the chat. */
  readonly dialect: string;
}

/** One request of somebody who is logged in. */
export class Ask {
  readonly listener: string | undefined;
  /** What became of old ids in the fields that the command's row names; looked up before it runs. */
  oldIds: OldIds = new Map();

  constructor(
    readonly tools: Tools,
    readonly turn: Turn<Frame, OriginChatsState>,
    readonly request: Request,
    readonly user: UserId,
  ) {
    const { listener } = request;
    this.listener = typeof listener === 'string' && listener !== '' ? listener : undefined;
  }

  get cmd(): string {
    return this.request.cmd;
  }

  /** The direct reply: it carries the request's `listener` (section 2). */
  reply(fields: Omit<Frame, 'cmd'>, cmd: string = this.cmd): void {
    this.turn.reply(this.withListener({ cmd, ...fields }));
  }

  /** A direct reply that is read from storage; see {@link Turn.later}. */
  replyLater(load: (upTo: number) => Promise<Omit<Frame, 'cmd'> | Refusal>): void {
    this.turn.later(async (upTo) => {
      const answer = await load(upTo);
      return [
        this.withListener(answer instanceof Refusal ? this.errorFrame(answer) : { cmd: this.cmd, ...answer }),
      ];
    });
  }

  refused(refusal: Refusal): void {
    this.turn.reply(this.withListener(this.errorFrame(refusal)));
  }

  withListener(frame: Frame): Frame {
    return this.listener === undefined ? frame : { ...frame, listener: this.listener };
  }

  errorFrame({ val, named }: Refusal): Frame {
    return named ? { cmd: 'error', src: this.cmd, val } : { cmd: 'error', val };
  }

  read<T>(look: (view: View) => T): T {
    return this.turn.read(look);
  }

  /** The record of who asks. It is gone if they have left for good meanwhile. */
  self(): User {
    return this.read((view) => view.get(users, this.user)) ?? refuse('User not found');
  }

  /** Whether the asker holds one of these permissions by role (section 5.2). */
  holds(...anyOf: readonly string[]): boolean {
    const user = this.self();
    return this.read((view) => {
      const claims = claimsOf(view, this.tools.host.config, user);
      return anyOf.some((permission) => holds(view, claims, permission));
    });
  }

  /** Refuses unless the asker holds a permission by role (section 5.2). */
  needs(...anyOf: readonly string[]): void {
    if (this.holds(...anyOf)) return;
    refuse(`Access denied: ${anyOf.map((one) => `'${one}'`).join(' or ')} permission required`);
  }

  /** Refuses unless the asker is an owner (section 5.3), or holds what the document asks for instead (section 14). */
  needsOwner(orPermission?: string): void {
    const user = this.self();
    const claims = this.read((view) => claimsOf(view, this.tools.host.config, user));
    if (claims.roles.length === 0) refuseBare('User roles not found');
    if (claims.roles.includes(ownerRole)) return;
    if (orPermission !== undefined && this.read((view) => holds(view, claims, orPermission))) return;
    refuseBare(`Access denied: '${ownerRole}' role required`);
  }

  /**
   * Submits a command. What it causes carries the request's `listener` for the asker's own copy. `texts`: this command's own words for some
   * refusals. Answers `undefined` after a refusal, which has been answered.
   */
  submit<T extends CommandName>(
    type: T,
    input: Commands[T]['input'],
    texts: Texts = {},
    then: (result: Commands[T]['result']) => void = () => {},
  ): void | Promise<void> {
    return this.#submit(this.listener, type, input, texts, then);
  }

  /** The same where what is broadcast goes to the asker besides the reply, and without `listener` (section 2). */
  push<T extends CommandName>(
    type: T,
    input: Commands[T]['input'],
    texts: Texts = {},
    then: (result: Commands[T]['result']) => void = () => {},
  ): void | Promise<void> {
    return this.#submit(undefined, type, input, texts, then);
  }

  #submit<T extends CommandName>(
    tag: string | undefined,
    type: T,
    input: Commands[T]['input'],
    texts: Texts,
    then: (result: Commands[T]['result']) => void,
  ): void | Promise<void> {
    const decision = this.turn.submit(type, input, { tag });
    const after = (made: Decision<T>) => {
      if (made instanceof Rejection) this.refused(new Refusal(textFor(made, texts)));
      else then(made);
    };
    return decision instanceof Promise ? decision.then(after) : after(decision);
  }
}
