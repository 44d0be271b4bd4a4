import { openRoom, type Sample } from './sample.js';

const silentHere = 'nothing: no channel there';

/** What happens to channels, and who belongs to them. */
export async function channels(sample: Sample): Promise<void> {
  sample.subject = 'Channels';
  const by = 'host';
  const other = { sockchat: silentHere, venueless: 'nothing: no room there' };
  const { channel } = await sample.shows('channel_create', { when: 'a text channel' }, () =>
    sample.run('channel.create', { by, name: 'side', grants: openRoom }),
  );
  const { channel: forum } = await sample.shows(
    'channel_create',
    { when: 'of another kind', nothing: other },
    () => sample.run('channel.create', { by, name: 'stage', kind: 'voice' }),
  );
  await sample.shows('channel_update', { when: 'a text channel' }, () =>
    sample.run('channel.update', { by, channel, name: 'aside' }),
  );
  await sample.shows('channel_update', { when: 'gets a password' }, () =>
    sample.run('channel.update', { by, channel, password: 'secret' }),
  );
  await sample.shows('channel_update', { when: 'loses its password' }, () =>
    sample.run('channel.update', { by, channel, password: null }),
  );
  await sample.shows('channel_update', { when: 'becomes a voice channel' }, () =>
    sample.run('channel.update', { by, channel, kind: 'voice' }),
  );
  await sample.shows('channel_update', { when: 'becomes a text channel' }, () =>
    sample.run('channel.update', { by, channel, kind: 'text' }),
  );
  await sample.shows('channel_move', {}, () => sample.run('channel.move', { by, channel, position: 0 }));
  const { user: sitting } = await sample.login('sockchat', 'saki');
  await sample.showsAll({ channel_leave: {}, channel_enter: {} }, () =>
    sample.run('place.enter', { user: sitting, channel }),
  );
  const { user, session } = await sample.login('venueless', 'vera');
  await sample.shows('subscription_open', {}, () => sample.run('subscription.open', { session, channel }));
  await sample.shows('member_visit', {}, () => sample.run('member.join', { user, channel, volatile: true }));
  await sample.shows('member_add', {}, () => sample.run('member.join', { user, channel }));
  await sample.shows('member_remove', {}, () => sample.run('member.remove', { by, user, channel }));
  await sample.shows('subscription_close', {}, () => sample.run('subscription.close', { session, channel }));
  await sample.shows('channel_delete', { when: 'a text channel' }, () =>
    sample.run('channel.delete', { by, channel }),
  );
  await sample.shows('channel_delete', { when: 'of another kind', nothing: other }, () =>
    sample.run('channel.delete', { by, channel: forum }),
  );
  await directs(sample);
}

async function directs(sample: Sample): Promise<void> {
  const one = await sample.login('venueless', 'dina');
  const two = await sample.login('venueless', 'dora');
  const { channel } = await sample.shows('direct_open', {}, () =>
    sample.run('direct.open', { by: one.user, users: [two.user] }),
  );
  await sample.shows('direct_hide', {}, () => sample.run('direct.hide', { user: two.user, channel }));
  await sample.shows('direct_show', {}, () =>
    sample.run('message.send', { by: one.user, channel, text: 'there?' }),
  );
  await sample.run('user.leave', { user: one.user, via: 'host' });
  await sample.shows('direct_remove', {}, () => sample.run('user.leave', { user: two.user, via: 'host' }));
}
