import type { UserId } from '../../../src/domain/ids.js';
import { openRoom, type Sample } from './sample.js';

/** What happens to files, emoji, webhooks and the looks of the community. */
export async function things(sample: Sample): Promise<void> {
  sample.subject = 'Files, emoji, webhooks';
  const by = 'host';
  const { channel } = await sample.run('channel.create', { by, name: 'files', grants: openRoom });
  const { user } = await sample.login('originchats', 'olivia');
  const upload = (id: string) =>
    sample.run('upload.add', {
      by: user,
      id,
      name: 'a.png',
      type: 'image/png',
      size: 3,
      hash: id.repeat(64),
      body: `body-${id}`,
      permanent: true,
    });
  await sample.shows('attachment_add', {}, () => upload('a'));
  const { id } = await sample.run('message.send', { by: user, channel, text: '', attachments: ['a'] });
  await sample.shows('attachment_remove', { when: 'by itself' }, () =>
    sample.run('upload.remove', { by, id: 'a' }),
  );
  void id;
  await upload('b');
  const second = await sample.run('message.send', { by: user, channel, text: '', attachments: ['b'] });
  await sample.shows(
    'attachment_remove',
    { when: 'with its message or channel', nothing: { originchats: 'the end of that says it' } },
    () => sample.run('message.delete', { by, id: second.id }),
  );
  const picture = { type: 'image/png', body: 'body-emoji' };
  const { emoji } = await sample.shows('emoji_add', {}, () =>
    sample.run('emoji.add', { by, name: 'wave', ...picture }),
  );
  const of = { by, id: emoji.id } as const;
  await sample.shows('emoji_update', {}, () => sample.run('emoji.update', { ...of, name: 'waves' }));
  await sample.shows('emoji_remove', {}, () => sample.run('emoji.remove', of));
  const hook = { by, id: 'hook' } as const;
  await sample.shows('webhook_create', {}, () =>
    sample.run('webhook.create', { ...hook, token: 't'.repeat(64), channel, name: 'Builds' }),
  );
  await sample.shows('webhook_update', {}, () => sample.run('webhook.update', { ...hook, name: 'Build' }));
  await sample.shows('webhook_remove', {}, () => sample.run('webhook.remove', hook));
  await sample.shows('settings_update', {}, () => sample.run('settings.update', { by, name: 'Our place' }));
}

/** What happens in forums and to polls. */
export async function threads(sample: Sample): Promise<void> {
  sample.subject = 'Threads and polls';
  const { user: by } = await sample.login('originchats', 'olivia');
  const { user: other } = await sample.login('originchats', 'otto');
  const { channel: forum } = await sample.run('channel.create', { by: 'host', name: 'forum', kind: 'forum' });
  const { thread } = await sample.shows('thread_create', {}, () =>
    sample.run('thread.create', { by, forum, name: 'On tea' }),
  );
  const of = thread.channel.channel;
  await sample.shows('thread_update', {}, () =>
    sample.run('thread.update', { by, thread: of, name: 'On coffee' }),
  );
  await sample.shows('thread_join', {}, () => sample.run('thread.join', { by: other, thread: of }));
  await sample.shows('thread_leave', {}, () => sample.run('thread.leave', { by: other, thread: of }));
  await sample.shows('thread_delete', {}, () => sample.run('thread.delete', { by, thread: of }));
  await polls(sample, by);
}

async function polls(sample: Sample, by: UserId): Promise<void> {
  const { channel } = await sample.run('channel.create', { by: 'host', name: 'polls', grants: openRoom });
  const options = [
    { id: 'a', text: 'tea' },
    { id: 'b', text: 'coffee' },
  ];
  const { poll } = await sample.shows('poll_create', {}, () =>
    sample.run('poll.create', { by, channel, question: 'Tea?', options, multiple: false }),
  );
  await sample.shows('poll_vote', {}, () => sample.run('poll.vote', { by, poll: poll.id, options: ['a'] }));
  await sample.shows('poll_end', {}, () => sample.run('poll.end', { by, poll: poll.id }));
}

/** What happens in voice channels and to commands of bots. */
export async function voice(sample: Sample): Promise<void> {
  sample.subject = 'Voice and bots';
  const { channel } = await sample.run('channel.create', { by: 'host', name: 'voice', kind: 'voice' });
  const { user, session } = await sample.login('originchats', 'olivia');
  await sample.shows('voice_join', {}, () =>
    sample.run('voice.join', { session, user, channel, peer: 'peer' }),
  );
  await sample.shows('voice_update', {}, () => sample.run('voice.mute', { session, on: true }));
  await sample.shows('voice_leave', {}, () => sample.run('voice.leave', { session }));
  const bot = await sample.login('originchats', 'bot');
  const command = {
    name: 'dice',
    description: 'Throws dice',
    options: [],
    needsRoles: [],
    deniesRoles: [],
    ephemeral: false,
  };
  await sample.shows('slash_add', {}, () =>
    sample.run('slash.register', { session: bot.session, commands: [command] }),
  );
  const { channel: text } = await sample.run('channel.create', {
    by: 'host',
    name: 'games',
    grants: openRoom,
  });
  await sample.shows('slash_call', {}, () =>
    sample.run('slash.call', { by: user, session, channel: text, command: 'dice', args: {} }),
  );
  await sample.shows('slash_remove', {}, () =>
    sample.run('slash.register', { session: bot.session, commands: [] }),
  );
}
