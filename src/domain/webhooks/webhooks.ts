import { anyTable } from '../../core/command.js';
import type { Tx } from '../../core/state.js';
import { table } from '../../core/table.js';
import { type Channel, factsOf } from '../channels/channels.js';
import type { Actor } from '../events.js';
import type { ChannelId, UserId } from '../ids.js';
import { tell } from '../rules.js';

/** A way for programs to post into a channel, as events show it. */
export interface WebhookFacts {
  readonly id: string;
  readonly channel: ChannelId;
  readonly name: string;
  readonly createdBy: UserId | 'host';
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  readonly avatar?: string;
}

/** A webhook as it is stored. */
export interface Webhook extends WebhookFacts {
  /** Whoever has it may post. Stored as it is, since managers may look it up again (OriginChats, section 6.11). */
  readonly token: string;
}

export const webhooks = table({
  name: 'webhooks',
  class: 'resident',
  key: 'text',
  id: (webhook: Webhook) => webhook.id,
  indexes: {
    channel: (webhook: Webhook) => webhook.channel,
    token: (webhook: Webhook) => webhook.token,
  },
});

export const webhookTables = [anyTable(webhooks)];

export function webhookFacts({ token: _, ...facts }: Webhook): WebhookFacts {
  return facts;
}

/** A channel ends: nobody posts into it any more. */
export function removeWebhooksOf(tx: Tx, channel: Channel, by: Actor): void {
  for (const webhook of tx.by(webhooks, 'channel', channel.id)) {
    tx.remove(webhooks, webhook.id);
    tell(tx, 'webhook_remove', { webhook: webhookFacts(webhook), channel: factsOf(tx, channel), by });
  }
}
