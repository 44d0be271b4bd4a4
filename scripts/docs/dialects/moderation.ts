import type { Sample } from './sample.js';

/** What happens when somebody is called to order, and what the server says to all. */
export async function moderation(sample: Sample): Promise<void> {
  sample.subject = 'Moderation';
  const { user } = await sample.login('originchats', 'rude');
  const by = 'host';
  const act = { by, user } as const;
  await sample.shows('user_silence', {}, () => sample.run('user.silence', { ...act, until: null }));
  await sample.shows('user_unsilence', {}, () => sample.run('user.unsilence', act));
  await sample.shows('user_kick', {}, () => sample.run('user.kick', act));
  await sample.login('originchats', 'rude');
  await sample.shows(
    'user_ban',
    {
      when: 'by `user_ban` of OriginChats',
      nothing: { originchats: 'nothing: deaf and mute, still connected' },
    },
    () => sample.run('user.ban', { ...act, until: null, stay: 'originchats' }),
  );
  await sample.shows('user_unban', {}, () => sample.run('user.unban', act));
  const both = await sample.login('sockchat', 'wanda');
  await sample.login('originchats', 'wanda');
  await sample.shows('channel_leave', { when: 'with such a ban' }, () =>
    sample.run('user.ban', { by, user: both.user, until: null, stay: 'originchats' }),
  );
  await sample.shows('user_ban', { when: 'otherwise' }, () =>
    sample.run('user.ban', { ...act, until: null }),
  );
  await sample.run('user.unban', act);
  const address = { by, address: '192.0.2.1' } as const;
  await sample.shows('address_ban', {}, () => sample.run('address.ban', { ...address, until: null }));
  await sample.shows('address_unban', {}, () => sample.run('address.unban', address));
  await sample.shows('announcement', {}, () => sample.run('announce', { by, text: 'hear, hear' }));
}
