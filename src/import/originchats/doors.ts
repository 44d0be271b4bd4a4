import type { UserId } from '../../domain/ids.js';
import { type PushSubscription, pushSubscriptions } from '../../domain/push/push.js';
import { type Webhook, webhooks } from '../../domain/webhooks/webhooks.js';
import { isFields, isKey, msOf, textOf } from './folder.js';
import type { Ground } from './rest.js';

/** Webhooks of channels that are there, with their tokens. */
export async function takeWebhooks(ground: Ground): Promise<void> {
  const { folder, report, people, writer, now } = ground;
  const tokens = new Set<string>();
  for (const [id, given] of Object.entries(folder.object('webhooks.json'))) {
    const fields = isFields(given) ? given : {};
    const channel = ground.channels.get(textOf(fields.channel) ?? '');
    const token = textOf(fields.token);
    const avatar = textOf(fields.avatar);
    if (channel === undefined || token === undefined || tokens.has(token) || !isKey(id)) {
      const why = channel === undefined ? 'is for a channel that is not there' : 'has no token of its own';
      report.skip({ file: 'webhooks.json', what: id, why });
      continue;
    }
    tokens.add(token);
    const creator = textOf(fields.created_by);
    const webhook: Webhook = {
      id,
      channel,
      name: textOf(fields.name) ?? 'webhook',
      token,
      createdBy: people.present(creator) ?? (creator as UserId | undefined) ?? 'host',
      createdAt: msOf(fields.created_at) ?? now,
      ...(avatar === undefined ? {} : { avatar }),
    };
    report.count('webhooks');
    if (writer.put(webhooks.name, id, webhook)) await writer.flush();
  }
}

/** Where devices of users who are there take messages. */
export async function takePush({ folder, report, people, writer, now }: Ground): Promise<void> {
  const file = 'push_subscriptions.json';
  for (const [name, list] of Object.entries(folder.object(file))) {
    const user = people.present(people.named(name));
    if (user === undefined || !Array.isArray(list)) {
      report.skip({ file, what: name, why: 'is not a user' });
      continue;
    }
    for (const fields of list.filter(isFields)) {
      const [endpoint, p256dh, auth] = [fields.endpoint, fields.p256dh, fields.auth].map(textOf);
      if (!endpoint || !p256dh || !auth || !/^https:\/\/[!-~]{1,2040}$/.test(endpoint)) {
        report.skip({ file, what: name, why: 'has a subscription that is none' });
        continue;
      }
      const fingerprint = textOf(fields.device_fingerprint) ?? '';
      const usedAt = msOf(fields.last_used) ?? now;
      const row: PushSubscription = { endpoint, user, p256dh, auth, fingerprint, usedAt };
      report.count('push subscriptions');
      if (writer.put(pushSubscriptions.name, endpoint, row)) await writer.flush();
    }
  }
}
