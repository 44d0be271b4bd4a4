import { Rejection } from '../../core/rejection.js';
import type { View } from '../../core/table.js';
import type { UserId } from '../../domain/ids.js';
import type { CommandName, Commands } from '../../domain/index.js';
import { type User, users } from '../../domain/users/users.js';
import type { DialectHost, Turn } from '../dialect.js';
import type { Comebacks } from './comebacks.js';
import type { Crowds } from './crowds.js';
import type { Directory } from './directory.js';
import type { VenuelessSettings, World } from './options.js';
import type { Frame, Request } from './packets.js';
import { worldPermissions } from './permissions.js';
import { Refusal, refuse, type WireError, worldDenied } from './refusal.js';
import type { Look } from './shapes.js';
import type { VenuelessState } from './state.js';
import type { Voices } from './voices.js';
import { wordFor } from './wording.js';

/** What all commands share. */
export interface Tools {
  readonly host: DialectHost;
  readonly settings: VenuelessSettings;
  readonly directory: Directory;
  readonly voices: Voices;
  readonly crowds: Crowds;
  readonly comebacks: Comebacks;
}

export type VenuelessTurn = Turn<Frame, VenuelessState>;

/** A command's own words for some refusals, by their code. */
export type Texts = Readonly<Partial<Record<string, WireError>>>;

/** One request of somebody who is logged in. */
export class Ask {
  /** The payload's fields; `null` counts as none (section 1). */
  readonly payload: Readonly<Record<string, unknown>>;

  constructor(
    readonly tools: Tools,
    readonly turn: VenuelessTurn,
    readonly request: Request,
    readonly user: UserId,
    readonly world: World,
  ) {
    this.payload = fieldsOf(request.payload);
  }

  get state(): VenuelessState {
    return this.turn.connection.state;
  }

  get namespace(): string {
    return this.request.action.split('.', 1)[0] as string;
  }

  read<T>(look: (view: View) => T): T {
    return this.turn.read(look);
  }

  /** The record of who asks. It is gone if they have left for good meanwhile. */
  self(): User {
    return this.read((view) => view.get(users, this.user)) ?? refuse('auth.denied');
  }

  /** Whether the asker holds a permission on the world. */
  holds(permission: string): boolean {
    const user = this.self();
    return this.read((view) =>
      worldPermissions(view, this.tools.host.config, user, this.turn.now).includes(permission),
    );
  }

  /** Refuses unless the asker holds a permission on the world (section 5). */
  needs(permission: string): void {
    if (!this.holds(permission)) throw new Refusal(worldDenied);
  }

  /** Refuses a payload that does not say what the command needs. */
  invalid(): never {
    return refuse(`${this.namespace}.invalid_body`);
  }

  /** A field that is true, false or left out, which null is as well; anything else is refused. */
  flag(field: string): boolean | undefined {
    const given = this.payload[field] ?? undefined;
    return given === undefined || typeof given === 'boolean' ? given : this.invalid();
  }

  /** How the asker is shown people. */
  look(): Look {
    const { host, settings } = this.tools;
    return {
      config: host.config,
      badges: settings.badges,
      now: this.turn.now,
      manages: this.holds('world:users.manage'),
    };
  }

  success(result: unknown): Frame {
    return ['success', ...this.request.echo, result];
  }

  error(error: WireError): Frame {
    return ['error', ...this.request.echo, error];
  }

  reply(result: unknown = {}): void {
    this.turn.reply(this.success(result));
  }

  /** A reply that is read from storage; see {@link Turn.later}. */
  replyLater(load: (upTo: number) => Promise<unknown>): void {
    this.turn.later(async (upTo) => [this.success(await load(upTo))]);
  }

  refused(refusal: Refusal): void {
    this.turn.reply(this.error(refusal.error));
  }

  /** Answers what the rules refuse. */
  rejected(rejection: Rejection, texts: Texts): void {
    this.refused(new Refusal(texts[rejection.code] ?? wordFor(rejection, this.namespace)));
  }

  /**
   * Submits a command, whose reply goes out before what it causes (section 2). `answer`: the result to reply with, and frames to follow it.
   * What it causes carries this session and the action as its origin.
   */
  submit<T extends CommandName>(
    type: T,
    input: Commands[T]['input'],
    answer: (result: Commands[T]['result']) => unknown = () => ({}),
    texts: Texts = {},
    besides: (result: Commands[T]['result']) => readonly Frame[] = () => [],
  ): void | Promise<void> {
    const decision = this.turn.submit(type, input, {
      tag: this.request.action,
      first: (result) => [this.success(answer(result)), ...besides(result)],
    });
    const after = (made: Commands[T]['result'] | Rejection) => {
      if (made instanceof Rejection) this.rejected(made, texts);
    };
    return decision instanceof Promise ? decision.then(after) : after(decision);
  }
}

function fieldsOf(payload: unknown): Readonly<Record<string, unknown>> {
  if (payload === undefined || payload === null) return {};
  return typeof payload === 'object' && !Array.isArray(payload) ? (payload as Record<string, unknown>) : {};
}
