import type { Noun, Rule, Rules } from '../../core/command.js';
import type { Rejection } from '../../core/rejection.js';
import type { Tx } from '../../core/state.js';
import type { View } from '../../core/table.js';
import { holdsAs } from '../acting.js';
import { type Channel, channels, factsOf } from '../channels/channels.js';
import type { DomainConfig } from '../config.js';
import type { Actor } from '../events.js';
import type { ChannelId, MessageId } from '../ids.js';
import { type MessageCommands, messageNoun } from '../messages/commands.js';
import type { Message } from '../messages/messages.js';
import { log, type ModlogAction, needsLog } from '../modlog/modlog.js';
import { type RejectionCode, refuse } from '../rejections.js';
import { tell } from '../rules.js';
import { tooLong } from '../text-limits.js';
import { type Webhook, type WebhookFacts, webhookFacts, webhooks, webhookTables } from './webhooks.js';

/** What changes webhooks needs `manage_server`. Ids and tokens are made by the caller, from a random source. */
export interface WebhookCommands {
  'webhook.create': {
    input: {
      readonly by: Actor;
      readonly id: string;
      readonly token: string;
      /** A text channel. */
      readonly channel: ChannelId;
      /** 1 to 256 characters. */
      readonly name: string;
      /** A link, up to 2,048 characters. */
      readonly avatar?: string;
    };
    result: { readonly webhook: Webhook };
  };
  /** What is left out stays. `avatar: null` takes it away. */
  'webhook.update': {
    input: {
      readonly by: Actor;
      readonly id: string;
      readonly name?: string;
      readonly avatar?: string | null;
    };
    result: { readonly webhook: WebhookFacts };
  };
  /** From now on only the new token is good. */
  'webhook.regenerate': {
    input: { readonly by: Actor; readonly id: string; readonly token: string };
    result: { readonly webhook: Webhook };
  };
  'webhook.remove': { input: { readonly by: Actor; readonly id: string }; result: undefined };
  /** Says something in the channel of a webhook, with the server's own voice. `username` and `avatar` stand in for the webhook's. */
  'webhook.post': {
    input: {
      readonly token: string;
      /** May be empty if there are embeds. */
      readonly text: string;
      readonly embeds?: Message['embeds'];
      readonly username?: string;
      readonly avatar?: string;
    };
    result: { readonly id: MessageId };
  };
}

type Send = MessageCommands['message.send'];

