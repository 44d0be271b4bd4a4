import { describe, expect, test } from 'vitest';
import { type Community, community, outcome } from '../../../tests/support/community.js';
import type { MessageId, RoleId, UserId } from '../ids.js';
import { online } from '../sessions/online.js';
import {
  type ModlogCategory,
  type ModlogEntry,
  modlog,
  modlogActions,
  modlogCategories,
  modlogDays,
} from './modlog.js';

const day = 86_400_000;

/** Everything that was logged, oldest first. */
function entries({ bench }: Community): ModlogEntry[] {
  // A category that nothing was logged in has not been loaded.
  const newest = (category: ModlogCategory) => {
    try {
      return bench.read((view) => view.newest(modlog, category, 1_000));
    } catch {
      return [];
    }
  };
  return modlogCategories.flatMap(newest).sort((a, b) => a.id - b.id);
}

const actions = (set: Community) => entries(set).map((one) => one.action);

describe('the log of moderation', () => {
  test('tells who did what to whom, when, and under which names', () => {
    const set = community();
    const mod = set.join('mod', { rank: 5, permissions: ['user.ban'] });
    const anna = set.join('anna');
    set.bench.at += 1_000;
    const until = set.bench.at + day;
    set.run('user.ban', { by: mod, user: anna, until, text: 'rude' });
    const { at } = set.bench;
    expect(entries(set)).toEqual([
      {
        id: expect.any(Number),
        category: 'user_moderation',
        action: 'user_ban',
        actor: mod,
        actorName: 'mod',
        target: anna,
        targetName: 'anna',
        details: { until, text: 'rude' },
        at,
      },
    ]);
    expect(set.told('user_ban')).toHaveLength(1);
  });

  test('has an entry for each act of the host and of users, and none for what is refused', () => {
    const set = community();
    const { run, join } = set;
    const anna = join('anna', { permissions: ['message.send'] }, { address: '10.0.0.1' });
    const by = 'host';
    run('user.kick', { by: anna, user: join('ben') });
    expect(entries(set)).toEqual([]);
    run('user.nick', { by, user: anna, nick: 'ann' });
    run('user.silence', { by, user: anna, until: null });
    run('user.unsilence', { by, user: anna });
    run('address.ban', { by, address: '10.9.9.9', until: null });
    run('address.unban', { by, address: '10.9.9.9' });
    const { role } = run('role.create', { by, name: 'cook', selfAssignable: true }) as { role: RoleId };
    run('role.update', { by, role, name: 'chef', hoisted: true });
    run('role.reorder', { by, roles: [role] });
    run('user.roles', { by, user: anna, roles: ['chef'] });
    run('user.role.drop', { user: anna, role: 'chef' });
    run('user.role.take', { user: anna, role: 'chef' });
    run('role.delete', { by, role });
    run('channel.create', { by, name: 'den' });
    const { id: channel } = set.channel('den');
    run('channel.update', { by, channel, name: 'cave' });
    run('channel.move', { by, channel, position: 0 });
    run('channel.delete', { by, channel });
    run('announce', { by, text: 'hear' });
    run('user.kick', { by, user: anna });
    run('user.ban', { by, user: anna, until: null });
    run('user.unban', { by, user: anna });
    run('user.remove', { by, user: anna, via: 'host' });
    expect(actions(set)).toEqual([
      'user_update',
      'user_timeout',
      'user_untimeout',
      'address_ban',
      'address_unban',
      'role_create',
      'role_update',
      'role_reorder',
      'user_roles_set',
      'self_role_remove',
      'self_role_add',
      'role_delete',
      'channel_create',
      'channel_update',
      'channel_move',
      'channel_delete',
      'announcement',
      'user_kick',
      'user_ban',
      'user_unban',
      'user_delete',
    ]);
    const details = (action: string) => entries(set).find((one) => one.action === action)?.details;
    expect(details('role_update')).toEqual({
      role,
      name: 'chef',
      before: 'cook',
      changed: ['name', 'hoisted'],
    });
    expect(details('channel_update')).toEqual({ channel, name: 'cave', before: 'den', changed: ['name'] });
    expect(details('user_roles_set')).toEqual({ before: [], roles: ['chef'] });
    expect(JSON.stringify(entries(set))).not.toContain('10.9.9.9');
    for (const one of entries(set)) expect(one.category).toBe(modlogActions[one.action]);
  });

  test('has what is done to messages of others, and not what people do to their own', () => {
    const set = community();
    const { run, join } = set;
    const permissions = [
      'message.send',
      'message.delete.own',
      'message.delete.any',
      'message.edit.any',
    ] as const;
    const anna = join('anna', { permissions });
    const mod = join('mod', { permissions });
    const channel = set.channel('lounge').id;
    const say = () => (run('message.send', { by: anna, channel, text: 'secret' }) as { id: MessageId }).id;
    run('message.edit', { by: anna, id: say(), text: 'x' });
    run('message.delete', { by: anna, id: say() });
    expect(entries(set)).toEqual([]);
    const id = say();
    run('message.pin', { by: mod, id, pinned: true });
    run('message.pin', { by: mod, id, pinned: true });
    run('message.pin', { by: mod, id, pinned: false });
    run('message.edit', { by: mod, id, text: 'censored' });
    run('message.delete', { by: mod, id });
    expect(actions(set)).toEqual(['message_pin', 'message_unpin', 'message_edit', 'message_delete']);
    expect(entries(set)[3]).toMatchObject({
      target: anna,
      details: { message: id, channel, name: 'lounge' },
    });
    expect(JSON.stringify(entries(set))).not.toContain('secret');
  });

  test('has what is done to the server itself, with the names before and after, and no tokens', () => {
    const set = community();
    const { run } = set;
    const by = set.join('root', { roles: ['owner'] });
    const png = { type: 'image/png', body: 'b1' };
    const channel = set.channel('lounge').id;
    run('settings.update', { by, name: 'Den', icon: null });
    run('settings.update', { by });
    run('emoji.add', { by, name: 'wave', ...png });
    run('emoji.add', { by, name: 'wave', ...png });
    run('emoji.update', { by, id: 1, name: 'hello', picture: png });
    run('emoji.remove', { by: 'host', id: 1 });
    run('webhook.create', { by, id: 'w', token: 'secret-1', channel, name: 'builds' });
    run('webhook.update', { by, id: 'w', name: 'tests', avatar: null });
    run('webhook.update', { by, id: 'w' });
    run('webhook.regenerate', { by, id: 'w', token: 'secret-2' });
    run('webhook.post', { token: 'secret-2', text: 'green' });
    run('webhook.remove', { by, id: 'w' });
    run('modlog.plugins', { by, plugin: 'words.js' });
    run('modlog.plugins', { by: 'host' });
    const webhook = { webhook: 'w', channel, name: 'tests' };
    expect(entries(set).map((one) => [one.action, one.actor, one.details])).toEqual([
      ['server_update', by, { name: 'Den', changed: ['name', 'icon'] }],
      ['emoji_add', by, { emoji: 1, name: 'wave' }],
      ['emoji_update', by, { emoji: 1, name: 'hello', before: 'wave', changed: ['name', 'picture'] }],
      ['emoji_delete', 'host', { emoji: 1, name: 'hello' }],
      ['webhook_create', by, { ...webhook, name: 'builds' }],
      ['webhook_update', by, { ...webhook, before: 'builds', changed: ['name', 'avatar'] }],
      ['webhook_regenerate', by, webhook],
      ['webhook_delete', by, webhook],
      ['plugins_reload', by, { plugin: 'words.js' }],
      ['plugins_reload', 'host', {}],
    ]);
    expect(new Set(entries(set).map((one) => one.category))).toEqual(new Set(['server_management']));
    expect(JSON.stringify(entries(set))).not.toContain('secret');
    expect(outcome(run('modlog.plugins', { by: set.join('anna') }))).toBe('not-permitted');
  });

  test('leaves out rooms that come and go by themselves, and what the chat does of its own accord', () => {
    const set = community();
    const anna = set.join('anna', { permissions: ['channel.create'] });
    set.run('channel.create', { by: anna, name: 'den', temporary: 'empty', enter: true });
    set.run('channel.update', { by: anna, channel: set.channel('den').id, password: 'x' });
    set.run('channel.delete', { by: anna, channel: set.channel('den').id });
    set.run('user.ban', { by: 'chat', user: anna, until: null, reason: 'flood' });
    expect(entries(set)).toEqual([]);
  });

  test('leaves out a category that is kept for no days', () => {
    const set = community({ modlogDays: { ...modlogDays, user_moderation: 0 } });
    const anna = set.join('anna');
    set.run('user.kick', { by: 'host', user: anna });
    set.run('role.create', { by: 'host', name: 'cook' });
    expect(actions(set)).toEqual(['role_create']);
  });

  test('loses with a purge what has been kept for its days, and nothing before', () => {
    const set = community();
    const anna = set.join('anna');
    set.run('user.silence', { by: 'host', user: anna, until: null });
    set.run('announce', { by: 'host', text: 'hear' });
    const ids = entries(set).map((one) => one.id);
    set.bench.at += 180 * day - 1;
    expect(set.run('modlog.purge', { ids })).toEqual({ purged: 0 });
    set.bench.at += 1;
    expect(set.run('modlog.purge', { ids: [...ids, 7] })).toEqual({ purged: 1 });
    expect(actions(set)).toEqual(['user_timeout']);
    set.bench.at += 185 * day;
    expect(set.run('modlog.purge', { ids })).toEqual({ purged: 1 });
  });

  test('is written with the act or not at all', () => {
    const set = community();
    const anna = set.join('anna');
    expect(outcome(set.run('user.unban', { by: 'host', user: anna }))).toBe('user-not-banned');
    expect(outcome(set.run('user.remove', { by: anna, user: 'nobody' as UserId, via: 'one' }))).toBe(
      'not-permitted',
    );
    expect(entries(set)).toEqual([]);
    expect(set.bench.read((view) => view.get(online, anna))).toBeDefined();
  });
});
