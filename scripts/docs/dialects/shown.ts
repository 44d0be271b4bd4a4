import type { Audience } from '../../../src/core/event.js';
import type { Rendering } from '../../../src/delivery/deliver.js';
import { eventStreamReader } from '../../../src/dialects/conclave/events.js';
import type { Dialect } from '../../../src/dialects/dialect.js';
import { PACKETS } from '../../../src/dialects/sockchat/packet-table.js';
import { TYPING } from '../../../src/dialects/sockchat/packets.js';
import { type ChannelFacts, isOpen } from '../../../src/domain/channels/channels.js';
import type { ChatEvent } from '../../../src/domain/events.js';

/** The protocols, in the order of the columns. */
export const protocols = ['sockchat', 'originchats', 'venueless', 'conclave'] as const;

/** The name of a protocol. */
export type Protocol = (typeof protocols)[number];

/** How a packet is called in the document of its protocol. */
const names: Readonly<Record<Protocol, (packet: never) => string>> = {
  sockchat: sockchatName,
  originchats: ({ cmd }: { readonly cmd: string }) => `\`${cmd}\``,
  venueless: venuelessName,
  conclave: conclaveName,
};

/** What viewers of a protocol see of an event, in words: `` `6` to `channel` ``. Empty: nothing. */
export function shownOf(
  protocol: Protocol,
  renderings: readonly Rendering<unknown>[],
  event: ChatEvent,
): string {
  const nameOf = names[protocol] as (packet: unknown) => string;
  const parts: { readonly told: string[]; readonly whom: string[] }[] = [];
  for (const { to, packets, close, feature } of renderings) {
    if (packets.length === 0 && close === undefined) continue;
    const all = audienceWords(to, event);
    if (all === undefined) continue;
    const whom = feature === TYPING ? `${all} whose clients know it` : all;
    const told = [...packets.map(nameOf), ...(close === undefined ? [] : ['the end'])];
    const last = parts.at(-1);
    const same = parts.find((one) => one.told.join() === told.join());
    if (same !== undefined) {
      if (!same.whom.includes(whom)) same.whom.push(whom);
    } else if (last?.whom.join() === whom) last.told.push(...told);
    else parts.push({ told, whom: [whom] });
  }
  return parts.map(({ told, whom }) => `${inTurn(told)} to ${whom.join(' and ')}`).join('; ');
}

/** Packets in their order, those that come several times in a row once. */
function inTurn(told: readonly string[]): string {
  return told.filter((one, index) => one !== told[index - 1]).join(', ');
}

/** Whom an audience is of; `undefined`: nobody ever. A name in code is a field of the event. */
function audienceWords(to: Audience, event: ChatEvent): string | undefined {
  switch (to.to) {
    case 'everyone':
      return 'all';
    case 'channel':
      return 'those in the channel';
    case 'subscribers':
      return 'its followers';
    case 'viewers':
      return isOpen(to.of as ChannelFacts) ? 'all who may see it' : undefined;
    case 'user':
      return usersWords([to.user], event);
    case 'users':
      return usersWords(to.users, event);
    case 'session':
      return fieldOf(event, (value) => value === to.session || isListOf(value, [to.session])) ?? 'a session';
  }
}

function usersWords(users: readonly string[], event: ChatEvent): string {
  const list = fieldOf(event, (value) => isListOf(value, users));
  if (list !== undefined) return list;
  const [first] = users;
  const one = fieldOf(event, (value) => users.length === 1 && userIn(value) === first);
  const among = fieldOf(
    event,
    (value) => Array.isArray(value) && value.some((each) => userIn(each) === first),
  );
  return among ?? one ?? 'those concerned';
}

function userIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'user' in value ? value.user : value;
}

function isListOf(value: unknown, wanted: readonly string[]): boolean {
  if (!Array.isArray(value) || value.length === 0) return false;
  return JSON.stringify(value.map(userIn)) === JSON.stringify(wanted);
}

/** Fields of events that say who did it, or how somebody was: not whom it is told. */
const others: ReadonlySet<string> = new Set(['by', 'before']);

/** The first field of an event that is meant, as code. */
function fieldOf(event: ChatEvent, isMeant: (value: unknown) => boolean): string | undefined {
  const found = Object.entries(event).find(([name, value]) => !others.has(name) && isMeant(value));
  return found === undefined ? undefined : `\`${found[0]}\``;
}

interface SockPacket {
  readonly kind: string;
  readonly text?: string;
  readonly banned?: boolean;
  readonly mode?: number;
}

/** The number, then the field that tells kinds of it apart, or the name of a notice: `7→1`, `2 silence`. */
function sockchatName({ kind, text = '', banned, mode }: SockPacket): string {
  const row = PACKETS.find((one) => one.direction === 'server' && one.kind === kind);
  if (row === undefined) throw new Error(`no packet of Sock Chat is called ${kind}`);
  const sub = row.sub ?? (banned === undefined ? mode : Number(banned));
  const [type, notice] = text.split('\f');
  const said = kind === 'message' && notice !== undefined && /^[01]$/.test(type ?? '') ? ` ${notice}` : '';
  return `\`${row.number}${sub === undefined || sub === null ? '' : `→${sub}`}${said}\``;
}

/** The action; of an event of a channel, what it is one of. */
function venuelessName(frame: readonly [action: string, payload: unknown]): string {
  const [action, payload] = frame;
  const { content, code } = payload as {
    readonly content?: { readonly type?: string; readonly membership?: string };
    readonly code?: string;
  };
  const detail = content?.membership ?? content?.type ?? code;
  return detail === undefined ? `\`${action}\`` : `\`${action}\` (${detail})`;
}

/** The event of the stream. */
function conclaveName(frame: string): string {
  const [item] = eventStreamReader()(new TextEncoder().encode(frame));
  if (item?.kind !== 'event') throw new Error('a stream of Conclave was sent what is no event');
  return `\`${item.event.case.replace(/[A-Z]/g, (letter: string) => `_${letter.toLowerCase()}`)}\``;
}

/** What a protocol says of an event: its packets, or why it is silent. */
export type Answer = { readonly shown: string } | { readonly silent: string };

/** Asks the row of a render table. */
export function ask(protocol: Protocol, dialect: Dialect, event: ChatEvent): Answer {
  const row = dialect.render[event.type] as
    | ((event: ChatEvent) => readonly Rendering<unknown>[])
    | { readonly silent: string };
  return typeof row === 'function' ? { shown: shownOf(protocol, row(event), event) } : row;
}
