import { ChatError } from '../../core/errors.js';
import type { PasswordHasher } from '../../core/ports.js';
import { Turns } from './turns.js';

/** How passwords are hashed; the defaults are the smallest that OWASP recommends for Argon2id. */
export interface Argon2Options {
  /** Memory of one hash, in KiB. Default 19,456 (19 MiB). At least 8 for each of `lanes`. */
  readonly memoryKib?: number;
  /** Passes over that memory. Default 2. */
  readonly passes?: number;
  /** Lanes of one hash. Default 1. */
  readonly lanes?: number;
  /** Hashes worked on at once. Default 2: half of the four threads that Node has for such work. */
  readonly atOnce?: number;
  /** Hashes that wait for their turn. Default 100. Beyond it: rejected with `hasher-busy`. */
  readonly waiting?: number;
}

/**
 * Hashes passwords with Argon2id, as PHC strings, off the main thread. Needs the package `@node-rs/argon2`.
 *
 * Also checks bcrypt hashes (`$2a$`, `$2b$`, `$2y$`) that were brought along from elsewhere, and asks for a new hash then; that needs the package
 * `bcryptjs`, which works on the main thread in pieces of up to a tenth of a second. Hashes made with other settings are asked to be made anew too.
 * Neither package is loaded before it is needed. Throws `options-invalid` for options out of range.
 */
export function argon2(options: Argon2Options = {}): PasswordHasher {
  const { memoryKib = 19_456, passes = 2, lanes = 1, atOnce = 2, waiting = 100 } = options;
  const strange = Object.keys(options).find((name) => !known.has(name));
  if (strange !== undefined)
    throw new ChatError('options-invalid', `there is no option ${strange} of argon2`);
  need(lanes, 'lanes', 1, 255);
  need(memoryKib, 'memoryKib', 8 * lanes, 2 ** 31 - 1);
  need(passes, 'passes', 1, 2 ** 31 - 1);
  need(atOnce, 'atOnce', 1, 1_024);
  need(waiting, 'waiting', 0, 2 ** 31 - 1);
  const turns = new Turns(atOnce, waiting);
  const costs = { memoryCost: memoryKib, timeCost: passes, parallelism: lanes };
  return {
    hash: (password) =>
      turns.run(async () => {
        const { hash } = await loaded('@node-rs/argon2', () => import('@node-rs/argon2'));
        return hash(password, costs);
      }),
    async verify(stored, password) {
      if (bcrypt.test(stored)) {
        return turns.run(async () => {
          const { compare } = await loaded('bcryptjs', () => import('bcryptjs'));
          const ok = await compare(password, stored);
          return { ok, rehash: ok };
        });
      }
      if (!phc.test(stored))
        throw new ChatError('hasher-failed', 'a stored hash is neither of Argon2 nor of bcrypt');
      return turns.run(async () => {
        const { verify } = await loaded('@node-rs/argon2', () => import('@node-rs/argon2'));
        const ok = await verify(stored, password);
        return { ok, rehash: ok && !isMadeWith(stored, memoryKib, passes, lanes) };
      });
    },
  };
}

const bcrypt = /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/;
const phc = /^\$argon2(id|i|d)\$v=\d+\$[a-z]+=\d+(,[a-z]+=\d+)*\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+$/;

const known = new Set(['memoryKib', 'passes', 'lanes', 'atOnce', 'waiting']);

function need(value: number, option: string, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new ChatError(
    'options-invalid',
    `option ${option} of argon2 takes a whole number from ${least} to ${most}`,
  );
}

/** Whether a PHC string names these settings. Other makers write them in another order. */
function isMadeWith(hash: string, memoryKib: number, passes: number, lanes: number): boolean {
  const [, kind, version, settings = ''] = hash.split('$');
  const given = settings.split(',').sort().join();
  return kind === 'argon2id' && version === 'v=19' && given === `m=${memoryKib},p=${lanes},t=${passes}`;
}

async function loaded<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (thrown) {
    throw new ChatError('hasher-failed', `${name} does not load: install it`, { cause: thrown });
  }
}
