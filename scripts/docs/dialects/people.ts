import type { Sample } from './sample.js';

const elsewhere = 'through another protocol';
const answered = 'the reply says it';
const unseen = 'nothing: not seen there';

/** What happens about people and how they are seen. */
export async function people(sample: Sample): Promise<void> {
  sample.subject = 'People';
  await coming(sample);
  await going(sample);
  await looks(sample);
  await leaving(sample);
  const { user } = await sample.login('sockchat', 'blocked');
  const { user: by } = await sample.login('venueless', 'blocker');
  await sample.shows('user_block', {}, () => sample.run('user.block', { by, user }));
  const identity = { provider: 'elsewhere', id: 'further' };
  await sample.shows('user_link', {}, () => sample.run('user.link', { user, identity, leads: false }));
  await sample.shows('user_unlink', {}, () => sample.run('user.unlink', { user, identity }));
}

async function coming(sample: Sample): Promise<void> {
  await sample.showsAll(
    {
      user_join: {},
      user_connect: { when: 'through Sock Chat' },
      session_open: { when: 'the first in Sock Chat' },
    },
    () => sample.login('sockchat', 'saki'),
  );
  await sample.showsAll(
    {
      user_connect: { when: elsewhere, nothing: { sockchat: 'nothing: comes quietly' } },
      session_open: { when: elsewhere, nothing: { sockchat: answered } },
    },
    () => sample.login('originchats', 'olivia'),
  );
  await sample.login('originchats', 'otto');
  await sample.showsAlike('session_open', { when: 'in Sock Chat, of somebody who is there' }, [
    () => sample.login('sockchat', 'saki'),
    () => sample.login('sockchat', 'otto'),
  ]);
  await sample.shows(
    'user_update',
    {
      when: 'by a login with another colour',
      nothing: { originchats: 'nothing: roles bring it there', venueless: 'nothing: there are none' },
    },
    () => sample.login('originchats', 'otto', { colour: 'red' }),
  );
  const identity = { provider: 'sealed', id: 'cora', name: 'cora' };
  await sample.run('group.register', {
    realm: 'sealed',
    login: 'cora',
    key: 'cora',
    hash: sample.hash,
    identity,
  });
  await sample.shows('user_appear', {}, () => sample.login('originchats', 'cora', identity));
}

async function going(sample: Sample): Promise<void> {
  const { user } = await sample.login('venueless', 'val');
  const last = await sample.login('venueless', 'val');
  await sample.shows('session_close', { when: 'replaced by newer ones' }, () =>
    sample.run('session.limit', { user, dialect: 'venueless', realm: 'sample', most: 1 }),
  );
  await sample.showsAll(
    {
      session_close: { when: 'otherwise', nothing: { venueless: 'nothing: it is gone' } },
      user_disconnect: { when: elsewhere, nothing: { sockchat: 'nothing: goes quietly' } },
    },
    () => sample.run('session.close', { session: last.session, reason: 'leave' }),
  );
  const { session } = await sample.login('sockchat', 'sora');
  await sample.shows('user_disconnect', { when: 'through Sock Chat' }, () =>
    sample.run('session.close', { session, reason: 'timeout' }),
  );
  const invisible = await sample.login('originchats', 'ivy');
  await sample.run('status.set', { user: invisible.user, status: 'invisible' });
  await sample.shows(
    'user_disconnect',
    { when: 'of somebody invisible', nothing: { sockchat: unseen, originchats: unseen } },
    () => sample.run('session.close', { session: invisible.session, reason: 'leave' }),
  );
}

