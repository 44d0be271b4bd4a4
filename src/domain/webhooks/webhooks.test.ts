import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { ChannelId } from '../ids.js';
import { webhooks } from './webhooks.js';

function rig(change: Parameters<typeof community>[0] = {}) {
  const chat = community(change);
  const lounge = chat.channel('lounge').id;
  const create = (id: string, more: object = {}) =>
    chat.run('webhook.create', { by: 'host', id, token: `t-${id}`, channel: lounge, name: 'build', ...more });
  const post = (token: string, more: object = {}) =>
    chat.run('webhook.post', { token, text: 'green', ...more });
  const all = () => chat.bench.read((view) => [...view.all(webhooks)].map((one) => one.id));
  return { ...chat, lounge, create, post, all };
}

describe('webhooks', () => {
  test('are made for text channels, and told without their token', () => {
    const { run, create, told, lounge, join, bench } = rig();
    const root = join('root', { roles: ['owner'] });
    run('channel.create', { by: 'host', name: 'talk', kind: 'voice' });
    const [talk] = told('channel_create');
    expect(create('w', { by: root, avatar: 'https://pictures.example/a.png' })).toEqual({
      webhook: {
        id: 'w',
        token: 't-w',
        channel: lounge,
        name: 'build',
        createdBy: root,
        createdAt: bench.at,
        avatar: 'https://pictures.example/a.png',
      },
    });
    const [event] = told('webhook_create');
    expect(event).toMatchObject({
      webhook: { id: 'w', name: 'build' },
      channel: { name: 'lounge' },
      by: root,
    });
    expect(JSON.stringify(event)).not.toContain('t-w');
    expect(outcome(create('x', { channel: 'none' as ChannelId }))).toBe('channel-unknown');
    expect(outcome(create('x', { channel: talk?.channel.channel }))).toBe('channel-kind');
    expect(outcome(create('x', { name: '' }))).toBe('webhook-name-invalid');
    expect(outcome(create('x', { name: 'n'.repeat(257) }))).toBe('text-too-long');
    expect(outcome(create('x', { avatar: 'a'.repeat(2_049) }))).toBe('text-too-long');
    expect(outcome(create('w', { token: 'other' }))).toBe('id-in-use');
    expect(outcome(create('x', { token: 't-w' }))).toBe('id-in-use');
  });

  test('are for those who manage the server, and a bounded number for each channel', () => {
    const { run, create, join } = rig({ limits: { ...domainLimits, webhooksPerChannel: 1 } });
    const anna = join('anna', { permissions: everything });
    expect(outcome(create('w', { by: anna }))).toBe('not-permitted');
    expect(outcome(create('w'))).toBe('granted');
    expect(outcome(create('x'))).toBe('too-many-webhooks');
    for (const by of [anna, 'host'] as const) {
      const code = by === 'host' ? 'granted' : 'not-permitted';
      expect(outcome(run('webhook.update', { by, id: 'w', name: 'test' }))).toBe(code);
      expect(outcome(run('webhook.regenerate', { by, id: 'w', token: 'new' }))).toBe(code);
      expect(outcome(run('webhook.remove', { by, id: 'w' }))).toBe(code);
    }
    for (const run1 of [
      () => run('webhook.update', { by: 'host', id: 'w', name: 'test' }),
      () => run('webhook.regenerate', { by: 'host', id: 'w', token: 'new' }),
      () => run('webhook.remove', { by: 'host', id: 'w' }),
    ])
      expect(outcome(run1())).toBe('webhook-unknown');
  });

  test('keep what an update leaves out', () => {
    const { run, create, told } = rig();
    create('w', { avatar: 'a' });
    const update = (more: object) => run('webhook.update', { by: 'host', id: 'w', ...more });
    expect(update({ name: 'test' })).toMatchObject({ webhook: { name: 'test', avatar: 'a' } });
    expect(told('webhook_update')).toMatchObject([
      { before: { name: 'build' }, webhook: { name: 'test' }, renewed: false },
    ]);
    expect(update({ avatar: 'b' })).toMatchObject({ webhook: { name: 'test', avatar: 'b' } });
    expect(update({ avatar: null })).not.toHaveProperty('webhook.avatar');
    expect(outcome(update({ name: '' }))).toBe('webhook-name-invalid');
    update({});
    expect(told('webhook_update')).toEqual([]);
  });

  test('let in who has the token, and only the newest', () => {
    const { run, create, post, told } = rig();
    create('w');
    create('x');
    expect(outcome(post('t-none'))).toBe('webhook-unknown');
    expect(outcome(post('t-w'))).toBe('granted');
    expect(outcome(run('webhook.regenerate', { by: 'host', id: 'w', token: 't-x' }))).toBe('id-in-use');
    expect(run('webhook.regenerate', { by: 'host', id: 'w', token: 'new' })).toMatchObject({
      webhook: { token: 'new' },
    });
    expect(told('webhook_update')).toMatchObject([{ renewed: true }]);
    expect(JSON.stringify(told('webhook_update'))).not.toContain('"new"');
    expect(outcome(post('t-w'))).toBe('webhook-unknown');
    expect(outcome(post('new'))).toBe('granted');
  });

  test("post with the server's own voice under their name or another", () => {
    const { create, post, told, join, lounge } = rig();
    const anna = join('anna');
    create('w', { avatar: 'a' });
    const embeds = [{ title: 'build 5' }];
    post('t-w', { text: '@anna look', embeds });
    expect(told('message')).toMatchObject([
      {
        message: { author: null, channel: lounge, embeds, webhook: { id: 'w', name: 'build', avatar: 'a' } },
        mentions: { users: [{ user: anna }] },
      },
    ]);
    post('t-w', { username: 'ci', avatar: 'b' });
    expect(told('message')[0]?.message.webhook).toEqual({ id: 'w', name: 'ci', avatar: 'b' });
    expect(outcome(post('t-w', { text: '' }))).toBe('message-empty');
    expect(outcome(post('t-w', { text: 'x'.repeat(5_001) }))).toBe('message-too-long');
    expect(outcome(post('t-w', { username: '' }))).toBe('webhook-name-invalid');
    expect(outcome(post('t-w', { username: 'n'.repeat(257) }))).toBe('text-too-long');
  });

  test('are gone with their channel', () => {
    const { run, create, channel, told, all, post } = rig();
    run('channel.create', { by: 'host', name: 'den' });
    create('w');
    create('x', { channel: channel('den').id });
    run('channel.delete', { by: 'host', channel: channel('den').id });
    expect(told('webhook_remove')).toMatchObject([
      { webhook: { id: 'x' }, channel: { name: 'den' }, by: 'host' },
    ]);
    expect(all()).toEqual(['w']);
    expect(outcome(post('t-x'))).toBe('webhook-unknown');
  });
});
