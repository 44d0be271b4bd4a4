import type { View } from './core/table.js';
import type { Commands } from './domain/index.js';
import { bans, silences } from './domain/moderation/bans.js';

/** What purging asks of the chat. */
interface Ground {
  read<T>(look: (view: View) => T): T;
  submit<T extends keyof Commands>(type: T, input: Commands[T]['input']): void;
}

/** Lets go of what is over, at most once a minute. */
export class Purge {
  #at = 0;

  constructor(private readonly chat: Ground) {}

  /** Called once a second. */
  sweep(now: number): void {
    if (now - this.#at < 60_000) return;
    if (this.chat.read((view) => view.size(bans as never) + view.size(silences as never)) === 0) return;
    this.#at = now;
    this.chat.submit('moderation.purge', {});
  }
}