async function looks(sample: Sample): Promise<void> {
  const { user } = await sample.login('sockchat', 'nora');
  const own = { by: user, user };
  const unshown = 'nothing: not shown there';
  await sample.shows(
    'user_update',
    {
      when: 'a nick',
      nothing: { originchats: 'nothing: the handle stays', venueless: 'nothing: the display name stays' },
    },
    () => sample.run('user.nick', { by: 'host', user, nick: 'nori' }),
  );
  await sample.run('user.nick', { by: 'host', user });
  const identity = { provider: 'sample', id: 'nora', name: 'nora' };
  const byHost = (change: object) => () => sample.run('user.update', { user, identity: change });
  // What the host brings holds until they choose for themselves.
  const called = (name: string) => [
    byHost({ profile: { display_name: `${name} 1` } }),
    () => sample.run('user.rename', { ...own, displayName: name }),
    () => sample.run('user.rename', { by: 'host', user, displayName: `${name} 2` }),
    () => sample.run('user.profile', { ...own, profile: { display_name: name } }),
  ];
  await sample.showsAlike(
    'user_update',
    { when: 'a display name', nothing: { sockchat: unshown } },
    called('Nora'),
  );
  await sample.shows(
    'user_update',
    { when: 'no display name any more', nothing: { sockchat: unshown } },
    () => sample.run('user.rename', { ...own, displayName: null }),
  );
  await sample.showsAlike('user_update', { when: 'another handle' }, [
    () => sample.run('user.rename', { by: 'host', user, name: 'norma' }),
    byHost({ name: 'nora' }),
    () => sample.run('user.renew', { user, identity: { ...identity, name: 'norma' } }),
  ]);
  await sample.showsAlike(
    'user_update',
    { when: 'a profile', nothing: { sockchat: unshown, originchats: unshown } },
    [
      () => sample.run('user.profile', { ...own, profile: { fields: { city: 'x' } } }),
      byHost({ profile: { fields: { city: 'y' } } }),
    ],
  );
  const byRoles = 'nothing: roles bring it there';
  await sample.shows(
    'user_update',
    { when: 'a colour', nothing: { originchats: byRoles, venueless: 'nothing: there are none' } },
    byHost({ colour: 'red' }),
  );
  await sample.showsAlike(
    'user_update',
    { when: 'a rank or permission', nothing: { originchats: byRoles } },
    [
      byHost({ rank: 3 }),
      byHost({ permissions: ['user.kick'] }),
      () => sample.run('user.renew', { user, identity: { ...identity, name: 'norma', rank: 1 } }),
    ],
  );
  const ways = [
    () => sample.run('user.away', { user, reason: 'tea' }),
    () => sample.run('user.away', { user }),
    () => sample.run('status.set', { user, status: 'idle' }),
    () => sample.run('status.set', { user, status: 'online' }),
  ];
  await sample.showsAlike(
    'user_update',
    {
      when: 'away, or no more',
      nothing: { originchats: 'as a status', venueless: 'nothing: the display name stays' },
    },
    ways,
  );
  await sample.showsAlike('user_status', { when: 'away, or no more' }, ways);
  await sample.shows('user_status', { when: 'another one' }, () =>
    sample.run('status.set', { user, status: 'dnd' }),
  );
  const { user: bearer } = await sample.login('sockchat', 'rolf');
  const { role } = await sample.shows('roles_update', {}, () =>
    sample.run('role.create', { by: 'host', name: 'readers' }),
  );
  await sample.showsAll(
    {
      user_roles: {},
      user_update: { when: 'another role', nothing: { sockchat: unshown, originchats: 'as roles' } },
    },
    () => sample.run('user.roles', { by: 'host', user: bearer, roles: ['user', 'readers'] }),
  );
  await sample.shows(
    'user_update',
    { when: 'a permission that a role brings', nothing: { originchats: 'as roles' } },
    () => sample.run('role.update', { by: 'host', role, permissions: ['administrator'] }),
  );
  await sample.login('venueless', 'vera');
  await sample.shows(
    'user_update',
    { when: 'by a login with other rights', nothing: { sockchat: unshown, originchats: unshown } },
    () => sample.login('venueless', 'vera', { traits: ['admin'] }),
  );
  await sample.shows('user_status', { when: 'invisible' }, () =>
    sample.run('status.set', { user, status: 'invisible' }),
  );
  await sample.shows('user_status', { when: 'visible again' }, () =>
    sample.run('status.set', { user, status: 'online' }),
  );
}

async function leaving(sample: Sample): Promise<void> {
  const one = await sample.login('venueless', 'one');
  await sample.shows('user_leave', { when: 'asked for in Venueless' }, () =>
    sample.run('user.leave', { user: one.user, via: 'venueless' }),
  );
  const two = await sample.login('originchats', 'two');
  await sample.shows('user_leave', { when: 'asked for elsewhere' }, () =>
    sample.run('user.leave', { user: two.user, via: 'originchats' }),
  );
}
