import * as v from 'valibot';
import { textOf } from '../context.js';
import type { OriginChatsSettings } from '../options.js';
import { refuse } from '../refusal.js';
import { fieldsOf } from '../schema.js';
import type { CommandRow } from './command.js';

const announced = ({ push }: OriginChatsSettings) => push !== undefined;
const notConfigured = 'VAPID keys not configured on this server';

const getVapid: CommandRow = {
  cmd: 'push_get_vapid',
  section: '6.12',
  announced,
  run(ask) {
    const { push } = ask.tools.settings;
    ask.reply({ key: (push ?? refuse(notConfigured)).vapidPublicKey }, 'push_vapid');
  },
};

const text = v.pipe(v.string(), v.nonEmpty());
const device = v.object({ endpoint: text, keys: v.object({ p256dh: text, auth: text }) });

const subscribe: CommandRow = {
  cmd: 'push_subscribe',
  section: '6.12',
  announced,
  run(ask) {
    const { host, settings } = ask.tools;
    if (settings.push === undefined) refuse(notConfigured);
    const given = ask.request.subscription;
    if (typeof given !== 'object' || given === null) refuse('Missing subscription object');
    const wish = fieldsOf(device, given);
    if (typeof wish === 'string') refuse('subscription must include endpoint, keys.p256dh and keys.auth');
    const { endpoint, keys } = wish;
    const digest = host.sha256();
    digest.update(new TextEncoder().encode(endpoint));
    const fingerprint = digest.hex().slice(0, 32);
    const failed = 'Failed to save subscription';
    return ask.submit(
      'push.subscribe',
      { by: ask.user, endpoint, p256dh: keys.p256dh, auth: keys.auth, fingerprint },
      { 'push-invalid': failed, unavailable: failed },
      () => ask.reply({ success: true, device_fingerprint: fingerprint }, 'push_subscribed'),
    );
  },
};

const unsubscribe: CommandRow = {
  cmd: 'push_unsubscribe',
  section: '6.12',
  announced,
  run(ask) {
    const endpoint = textOf(ask.request.endpoint) ?? refuse('Missing endpoint');
    const texts = { unavailable: 'Failed to remove subscription' };
    return ask.submit('push.unsubscribe', { by: ask.user, endpoint }, texts, () =>
      ask.reply({ success: true }, 'push_unsubscribed'),
    );
  },
};

export const pushCommands: readonly CommandRow[] = [getVapid, subscribe, unsubscribe];
