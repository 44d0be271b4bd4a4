import { arrows } from '../../../support/sock-probe.js';
import { beginning } from './clock.js';

const start = beginning / 1000;

/**
 * A frame as the specification prints one: {@link arrows}. Ids of the one series become `#`; times become `T`, or
 * `T+30` for 30 seconds after the beginning.
 */
export function show(frame: string): string {
  const masked = frame
    .split('\t')
    .map((field) => field.replace(/^2857\d{10}$/, '#').replace(/^1700\d{6}$/, time))
    .join('\t');
  return arrows(masked);
}

function time(seconds: string): string {
  const after = Number(seconds) - start;
  if (after === 0) return 'T';
  return after > 0 ? `T+${after}` : `T${after}`;
}

/** An error of section 7 as its receiver sees it. */
export function error(id: string, ...args: readonly string[]): string {
  return notice('1', id, args);
}

/** An information of section 7 as its receiver sees it. */
export function info(id: string, ...args: readonly string[]): string {
  return notice('0', id, args);
}

function notice(type: string, id: string, args: readonly string[]): string {
  return `2→T→-1→${[type, id, ...args].join('␌')}→#→10010`;
}

/** The item of `who` and `whochan` (section 7), byte for byte. */
export function whoItem(name: string, own = false): string {
  const bold = own ? ' style="font-weight: bold;"' : '';
  return `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${bold}>${name}</a>`;
}

/** The item of `banlist` (section 7), byte for byte. */
export function banItem(name: string): string {
  return `<a href="javascript:void(0);" onclick="Chat.SendMessageWrapper('/unban '+ this.innerHTML);">${name}</a>`;
}
