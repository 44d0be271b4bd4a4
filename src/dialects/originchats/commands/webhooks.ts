import type { View } from '../../../core/table.js';
import { channels } from '../../../domain/channels/channels.js';
import { users } from '../../../domain/users/users.js';
import { type Webhook, type WebhookFacts, webhooks } from '../../../domain/webhooks/webhooks.js';
import type { Ask } from '../ask.js';
import { channelNamed, may, textOf } from '../context.js';
import { isWebLink } from '../links.js';
import { refuse } from '../refusal.js';
import { seconds } from '../shapes.js';
import type { CommandRow } from './command.js';

/** A webhook (section 4); with its token if there is one to show. */
function webhookShape(view: View, { token, ...facts }: WebhookFacts & { readonly token?: string }) {
  return {
    id: facts.id,
    channel: view.get(channels, facts.channel)?.name ?? '',
    name: facts.name,
    ...(token === undefined ? {} : { token }),
    created_by: view.get(users, facts.createdBy as never)?.identity ?? facts.createdBy,
    created_at: seconds(facts.createdAt),
    avatar: facts.avatar ?? null,
  };
}

/** Uuid and uuid without hyphens (section 4). */
function newToken(): string {
  return `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll('-', '');
}

function shown(ask: Ask, webhook: WebhookFacts & { readonly token?: string }): void {
  ask.reply({ webhook: ask.read((view) => webhookShape(view, webhook)) });
}

/** Whether whoever asks is told of a webhook: of one in a channel that they do not see, only if they manage the server. */
function isVisible(ask: Ask, webhook: Webhook): boolean {
  const channel = ask.read((view) => view.get(channels, webhook.channel));
  return channel !== undefined && may(ask, channel, 'see');
}

function webhookOf(ask: Ask): Webhook {
  const id = textOf(ask.request.id) ?? refuse('Webhook ID is required');
  return ask.read((view) => view.get(webhooks, id)) ?? refuse('Webhook not found');
}

const texts = { 'webhook-unknown': 'Webhook not found' };

const create: CommandRow = {
  cmd: 'webhook_create',
  section: '6.11',
  run(ask) {
    ask.needs('manage_server');
    const { request } = ask;
    const to = textOf(request.channel) ?? refuse('Channel is required');
    const name = textOf(request.name) ?? refuse('Webhook name is required');
    const channel = ask.read((view) => channelNamed(view, to)) ?? refuse('Channel not found');
    if (channel.kind !== 'text') refuse('Webhooks can only be created for text channels');
    const failed = 'Failed to create webhook';
    return ask.submit(
      'webhook.create',
      { by: ask.user, id: crypto.randomUUID(), token: newToken(), channel: channel.id, name },
      { 'text-too-long': failed, 'too-many-webhooks': failed, 'id-in-use': failed },
      ({ webhook }) => shown(ask, webhook),
    );
  },
};

const get: CommandRow = {
  cmd: 'webhook_get',
  section: '6.11',
  run(ask) {
    const webhook = webhookOf(ask);
    if (!isVisible(ask, webhook) && !ask.holds('manage_server')) refuse('Webhook not found');
    const { token: _, ...facts } = webhook;
    shown(ask, facts);
  },
};

const list: CommandRow = {
  cmd: 'webhook_list',
  section: '6.11',
  run(ask) {
    const name = textOf(ask.request.channel);
    const channel = name === undefined ? undefined : ask.read((view) => channelNamed(view, name));
    const managing = ask.holds('manage_server');
    const seen = channel !== undefined && (managing || may(ask, channel, 'see'));
    if (name !== undefined && !seen) refuse('Channel not found');
    const found = ask
      .read((view) =>
        channel === undefined ? [...view.all(webhooks)] : view.by(webhooks, 'channel', channel.id),
      )
      .filter((webhook) => managing || isVisible(ask, webhook));
    // The original shows tokens to everybody; whoever has one may post (section 15).
    const list = ask.read((view) =>
      found.map(({ token, ...facts }) => webhookShape(view, managing ? { ...facts, token } : facts)),
    );
    ask.reply({ webhooks: list });
  },
};

const update: CommandRow = {
  cmd: 'webhook_update',
  section: '6.11',
  run(ask) {
    ask.needs('manage_server');
    const { id } = webhookOf(ask);
    const { name, avatar } = ask.request;
    if (name !== undefined && textOf(name) === undefined) refuse('Webhook name must be a non-empty string');
    if (avatar !== undefined && avatar !== null && typeof avatar !== 'string')
      refuse('Webhook avatar must be a string or null');
    if (avatar && !isWebLink(avatar)) refuse('Webhook avatar must be an http or https URL');
    if (name === undefined && avatar === undefined) refuse('No updates provided');
    const input = {
      by: ask.user,
      id,
      ...(typeof name === 'string' ? { name } : {}),
      ...(avatar === undefined ? {} : { avatar: avatar || null }),
    };
    return ask.submit('webhook.update', input, texts, ({ webhook }) => shown(ask, webhook));
  },
};

const regenerate: CommandRow = {
  cmd: 'webhook_regenerate',
  section: '6.11',
  run(ask) {
    ask.needs('manage_server');
    const { id } = webhookOf(ask);
    return ask.submit('webhook.regenerate', { by: ask.user, id, token: newToken() }, texts, ({ webhook }) =>
      shown(ask, webhook),
    );
  },
};

const remove: CommandRow = {
  cmd: 'webhook_delete',
  section: '6.11',
  run(ask) {
    ask.needs('manage_server');
    const { id } = webhookOf(ask);
    return ask.submit('webhook.remove', { by: ask.user, id }, texts, () => ask.reply({ id, deleted: true }));
  },
};

export const webhookCommands: readonly CommandRow[] = [create, get, list, update, regenerate, remove];
