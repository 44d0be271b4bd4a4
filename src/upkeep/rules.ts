import type { Engine } from '../core/engine.js';
import { Rejection } from '../core/rejection.js';
import type { Commands } from '../domain/index.js';
import { bans, silences } from '../domain/moderation/bans.js';
import { guestCount } from '../domain/users/guests.js';
import { users } from '../domain/users/users.js';

/** How often it looks for something to let go of, in ms. */
const everyMs = 60_000;

/** What a chat lets go of by itself: bans and silences that are over, what was kept of people for the sake of a ban, guests who stayed away. */
export class Upkeep {
  #purgeAt = 0;
  #forgetAt = 0;

  constructor(private readonly engine: Pick<Engine<Commands>, 'read' | 'submit'>) {}

  /** Called by the sweeper. `elapsed`: milliseconds gone by, whatever is done to the clock. */
  run(elapsed: number): void {
    const { engine } = this;
    const held = engine.read((view) => ({
      bans: view.size(bans as never) + view.size(silences as never) + view.count(users, 'left', 'left'),
      guests: guestCount(view),
    })).value;
    if (held.bans > 0 && elapsed >= this.#purgeAt) {
      this.#purgeAt = elapsed + everyMs;
      engine.submit('moderation.purge', {}, { decided: () => {} });
    }
    if (held.guests > 0 && elapsed >= this.#forgetAt) {
      this.#forgetAt = elapsed + everyMs;
      engine.submit(
        'guests.forget',
        {},
        {
          decided: (result) => {
            if (!(result instanceof Rejection) && result.more) this.#forgetAt = 0;
          },
        },
      );
    }
  }
}
