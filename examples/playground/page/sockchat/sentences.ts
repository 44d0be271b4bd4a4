import type { LoginError, PlainNotice } from 'polylect/client';

type Words = (first: string, second: string) => string;

/** Notices of the protocol in words. */
export const sentences: Readonly<Record<string, Words>> = {
  say: (text) => text,
  welcome: (text) => text,
  silence: () => 'You have been silenced: nobody sees what you write.',
  unsil: () => 'You may speak again.',
  silok: (name) => `${name} is silenced now.`,
  usilok: (name) => `${name} may speak again.`,
  flwarn: () => 'That was fast. If you go on like this, you will be sent away.',
  unban: (name) => `${name} may come back.`,
  banlist: (list) => (list === '' ? 'Nobody is banned.' : `Banned: ${list}`),
  who: (list) => `Online: ${list}`,
  whochan: (room, list) => `In #${room}: ${list === '' ? 'nobody' : list}`,
  join: (name) => `${name} came in.`,
  leave: (name) => `${name} has left.`,
  kick: (name) => `${name} was sent away.`,
  flood: (name) => `${name} was sent away for flooding.`,
  timeout: (name) => `${name} lost the connection.`,
  jchan: (name) => `${name} joined the room.`,
  lchan: (name) => `${name} went to another room.`,
  nick: (before, now) => `${before} is now called ${now}.`,
  crchan: (room) => `#${room} is open.`,
  delchan: (room) => `#${room} is closed.`,
  cpwdchan: () => 'The password of this room was changed.',
  cprivchan: () => 'The rank for this room was changed.',
  ipaddr: (name, address) => `${name} is connected from ${address}.`,
  generr: () => 'That did not work.',
  nocmd: (name) => `There is no command /${name}.`,
  cmdna: (name) => `You may not use ${name}.`,
  cmderr: () => 'That command needs something else behind it.',
  usernf: (name) => `Nobody called ${name} is here.`,
  rankerr: () => 'Your rank is too low for that.',
  silself: () => 'You cannot silence yourself.',
  silperr: () => 'You cannot silence somebody of your rank or above.',
  silerr: () => 'They are silenced already.',
  usilperr: () => 'You cannot give a voice to somebody of your rank or above.',
  usilerr: () => 'They are not silenced.',
  delerr: () => 'There is no such message, or you may not delete it.',
  kickna: (name) => `You cannot send ${name} away.`,
  notban: (name) => `${name} is not banned.`,
  whoerr: (room) => `You may not look into #${room}.`,
  nochan: (room) => `There is no room #${room}.`,
  samechan: (room) => `You are in #${room} already.`,
  ipchan: (room) => `Your rank is too low for #${room}.`,
  ipwchan: (room) => `That is not the password of #${room}.`,
  nopwchan: (room) => `#${room} needs a password.`,
  inchan: () => 'Room names are letters, digits, - and _.',
  nischan: (room) => `There is a room #${room} already.`,
  ndchan: (room) => `You may not close #${room}.`,
  namchan: (room) => `You may not change #${room}.`,
  nameinuse: (name) => `${name} is taken.`,
};

/** A notice as a sentence; one that is not known is shown as it came. */
export function sentence({ id, args }: PlainNotice): string {
  const words = Object.hasOwn(sentences, id) ? sentences[id] : undefined;
  return words === undefined ? [id, ...args].join(' · ') : words(args[0] ?? '', args[1] ?? '');
}

const moment = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** When a ban ends. */
export function ending(until: Date | null | undefined): string {
  if (until === undefined) return '';
  return until === null ? ' The ban has no end.' : ` The ban ends ${moment.format(until)}.`;
}

/** Why a login was refused. */
export function refusal({ reason, until }: LoginError): string {
  switch (reason) {
    case 'userfail':
      return 'Somebody with that name is here right now. Choose another one.';
    case 'sockfail':
      return 'You are connected too many times already.';
    case 'joinfail':
      return `You are banned.${ending(until)}`;
    default:
      return 'The server does not let you in.';
  }
}

/** A display name without its away tag. */
export function shownName({ bareName, hasNickname }: { bareName: string; hasNickname: boolean }): string {
  return hasNickname ? `~${bareName}` : bareName;
}
