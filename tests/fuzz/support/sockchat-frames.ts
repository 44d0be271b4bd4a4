import type { Random } from '../../support/random.js';
import { oddTexts } from './odd-texts.js';

/** What frames can be about right now. */
export interface World {
  readonly names: readonly string[];
  readonly channels: readonly string[];
  /** Names and addresses that are banned more often than not. */
  readonly banned: readonly string[];
  /** Ids of messages that were seen. */
  readonly ids: readonly string[];
}

const odd = [
  ...oddTexts,
  ...['<b>', '"', '👨‍👩‍👧‍👦', '0.0000001', 'x'.repeat(31), '<'.repeat(2_000)],
  ...['~', '@', '*', 'ChatBot', 'welcome', 'User', '[b]x[/b]', '<AFK>_'],
];

/** Makes frames: mostly such that something is decided, the rest as strange as possible. */
export function frames(random: Random) {
  const { below, chance, pick } = random;

  const word = (world: World): string => {
    if (chance(0.2)) return pick(odd);
    if (chance(0.3)) return pick(world.names);
    if (chance(0.3)) return pick(world.channels);
    return `w${below(1_000)}`;
  };
  const words = (world: World): string => Array.from({ length: below(4) }, () => word(world)).join(' ');
  const time = (): string => pick(['', '', ' 1', ' 0.5', ' 30', ' 0', ' -1', ' x', ' 1e3', ` ${pick(odd)}`]);
  const id = (world: World): string => (world.ids.length === 0 || chance(0.2) ? pick(odd) : pick(world.ids));

  /** Commands that end in a decision when their issuer may give them. */
  const deciding: readonly ((world: World) => string)[] = [
    () => `/afk ${pick(['', 'brb', 'sleeping', pick(odd)])}`,
    (world) => `/nick ${pick([word(world), `n${below(500)}`, '', `${below(9)} n${below(500)}`])}`,
    (world) => `/${pick(['msg', 'whisper'])} ${pick(world.names)} ${word(world)} x`,
    (world) => `/${pick(['me', 'action'])} ${word(world)} x`,
    (world) => `/join ${pick(world.channels)} ${pick(['', 'secret', 'wrong'])}`,
    () => `/create ${pick(['', '0 ', '2 ', '99 '])}t${below(50)}`,
    (world) => `/${pick(['delmsg', 'delete'])} ${id(world)}`,
    () => `/${pick(['password', 'pwd'])} ${pick(['', 'secret', pick(odd)])}`,
    () => `/${pick(['rank', 'priv', 'privilege', 'hierarchy'])} ${pick(['0', '1', '2', '99', pick(odd)])}`,
    (world) => `/say ${word(world)}`,
  ];

  /** Commands that send people away, or only ask; kept rare so that somebody is there. */
  const rare: readonly ((world: World) => string)[] = [
    (world) => `/${pick(['unban', 'pardon'])} ${pick(world.banned)}`,
    (_world) => `/${pick(['unbanip', 'pardonip', 'pardon'])} ${pick(['192.0.2.1', '2001:db8::ffff'])}`,
    (world) => `/${pick(['kick', 'ban'])} ${pick(world.names)}${time()}`,
    (world) => `/silence ${pick(world.names)}${time()}`,
    (world) => `/unsilence ${pick(world.names)}`,
    (world) =>
      `/${pick(['unban', 'pardon', 'unbanip', 'pardonip'])} ${pick([pick(world.names), ...world.banned, String(below(9))])}`,
    () => `/${pick(['bans', 'banned'])}`,
    (world) => `/who ${pick(['', pick(world.channels), pick(odd)])}`,
    (world) => `/${pick(['ip', 'whois'])} ${pick(world.names)}`,
    (world) => `/${pick(['delchan', 'delete'])} ${pick(world.channels)}`,
    (world) => `/${word(world)} ${words(world)}`,
    (world) => `${pick(['/', '/.', '  /WHO', '//', '/K.i.C.k '])}${words(world)}`,
  ];

  const text = (world: World): string => {
    if (chance(0.45)) return `said ${words(world)} ${below(1_000)}`;
    if (chance(0.75)) return pick(deciding)(world);
    return chance(0.7) ? pick(rare)(world) : `${words(world)}${pick(odd)}`;
  };

  /** Frames that are no packets, or packets that are not due. */
  const strange: readonly ((own: string, world: World) => string | Uint8Array)[] = [
    () => '',
    () => pick(odd),
    () => `${below(20)}`,
    (own) => `0\t${own}`,
    () => `0\t${below(9)}`,
    (own) => `${below(20)}\t${own}\t${pick(odd)}`,
    () => `1\t${pick(odd)}\t${pick(odd)}`,
    () => `3\t${pick(['TYPING', 'TYPING', '', 'MCHAN X_A', `${pick(odd)} TYPING`, `a\t${pick(odd)}`])}`,
    (own, world) => `4\t${own}\t${pick([pick(world.channels), 'Lounge', pick(odd)])}`,
    (own) => `4\t${own}\tLounge`,
    (_, world) => `2\t${below(9)}\t${text(world)}`,
    (own) => `2\t${own}`,
    (own) => `2\t${own}\t${pick(odd)}\t${pick(odd)}\t${pick(odd)}`,
    (own) => `2\t${own}\t${'long '.repeat(below(8_000))}`,
    (own, world) => flip(`2\t${own}\t${text(world)}`),
    () => Uint8Array.from({ length: below(50) }, () => below(256)),
  ];

  function flip(wire: string): string {
    const at = below(wire.length);
    return (
      wire.slice(0, at) + String.fromCharCode(wire.charCodeAt(at) ^ (1 << below(7))) + wire.slice(at + 1)
    );
  }

  return {
    /** One frame of somebody whose id on the wire is `own`. `tame`: a share of frames that are packets 2 of their own. */
    frame: (own: string, world: World, tame: number): string | Uint8Array =>
      chance(tame) ? `2\t${own}\t${text(world)}` : pick(strange)(own, world),
  };
}
