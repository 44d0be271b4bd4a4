import { describe, expect, test } from 'vitest';
import { everything, outcome } from '../../../tests/support/community.js';
import { gathering, hash, sealed } from '../../../tests/support/groups.js';
import { domainLimits } from '../config.js';
import type { GroupId, UserId } from '../ids.js';
import { groupFacts, groupProfiles, groups, groupsOf, membersOf, publicGroups } from './groups.js';
import { groupInfos } from './messages.js';

const nowhere = 'nowhere' as GroupId;
const nobody = 'nobody' as UserId;

describe('private accounts', () => {
  const register = (chat: ReturnType<typeof gathering>, login: string, more: object = {}) =>
    chat.run('group.register', {
      realm: 'sealed',
      login,
      key: login,
      hash,
      identity: { provider: 'sealed', id: `id-${login}`, name: login },
      ...more,
    });

  test('are checked by name, then alias, then whether the name is taken, by case', () => {
    const chat = gathering();
    expect(register(chat, '')).toMatchObject({ code: 'group-name-invalid', details: { fault: 'missing' } });
    expect(register(chat, 'a'.repeat(65))).toMatchObject({ details: { fault: 'long' } });
    expect(register(chat, '_a', { alias: 'x'.repeat(65) })).toMatchObject({ details: { fault: 'form' } });
    expect(register(chat, 'é')).toMatchObject({ details: { fault: 'form' } });
    expect(outcome(register(chat, 'anna', { alias: '' }))).toBe('granted');
    expect(register(chat, 'anna', { alias: 'ä'.repeat(33) })).toMatchObject({
      code: 'group-alias-invalid',
      details: { fault: 'long' },
    });
    expect(register(chat, 'anna', { alias: 'a\tb' })).toMatchObject({ details: { fault: 'form' } });
    expect(outcome(register(chat, 'anna', { alias: 'Anna 🌱' }))).toBe('name-in-use');
    expect(outcome(register(chat, 'Anna', { alias: 'Anna 🌱' }))).toBe('granted');
  });

  test('wear no handle, are found by none, and take none from others', () => {
    const chat = gathering();
    const [anna] = [chat.account('anna'), chat.account('ANNA')];
    const other = chat.join('anna');
    expect([chat.user(anna)?.handle, chat.user(other)?.handle]).toEqual(['anna', 'anna']);
    expect(chat.user(anna)).toMatchObject({ private: true, identity: 'id-anna' });
    const root = chat.join('root', { permissions: everything });
    expect(outcome(chat.run('user.rename', { by: root, user: anna, name: 'anna' }))).toBe('granted');
    expect(chat.told('user_update')).toMatchObject([{ person: { private: true, handle: 'anna' } }]);
  });

  test('are told of as private, and come among the others with their first session', () => {
    const chat = gathering();
    const anna = chat.account('anna', 'Anna A.');
    expect(chat.told('user_join')).toMatchObject([{ person: { user: anna, private: true } }]);
    chat.join('anna');
    expect(chat.join('anna', { provider: 'sealed', id: 'id-anna' })).toBe(anna);
    expect(chat.told('user_appear')).toMatchObject([{ person: { user: anna, handle: 'anna2' } }]);
    expect(chat.told('user_appear')[0]?.person).not.toHaveProperty('private');
    expect(chat.told('session_open')).toMatchObject([{ person: { user: anna, handle: 'anna2' } }]);
    expect(chat.user(anna)).not.toHaveProperty('private');
    chat.join('anna', { provider: 'sealed', id: 'id-anna' });
    expect(chat.told('user_appear')).toEqual([]);
  });

  test('change their alias in every group of theirs, in the order of names', () => {
    const chat = gathering();
    const [anna, ben] = [chat.account('anna', 'A'), chat.account('ben')];
    for (const name of ['b', 'a', 'B']) chat.make(ben, name, anna);
    chat.make(ben, 'without');
    const profile = () => chat.bench.read((view) => view.get(groupProfiles, anna));
    expect(profile()).toEqual({ user: anna, alias: 'A' });
    expect(outcome(chat.run('group.alias', { by: anna, alias: '\u007f' }))).toBe('group-alias-invalid');
    expect(outcome(chat.run('group.alias', { by: anna, alias: '' }))).toBe('granted');
    expect(profile()).toBeUndefined();
    expect(chat.told('group_update').map(({ group, cause, to }) => [group.name, cause, to])).toEqual(
      ['B', 'a', 'b'].map((name) => [name, 'settings', [ben, anna]]),
    );
  });
});

