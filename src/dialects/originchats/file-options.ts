import { isShownInline } from '../../domain/attachments/file-type.js';
import { OptionChecks } from '../option-checks.js';
import { dialectName } from './dialect-name.js';

const checks: OptionChecks = new OptionChecks(dialectName);

/** Files in messages (sections 9 and 10). */
export interface AttachmentOptions {
  /** Whether there are any. Default true. */
  readonly enabled: boolean;
  /** Largest file. Default 104,857,600 bytes. Beyond it: not taken, HTTP 413 or 500. */
  readonly maxBytes: number;
  /** Types that are taken, such as `application/pdf`, or `image/*` for all of a kind. Default `image/*`, `video/*`, `audio/*` and `application/pdf`. */
  readonly types: readonly string[];
  /** Traits of identities whose files are kept for `permanentDays`. Default `pro` and `max`. */
  readonly permanentTiers: readonly string[];
  /** Default 365 days. */
  readonly permanentDays: number;
  /** Longest time that everybody else's files are kept; those of 100 MB only one day. Default 7 days. */
  readonly freeDays: number;
  /** How long an upload may send nothing. Default 30,000 ms. Beyond it: HTTP 408. */
  readonly stallMs: number;
  /** Uploads of one address at once; IPv6 by /64. Default 8 uploads. Beyond it: HTTP 429. */
  readonly uploadsPerAddress: number;
}

/** A picture to show what the community is. */
export interface ServerAsset {
  /** PNG, JPEG, GIF or WebP. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** One of the host's plugins as `plugins_list` shows it (section 6.12). */
export interface PluginFacts {
  readonly name: string;
  readonly description: string;
  /** Names of the events that it handles. */
  readonly handles: readonly string[];
}

/** The host's plugins: polylect runs none itself. */
export interface PluginsOption {
  /** By the name of their file. */
  list(): Readonly<Record<string, PluginFacts>>;
  /** Loads one of them anew, or all. A call that throws, or takes longer than 10 s, is answered as failed and reported. */
  reload(file?: string): void | Promise<void>;
}

/** Where a device takes push messages, as Web Push libraries want it. */
export interface PushTarget {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** How push messages are sent: polylect itself sends nothing over the network. */
export interface PushOption {
  /** The public key that devices subscribe with, base64url. */
  readonly vapidPublicKey: string;
  /**
   * Sends a payload, JSON text of `{ title, body, channelName }`, to a device; at most eight calls run at once. A rejection with `statusCode` 404
   * or 410 means that the device is gone: it is forgotten, as it is after three other failures in a row. A call that takes longer than 10 s has failed.
   */
  send(target: PushTarget, payload: string): unknown;
}

export function settleAttachments(given: Partial<AttachmentOptions>): AttachmentOptions {
  checks.need(typeof given === 'object' && given !== null, 'attachments', 'an object');
  const settled: AttachmentOptions = {
    enabled: true,
    maxBytes: 104_857_600,
    types: ['image/*', 'video/*', 'audio/*', 'application/pdf'],
    permanentTiers: ['pro', 'max'],
    permanentDays: 365,
    freeDays: 7,
    stallMs: 30_000,
    uploadsPerAddress: 8,
  };
  checks.only(given, settled, 'attachments.');
  Object.assign(settled, given);
  checks.need(typeof settled.enabled === 'boolean', 'attachments.enabled', 'true or false');
  for (const part of ['types', 'permanentTiers'] as const) {
    const list: unknown = settled[part];
    const texts = Array.isArray(list) && list.every((one) => typeof one === 'string');
    checks.need(texts, `attachments.${part}`, 'a list of texts');
  }
  checks.whole(settled.maxBytes, 'attachments.maxBytes', 1, 2 ** 40);
  checks.whole(settled.permanentDays, 'attachments.permanentDays', 1, 36_500);
  checks.whole(settled.freeDays, 'attachments.freeDays', 1, 36_500);
  checks.whole(settled.stallMs, 'attachments.stallMs', 1, 2 ** 31 - 1);
  checks.whole(settled.uploadsPerAddress, 'attachments.uploadsPerAddress', 1, 1_000_000);
  return settled;
}

type Assets = { readonly icon?: ServerAsset; readonly banner?: ServerAsset };

export function settleAssets(given: Assets): Assets {
  checks.need(typeof given === 'object' && given !== null, 'assets', 'an object');
  for (const [name, asset] of Object.entries(given)) {
    checks.need(name === 'icon' || name === 'banner', `assets.${name}`, 'no value: there is no such picture');
    const shown = asset?.bytes instanceof Uint8Array && isShownInline(asset.type);
    checks.need(shown, `assets.${name}`, '{ type, bytes } with the type of a PNG, JPEG, GIF or WebP image');
  }
  return given;
}

export function settlePlugins(given: PluginsOption | undefined): PluginsOption | undefined {
  const whole = typeof given?.list === 'function' && typeof given.reload === 'function';
  checks.need(given === undefined || whole, 'plugins', '{ list, reload }, two functions');
  return given;
}

export function settlePush(given: PushOption | undefined): PushOption | undefined {
  const whole = typeof given?.vapidPublicKey === 'string' && typeof given.send === 'function';
  checks.need(given === undefined || whole, 'push', '{ vapidPublicKey, send }, a text and a function');
  return given;
}
