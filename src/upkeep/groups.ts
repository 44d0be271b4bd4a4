import type { Engine } from '../core/engine.js';
import { asChatError, type ChatError } from '../core/errors.js';
import type { Clock, Storage } from '../core/ports.js';
import { Rejection } from '../core/rejection.js';
import { late, within } from '../core/within.js';
import type { DomainConfig } from '../domain/config.js';
import { type Group, groups } from '../domain/groups/groups.js';
import { type GroupMessage, groupMessageQuery, mayExpire, pastIn } from '../domain/groups/messages.js';
import type { CommandName, Commands } from '../domain/index.js';

/** Messages of one group that are looked at, and removed, at once. */
const messagesAtOnce = 500;

/** What cleaning up after groups stands on. */
export interface GroupGround {
  readonly engine: () => Pick<Engine<Commands>, 'read' | 'submit' | 'storageState'>;
  readonly clock: Clock;
  readonly storage: Pick<Storage, 'query'>;
  readonly storageTimeoutMs: number;
  readonly config: Pick<DomainConfig, 'groups'>;
  report(error: ChatError): void;
}

/**
 * Lets go of what is over: tokens, invitations, and messages of encrypted groups, in this order, at the start and then every `cleanUpMs` (Conclave,
 * section 12). What is not over in one go because there is much of it is gone on with at once; nothing of it is told.
 */
export class GroupUpkeep {
  #nextAt = 0;
  #running = false;
  #stopped = false;

  constructor(private readonly ground: GroupGround) {}

  /** Called by the sweeper. `elapsed`: milliseconds gone by, whatever is done to the clock. */
  run(elapsed: number): void {
    const { engine, config, report } = this.ground;
    if (elapsed < this.#nextAt || this.#running || engine().storageState !== 'open') return;
    this.#nextAt = elapsed + config.groups.cleanUpMs;
    this.#running = true;
    this.#cleanUp()
      .catch((thrown: unknown) => {
        if (!this.#stopped) report(asChatError('storage-failed', 'groups were not cleaned up', thrown));
      })
      .finally(() => {
        this.#running = false;
      });
  }

  /** Storage is about to be closed. */
  stop(): void {
    this.#stopped = true;
  }

  async #cleanUp(): Promise<void> {
    await this.#untilDone('token.purge');
    await this.#untilDone('invite.purge');
    const { engine, config } = this.ground;
    const due = engine().read((view) =>
      [...view.all(groups)].filter((group) => mayExpire(config, group)),
    ).value;
    for (const group of due) await this.#purge(group);
  }

  async #untilDone(type: 'token.purge' | 'invite.purge'): Promise<void> {
    while (await this.#decided(type, {}).then((result) => result?.more === true));
  }

  /** The oldest messages of a group, page by page, as long as all of a page were kept for long enough. */
  async #purge(group: Group): Promise<void> {
    const { engine, clock, storage, storageTimeoutMs, config } = this.ground;
    let after = 0;
    while (!this.#stopped) {
      const query = groupMessageQuery(group, after, messagesAtOnce);
      if (query === undefined) return;
      const rows = await within(clock, storageTimeoutMs, storage.query(query));
      // The engine tells of a storage that does not answer; later this is tried again.
      if (rows === late || this.#stopped) return;
      const page = rows.map(({ row }) => row as GroupMessage).filter((one) => one.group === group.id);
      const isPast = engine().read((view) => pastIn(view, config, group, clock.now())).value;
      const past = page.filter(isPast).map(({ sequence, at }) => ({ sequence, at }));
      if (past.length > 0) await this.#decided('group.purge', { group: group.id, messages: past });
      if (past.length < page.length || page.length < query.limit) return;
      after = past.at(-1)?.sequence ?? after;
    }
  }

  /** What a command answered, once it is stored; nothing if it was refused. */
  #decided<T extends CommandName>(
    type: T,
    input: Commands[T]['input'],
  ): Promise<Commands[T]['result'] | undefined> {
    return new Promise((resolve) => {
      if (this.#stopped) return resolve(undefined);
      this.ground.engine().submit(type, input, {
        decided: (result) =>
          resolve(result instanceof Rejection ? undefined : (result as Commands[T]['result'])),
      });
    });
  }
}