describe('groups', () => {
  test('are made with their maker as only member and admin', () => {
    const chat = gathering();
    const anna = chat.account('anna');
    const create = (name: string, alias?: string) =>
      chat.run('group.create', { by: anna, name, ...(alias === undefined ? {} : { alias }) });
    expect(create('', '\t')).toMatchObject({ code: 'group-name-invalid', details: { fault: 'missing' } });
    expect(outcome(create('-', '\t'))).toBe('group-name-invalid');
    expect(outcome(create('team', '\t'))).toBe('group-alias-invalid');
    expect(outcome(create('team', 'Team'))).toBe('granted');
    const [told] = chat.told('group_create');
    expect(told).toMatchObject({
      group: { name: 'team', alias: 'Team', visibility: 'private', expirySeconds: -1 },
      by: { user: anna, handle: 'anna', provider: 'sealed', identity: 'id-anna' },
    });
    const id = told?.group.group as GroupId;
    expect(chat.bench.read((view) => membersOf(view, id))).toMatchObject([{ user: anna, admin: true }]);
    expect(outcome(create('team'))).toBe('group-name-taken');
    expect(outcome(create('Team'))).toBe('granted');
    expect(outcome(chat.run('group.create', { by: nobody, name: '' }))).toBe('user-unknown');
  });

  test('are as many as one may belong to', () => {
    const chat = gathering({}, { limits: { ...domainLimits, groupsPerUser: 1 } });
    const anna = chat.account('anna');
    chat.make(anna, 'one');
    expect(outcome(chat.run('group.create', { by: anna, name: 'two' }))).toBe('too-many-groups');
  });

  test('count for whoever made them as long as they are there, also without a member', () => {
    const chat = gathering({}, { limits: { ...domainLimits, groupsPerUser: 1 } });
    const anna = chat.account('anna');
    const one = chat.make(anna, 'one');
    chat.run('group.leave', { by: anna, group: one });
    expect(outcome(chat.run('group.create', { by: anna, name: 'two' }))).toBe('too-many-groups');
    chat.run('group.remove', { by: 'host', group: one });
    expect(outcome(chat.run('group.create', { by: anna, name: 'two' }))).toBe('granted');
  });

  test('are listed in the order of bytes', () => {
    const chat = gathering();
    const anna = chat.account('anna');
    for (const name of ['b', 'a', 'Z', '1', 'a_', 'aa']) {
      const group = chat.make(anna, name);
      chat.run('group.update', { by: anna, group, visibility: 'public' });
    }
    const names = ['1', 'Z', 'a', 'a_', 'aa', 'b'];
    expect(chat.bench.read((view) => groupsOf(view, anna)).map(({ name }) => name)).toEqual(names);
    expect(chat.bench.read(publicGroups).map(({ name }) => name)).toEqual(names);
  });

  test('are changed by admins, at once or not at all, in the order of the checks', () => {
    const chat = gathering({ retentionSeconds: 100 });
    const [anna, ben] = [chat.account('anna'), chat.account('ben')];
    const group = chat.make(anna, 'team', ben);
    chat.make(ben, 'other');
    const update = (more: object, by = anna) => chat.run('group.update', { by, group, ...more });
    const wrong = {
      alias: '\t',
      name: '_',
      expirySeconds: -2,
      visibility: 'secret',
    };
    expect(outcome(update(wrong, ben))).toBe('group-not-admin');
    expect(outcome(chat.run('group.update', { by: anna, group: nowhere, ...wrong }))).toBe('group-not-admin');
    expect(outcome(update(wrong))).toBe('group-alias-invalid');
    expect(outcome(update({ ...wrong, alias: 'T' }))).toBe('group-name-invalid');
    expect(outcome(update({ ...wrong, alias: 'T', name: 'other' }))).toBe('group-name-taken');
    expect(outcome(update({ ...wrong, alias: 'T', name: 'crew' }))).toBe('group-expiry-invalid');
    expect(outcome(update({ alias: 'T', expirySeconds: 101, visibility: 'secret' }))).toBe(
      'group-expiry-too-long',
    );
    expect(outcome(update({ alias: 'T', expirySeconds: 100, visibility: 'secret' }))).toBe(
      'group-visibility-invalid',
    );
    const facts = () => chat.bench.read((view) => view.get(groups, group));
    expect(facts()).toMatchObject({ name: 'team', expirySeconds: -1, visibility: 'private' });
    expect(facts()).not.toHaveProperty('alias');
    for (const expirySeconds of [-1, 0, 100])
      expect(outcome(update({ alias: 'T', name: 'team', expirySeconds, visibility: 'public' }))).toBe(
        'granted',
      );
    expect(chat.told('group_update')).toMatchObject([
      {
        group: { name: 'team', alias: 'T', expirySeconds: 100, visibility: 'public' },
        cause: 'settings',
        to: [anna, ben],
        by: anna,
      },
    ]);
    // Told even if nothing changes; empty text changes nothing.
    expect(outcome(update({ alias: '', name: '' }))).toBe('granted');
    expect(chat.told('group_update')).toMatchObject([
      { group: { name: 'team', alias: 'T' }, to: [anna, ben] },
    ]);
  });

  test('that are public may be joined by those who are not kept out', () => {
    const chat = gathering();
    const [anna, ben, cleo, dora] = ['anna', 'ben', 'cleo', 'dora'].map((name) =>
      chat.account(name),
    ) as UserId[];
    const group = chat.make(anna as UserId, 'team', ben as UserId);
    const other = chat.make(anna as UserId, 'bare');
    const by = anna as UserId;
    const join = (user = cleo as UserId, id = group) =>
      outcome(chat.run('group.join', { by: user, group: id }));
    expect(join(cleo, nowhere)).toBe('group-unknown');
    chat.run('group.ban', { by, group, user: ben as UserId });
    expect(join(ben)).toBe('group-not-public');
    for (const one of [group, other]) chat.run('group.update', { by, group: one, visibility: 'public' });
    expect(join(anna)).toBe('group-member-exists');
    expect(join(ben)).toBe('group-banned');
    chat.invite(by, group, dora as UserId);
    expect(join(dora)).toBe('invite-exists');
    expect(join(cleo, other)).toBe('group-info-none');
    expect(join()).toBe('granted');
    expect(chat.bench.events.map(({ type }) => type)).toEqual(['group_member_add']);
    expect(chat.told('group_member_add')).toMatchObject([{ user: { user: cleo }, cause: 'join' }]);
    expect(join()).toBe('group-member-exists');
  });

  test('go with all that is in them, which all former members are told', () => {
    const chat = gathering();
    const [anna, ben, cleo, dora] = ['anna', 'ben', 'cleo', 'dora'].map((name) => chat.account(name)) as [
      UserId,
      UserId,
      UserId,
      UserId,
    ];
    const group = chat.make(anna, 'team', ben);
    const other = chat.make(anna, 'stays', ben);
    chat.run('group.update', { by: anna, group, visibility: 'public', expirySeconds: 0 });
    chat.run('group.join', { by: cleo, group });
    chat.run('group.fetched', { by: ben, group, sequence: chat.say(anna, group) });
    chat.invite(anna, group, dora);
    chat.run('group.ban', { by: anna, group, user: cleo });
    expect(chat.traces(group).length).toBeGreaterThan(8);
    expect(outcome(chat.run('group.remove', { by: ben, group }))).toBe('group-not-admin');
    expect(outcome(chat.run('group.remove', { by: anna, group: nowhere }))).toBe('group-not-admin');
    expect(outcome(chat.run('group.remove', { by: 'host', group: nowhere }))).toBe('group-unknown');
    expect(outcome(chat.run('group.remove', { by: anna, group }))).toBe('granted');
    expect(chat.told('group_delete')).toMatchObject([{ group: { group }, to: [anna, ben], by: anna }]);
    expect(chat.traces(group)).toEqual([]);
    expect(chat.said(group)).toEqual([]);
    expect(chat.said(other)).toHaveLength(1);
    expect(chat.bench.archived(groupInfos)).toHaveLength(1);
    expect(outcome(chat.run('group.create', { by: ben, name: 'team' }))).toBe('granted');
  });

  test('keep their number when they are renamed, and never have one that was another’s', () => {
    const chat = gathering();
    const anna = chat.account('anna');
    const numbers = ['a', 'b', 'c'].map((name) => {
      const group = chat.make(anna, name);
      const { number } = chat.bench.read((view) => view.get(groups, group)) ?? {};
      chat.run('group.remove', { by: anna, group });
      return number;
    });
    expect(numbers).toEqual([1, 2, 3]);
  });

  test('show nothing of what is sealed', () => {
    const chat = gathering();
    const anna = chat.account('anna');
    const group = chat.make(anna, 'team', chat.account('ben'));
    const facts = chat.bench.read((view) => groupFacts(view.get(groups, group) as never));
    expect(Object.keys(facts)).toEqual(['group', 'name', 'visibility', 'expirySeconds']);
    chat.say(anna, group, sealed.commit);
    expect(JSON.stringify(chat.bench.events)).not.toContain(sealed.commit);
  });
});