export function webhookNoun(config: DomainConfig): Noun {
  const send = messageNoun(config).rules['message.send'] as Rule<Send['input'], Send['result']>;
  /** The webhook and its channel, for who may manage them. */
  const managed = (tx: Tx, by: Actor, id: string): Found | Rejection<RejectionCode> => {
    if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
    const webhook = tx.get(webhooks, id);
    const channel = webhook === undefined ? undefined : tx.get(channels, webhook.channel);
    return webhook === undefined || channel === undefined ? refuse('webhook-unknown') : { webhook, channel };
  };
  const write = (tx: Tx, by: Actor, action: ModlogAction, webhook: Webhook, more: object = {}) =>
    log(tx, config, by, action, {
      webhook: webhook.id,
      channel: webhook.channel,
      name: webhook.name,
      ...more,
    });
  const change = (tx: Tx, by: Actor, { webhook: before, channel }: Found, webhook: Webhook) => {
    tx.put(webhooks, webhook);
    const facts = { webhook: webhookFacts(webhook), before: webhookFacts(before) };
    tell(tx, 'webhook_update', {
      ...facts,
      renewed: webhook.token !== before.token,
      channel: factsOf(tx, channel),
      by,
    });
  };

  const rules: Rules<WebhookCommands> = {
    'webhook.create': {
      needs: () => needsLog('webhook_create'),
      decide(tx, { by, id, token, channel: to, name, avatar }) {
        if (!holdsAs(tx, config, by, 'manage_server')) return refuse('not-permitted');
        const channel = tx.get(channels, to);
        if (channel === undefined) return refuse('channel-unknown');
        if (channel.kind !== 'text') return refuse('channel-kind');
        const no = wrongLook(name, avatar);
        if (no !== undefined) return no;
        if (tx.get(webhooks, id) !== undefined || byToken(tx, token) !== undefined)
          return refuse('id-in-use');
        const limit = config.limits.webhooksPerChannel;
        if (tx.by(webhooks, 'channel', to).length >= limit) return refuse('too-many-webhooks', { limit });
        const webhook: Webhook = {
          id,
          channel: to,
          name,
          token,
          createdBy: by === 'chat' ? 'host' : by,
          createdAt: tx.at,
          ...(avatar === undefined ? {} : { avatar }),
        };
        tx.put(webhooks, webhook);
        write(tx, by, 'webhook_create', webhook);
        tell(tx, 'webhook_create', { webhook: webhookFacts(webhook), channel: factsOf(tx, channel), by });
        return { webhook };
      },
    },
    'webhook.update': {
      needs: () => needsLog('webhook_update'),
      decide(tx, { by, id, name, avatar }) {
        const found = managed(tx, by, id);
        if (!('webhook' in found)) return found;
        const no = wrongLook(name ?? found.webhook.name, avatar ?? undefined);
        if (no !== undefined) return no;
        const { avatar: kept, ...rest } = found.webhook;
        const next = avatar === undefined ? kept : (avatar ?? undefined);
        const webhook = { ...rest, name: name ?? rest.name, ...(next === undefined ? {} : { avatar: next }) };
        if (name !== undefined || avatar !== undefined) {
          write(tx, by, 'webhook_update', webhook, {
            ...(webhook.name === rest.name ? {} : { before: rest.name }),
            changed: [...(name === undefined ? [] : ['name']), ...(avatar === undefined ? [] : ['avatar'])],
          });
          change(tx, by, found, webhook);
        }
        return { webhook: webhookFacts(webhook) };
      },
    },
    'webhook.regenerate': {
      needs: () => needsLog('webhook_regenerate'),
      decide(tx, { by, id, token }) {
        const found = managed(tx, by, id);
        if (!('webhook' in found)) return found;
        if (byToken(tx, token) !== undefined) return refuse('id-in-use');
        const webhook = { ...found.webhook, token };
        write(tx, by, 'webhook_regenerate', webhook);
        change(tx, by, found, webhook);
        return { webhook };
      },
    },
    'webhook.remove': {
      needs: () => needsLog('webhook_delete'),
      decide(tx, { by, id }) {
        const found = managed(tx, by, id);
        if (!('webhook' in found)) return found;
        tx.remove(webhooks, id);
        write(tx, by, 'webhook_delete', found.webhook);
        const channel = factsOf(tx, found.channel);
        tell(tx, 'webhook_remove', { webhook: webhookFacts(found.webhook), channel, by });
        return undefined;
      },
    },
    'webhook.post': {
      needs(view, input) {
        const webhook = byToken(view, input.token);
        return webhook === undefined ? [] : (send.needs?.(view, messageOf(webhook, input)) ?? []);
      },
      decide(tx, input) {
        const webhook = byToken(tx, input.token);
        if (webhook === undefined) return refuse('webhook-unknown');
        const no = wrongLook(input.username ?? webhook.name, input.avatar);
        return no ?? send.decide(tx, messageOf(webhook, input));
      },
    },
  };
  return { name: 'webhooks', tables: webhookTables, rules: rules as Noun['rules'] };
}

interface Found {
  readonly webhook: Webhook;
  readonly channel: Channel;
}

function byToken(view: View, token: string): Webhook | undefined {
  return view.one(webhooks, 'token', token);
}

function wrongLook(name: string, avatar: string | undefined): Rejection<RejectionCode> | undefined {
  return name === '' ? refuse('webhook-name-invalid') : (tooLong('name', name) ?? tooLong('link', avatar));
}

function messageOf(webhook: Webhook, input: WebhookCommands['webhook.post']['input']): Send['input'] {
  const { text, embeds, username, avatar = webhook.avatar } = input;
  return {
    by: 'host',
    channel: webhook.channel,
    text,
    ...(embeds === undefined ? {} : { embeds }),
    webhook: { id: webhook.id, name: username ?? webhook.name, ...(avatar === undefined ? {} : { avatar }) },
  };
}
