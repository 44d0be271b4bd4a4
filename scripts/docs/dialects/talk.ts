import type { ChannelId, UserId } from '../../../src/domain/ids.js';
import { openRoom, type Sample } from './sample.js';

const unshown = { originchats: 'nothing: direct channels are not shown' };

/** What is said, and what becomes of it. */
export async function talk(sample: Sample): Promise<void> {
  sample.subject = 'Messages';
  const { channel } = await sample.run('channel.create', { by: 'host', name: 'talk', grants: openRoom });
  const { user: sitting } = await sample.login('sockchat', 'saki');
  await sample.run('place.enter', { user: sitting, channel });
  const { user, session } = await sample.login('venueless', 'vera');
  await sample.run('member.join', { user, channel, session });
  const { id } = await sample.shows('message', { when: 'by somebody in the channel' }, () =>
    sample.run('message.send', { by: sitting, channel, text: 'hello @vera' }),
  );
  await changes(sample, user, id, channel);
  await sample.shows('message', { when: 'by somebody else' }, () =>
    sample.run('message.send', { by: user, channel, text: 'hello' }),
  );
  await sample.shows('message', { when: 'by the server' }, () =>
    sample.run('message.send', { by: 'host', channel, text: 'hello' }),
  );
  await sample.shows('message', { when: 'a poll' }, () =>
    sample.run('poll.create', {
      by: user,
      channel,
      question: 'Tea?',
      options: [
        { id: 'a', text: 'yes' },
        { id: 'b', text: 'no' },
      ],
      multiple: false,
    }),
  );
  await privately(sample, user, sitting, channel);
}

async function changes(sample: Sample, user: UserId, id: number, channel: ChannelId): Promise<void> {
  const message = { by: user, id: id as never };
  const emoji = '👍';
  await sample.shows('reaction_add', {}, () => sample.run('message.react', { ...message, emoji, on: true }));
  await sample.shows('reaction_remove', {}, () =>
    sample.run('message.react', { ...message, emoji, on: false }),
  );
  await sample.shows('message_pin', {}, () =>
    sample.run('message.pin', { ...message, by: 'host', pinned: true }),
  );
  await sample.shows('message_edit', { when: 'among the newest' }, () =>
    sample.run('message.edit', { ...message, by: 'host', text: 'hello all' }),
  );
  for (let newer = 0; newer < 30; newer++)
    await sample.run('message.send', { by: 'host', channel, text: `${newer}` });
  await sample.shows(
    'message_edit',
    { when: 'older than those', nothing: { sockchat: 'nothing: nobody has it any more' } },
    () => sample.run('message.edit', { ...message, by: 'host', text: 'hello anew' }),
  );
  await sample.shows('message_delete', { when: 'a message' }, () =>
    sample.run('message.delete', { ...message, by: 'host' }),
  );
  await sample.shows('typing', {}, () => sample.run('typing.start', { by: user, channel }));
  const last = (await sample.run('message.send', { by: 'host', channel, text: 'last' })).id;
  await sample.shows('read', {}, () => sample.run('read.mark', { user, channel, last }));
  const announcement = await sample.run('announce', { by: 'host', text: 'hear' });
  const never = 'nothing: was never in a channel there';
  await sample.shows(
    'message_delete',
    { when: 'an announcement', nothing: { originchats: never, venueless: never } },
    () => sample.run('message.delete', { by: 'host', id: announcement.id }),
  );
}

async function privately(sample: Sample, user: UserId, sitting: UserId, place: ChannelId): Promise<void> {
  const { channel } = await sample.run('direct.open', { by: user, users: [sitting] });
  await sample.shows('message', { when: 'in a direct channel of two', nothing: unshown }, () =>
    sample.run('message.send', { by: user, channel, text: 'psst' }),
  );
  const { user: third } = await sample.login('venueless', 'third');
  const { channel: three } = await sample.run('direct.open', { by: user, users: [sitting, third] });
  await sample.shows(
    'message',
    { when: 'in one of three or more', nothing: { ...unshown, sockchat: 'nothing: whispers are for two' } },
    () => sample.run('message.send', { by: user, channel: three, text: 'psst' }),
  );
  const { user: near } = await sample.login('sockchat', 'sam');
  await sample.run('place.enter', { user: near, channel: place });
  await sample.shows('whisper', { when: 'from somebody whom the other knows' }, () =>
    sample.run('direct.whisper', { from: sitting, to: near, text: 'psst' }),
  );
  await sample.showsAll(
    {
      whisper: { when: 'from somebody else' },
      message: { when: 'a whisper that is kept', nothing: { ...unshown, sockchat: 'as a whisper' } },
    },
    () => sample.run('direct.whisper', { from: sitting, to: user, text: 'psst' }),
  );
}
