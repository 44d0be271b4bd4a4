import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import { type Attachment, uploads } from './attachments.js';
import { expiredAtOnce, unusedMs } from './commands.js';

function rig(change: Parameters<typeof community>[0] = {}) {
  const chat = community(change);
  const { run, bench } = chat;
  const lounge = chat.channel('lounge').id;
  const add = (by: UserId, id: string, more: object = {}) =>
    run('upload.add', {
      by,
      id,
      name: 'cat.png',
      type: 'image/png',
      size: 5,
      hash: `hash of ${id}`,
      body: `body of ${id}`,
      channel: lounge,
      ...more,
    });
  const send = (by: UserId, attachments: string[], channel: ChannelId = lounge) =>
    (run('message.send', { by, channel, text: '', attachments }) as { id: MessageId }).id;
  return {
    ...chat,
    lounge,
    add,
    send,
    stored: () => bench.read((view) => [...view.all(uploads)].map((one) => one.id).sort()),
    refers: (body: string) => bench.read((view) => view.one(uploads, 'body', body) !== undefined),
  };
}

describe('uploads', () => {
  test('are told with who, what and where', () => {
    const { join, add, told, lounge } = rig();
    const anna = join('anna');
    expect(add(anna, 'a', { width: 3, height: 4, expiresAt: 2e12, permanent: true })).toEqual({
      attachment: {
        id: 'a',
        name: 'cat.png',
        type: 'image/png',
        size: 5,
        width: 3,
        height: 4,
        expiresAt: 2e12,
        permanent: true,
      },
      reused: false,
    });
    expect(told('attachment_add')).toMatchObject([
      {
        attachment: { id: 'a', name: 'cat.png' },
        uploader: { user: anna, handle: 'anna' },
        channel: { channel: lounge, name: 'lounge' },
      },
    ]);
  });

  test('are refused to who may not send there', () => {
    const { join, add, run } = rig({ limits: { ...domainLimits, uploadsPerUser: 2 } });
    const anna = join('anna');
    expect(outcome(add('nobody' as UserId, 'a'))).toBe('user-unknown');
    expect(outcome(add(anna, 'a', { channel: 'none' }))).toBe('channel-unknown');
    expect(outcome(add(join('ben', { permissions: [] }), 'a'))).toBe('not-permitted');
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(outcome(add(anna, 'a'))).toBe('user-silenced');
    run('user.unsilence', { by: 'host', user: anna });
    expect(outcome(add(anna, 'a'))).toBe('granted');
    expect(outcome(add(anna, 'a', { hash: 'other' }))).toBe('id-in-use');
    expect(outcome(add(anna, 'b'))).toBe('granted');
    expect(outcome(add(anna, 'c'))).toBe('too-many-uploads');
  });

  test('of the same content by the same user are one, kept for the longer time', () => {
    const { join, add, told, bench, refers } = rig();
    const anna = join('anna');
    add(anna, 'a', { hash: 'h', expiresAt: bench.at + 10 });
    const again = add(anna, 'b', { hash: 'h', expiresAt: bench.at + 50 });
    expect(again).toMatchObject({ reused: true, attachment: { id: 'a', expiresAt: bench.at + 50 } });
    expect(told('attachment_add')).toEqual([]);
    expect(refers('body of a')).toBe(true);
    expect(refers('body of b')).toBe(false);
    expect(add(anna, 'c', { hash: 'h', expiresAt: bench.at + 20 })).toMatchObject({
      attachment: { expiresAt: bench.at + 50 },
    });
    expect(add(join('ben'), 'd', { hash: 'h' })).toMatchObject({ reused: false });
    const forGood = add(anna, 'e', { hash: 'h', permanent: true }) as { attachment: Attachment };
    expect(forGood.attachment).toMatchObject({ id: 'a', permanent: true });
    expect(forGood.attachment.expiresAt).toBeUndefined();
  });

  test('are shown once by a message that names them again, and only so many by one message', () => {
    const { join, add, run, told, lounge } = rig({ limits: { ...domainLimits, attachmentsPerMessage: 2 } });
    const anna = join('anna');
    for (const id of ['a', 'b', 'c']) add(anna, id);
    const send = (...attachments: string[]) =>
      outcome(run('message.send', { by: anna, channel: lounge, text: '', attachments }));
    expect(send('a', 'b', 'a', 'a')).toBe('granted');
    expect(told('message')[0]?.message.attachments?.map((one) => one.id)).toEqual(['a', 'b']);
    expect(send('a', 'b', 'c')).toBe('too-many-attachments');
  });

  test('come and go with an edit, which leaves them as they are if it names none', () => {
    const { join, add, send, run, told, bench, stored } = rig();
    const [anna, root] = ['anna', 'root'].map((name) => join(name, { permissions: everything })) as [
      UserId,
      UserId,
    ];
    for (const id of ['a', 'b', 'c']) add(anna, id);
    add(root, 'd');
    const id = send(anna, ['a', 'b']);
    const edit = (by: UserId, more: object) =>
      outcome(run('message.edit', { by, id, text: 'look', ...more }));
    const shown = () => told('message_edit')[0]?.message.attachments?.map((one) => one.id);
    expect(edit(anna, {})).toBe('granted');
    expect(shown()).toEqual(['a', 'b']);
    expect(edit(anna, { attachments: ['c', 'b'] })).toBe('granted');
    expect(shown()).toEqual(['c', 'b']);
    expect(stored()).toEqual(['b', 'c', 'd']);
    expect(edit(anna, { attachments: ['a'] })).toBe('attachment-unknown');
    expect(edit(anna, { attachments: ['c', 'd'] })).toBe('attachment-not-own');
    expect(edit(anna, { text: '', attachments: [] })).toBe('message-empty');
    expect(edit(root, { attachments: ['d', 'c'] })).toBe('granted');
    expect(edit(anna, { attachments: [] })).toBe('granted');
    expect(told('message_edit')[0]?.message).not.toHaveProperty('attachments');
    expect(stored()).toEqual([]);
    expect(bench.read((view) => view.count(uploads, 'uploader', anna))).toBe(0);
  });

  test('that are over are neither shown nor used again', () => {
    const { join, add, run, bench, lounge } = rig();
    const anna = join('anna');
    add(anna, 'a', { hash: 'h', expiresAt: bench.at + 10 });
    bench.at += 10;
    const text = { by: anna, channel: lounge, text: '', attachments: ['a'] };
    expect(outcome(run('message.send', text))).toBe('attachment-unknown');
    expect(outcome(run('upload.remove', { by: anna, id: 'a' }))).toBe('attachment-unknown');
    expect(add(anna, 'b', { hash: 'h' })).toMatchObject({ reused: false, attachment: { id: 'b' } });
  });

  test('are removed by their uploader and by administrators only', () => {
    const { join, add, run, told } = rig();
    const anna = join('anna');
    const ben = join('ben', { permissions: everything });
    const root = join('root', { roles: ['owner'] });
    add(anna, 'a');
    expect(outcome(run('upload.remove', { by: ben, id: 'none' }))).toBe('attachment-unknown');
    expect(outcome(run('upload.remove', { by: join('cleo'), id: 'a' }))).toBe('attachment-not-own');
    expect(outcome(run('upload.remove', { by: anna, id: 'a' }))).toBe('granted');
    expect(told('attachment_remove')).toMatchObject([
      { attachment: { id: 'a' }, uploader: { user: anna, handle: 'anna' }, by: anna, reason: 'removed' },
    ]);
    for (const by of [root, 'host'] as const) {
      add(anna, 'b');
      expect(outcome(run('upload.remove', { by, id: 'b' }))).toBe('granted');
    }
  });

  test('are told to be gone with the channels that showed them', () => {
    const { join, add, run, send, told, channel } = rig();
    const anna = join('anna');
    run('channel.create', { by: 'host', name: 'den' });
    add(anna, 'a');
    for (const at of ['den', 'lounge', 'den']) send(anna, ['a'], channel(at).id);
    run('upload.remove', { by: anna, id: 'a' });
    expect(
      told('attachment_remove')[0]
        ?.shownIn.map((one) => one.name)
        .sort(),
    ).toEqual(['den', 'lounge']);
  });

  test('go with the last message that shows them', () => {
    const { join, add, run, send, stored, told } = rig();
    const anna = join('anna');
    add(anna, 'a');
    add(anna, 'b');
    const one = send(anna, ['a', 'b']);
    const two = send(anna, ['a', 'a']);
    run('message.delete', { by: anna, id: one });
    expect(stored()).toEqual(['a']);
    expect(told('attachment_remove')).toMatchObject([{ attachment: { id: 'b' }, reason: 'message' }]);
    run('message.delete', { by: anna, id: two });
    expect(stored()).toEqual([]);
  });

  test('go with the channel that showed them, unless another one does', () => {
    const { join, add, run, send, stored, channel } = rig();
    const anna = join('anna');
    run('channel.create', { by: 'host', name: 'den' });
    const den = channel('den').id;
    for (const id of ['both', 'den', 'lounge']) add(anna, id);
    add(anna, 'planned', { channel: den });
    send(anna, ['both', 'den'], den);
    const kept = send(anna, ['both', 'lounge']);
    run('channel.delete', { by: 'host', channel: den });
    expect(stored()).toEqual(['both', 'lounge']);
    run('message.delete', { by: anna, id: kept });
    expect(stored()).toEqual([]);
  });

  test('that nothing shows go with their uploader', () => {
    const { join, add, run, send, stored } = rig();
    const anna = join('anna');
    add(anna, 'shown');
    add(anna, 'unshown');
    send(anna, ['shown']);
    run('user.leave', { user: anna, via: 'host' });
    expect(stored()).toEqual(['shown']);
  });

  test('expire when their time has come, or an hour after nobody has shown them', () => {
    const { join, add, run, send, stored, bench, told } = rig();
    const anna = join('anna');
    add(anna, 'short', { expiresAt: bench.at + unusedMs });
    add(anna, 'shown');
    add(anna, 'unshown');
    send(anna, ['short', 'shown']);
    bench.at += unusedMs - 1;
    expect(run('upload.expire', {})).toEqual({ bodies: [], more: false });
    bench.at += 1;
    expect(run('upload.expire', {})).toEqual({ bodies: ['body of short', 'body of unshown'], more: false });
    expect(told('attachment_remove').map((event) => [event.attachment.id, event.reason])).toEqual([
      ['short', 'expired'],
      ['unshown', 'unused'],
    ]);
    expect(stored()).toEqual(['shown']);
  });

  test('expire a few at once', () => {
    const { join, add, run, bench } = rig();
    const anna = join('anna');
    for (let i = 0; i < expiredAtOnce + 3; i++) add(anna, `u${i}`);
    bench.at += unusedMs;
    const first = run('upload.expire', {}) as { bodies: string[]; more: boolean };
    expect([first.bodies.length, first.more]).toEqual([expiredAtOnce, true]);
    const second = run('upload.expire', {}) as { bodies: string[]; more: boolean };
    expect([second.bodies.length, second.more]).toEqual([3, false]);
  });

  describe('without a channel', () => {
    const avatar = 'a0000000-0000-4000-8000-000000000001';
    const later = 'a0000000-0000-4000-8000-000000000002';
    const profile = (id: string) => ({ avatar: { url: `https://chat.test/files/${id}/me.png` } });

    function own() {
      const chat = rig();
      const { run, add, join } = chat;
      const anna = join('anna');
      const loose = (id: string, by = anna) => add(by, id, { channel: undefined });
      const names = (id: string, user = anna) =>
        run('user.profile', { by: user, user, profile: profile(id) });
      const expire = () => run('upload.expire', {});
      return { ...chat, anna, loose, names, expire };
    }

    test('may be shown anywhere, and are told without one', () => {
      const { anna, loose, told, send, stored } = own();
      loose(avatar);
      expect(told('attachment_add')[0]).not.toHaveProperty('channel');
      send(anna, [avatar]);
      expect(stored()).toEqual([avatar]);
    });

    test('are not for somebody who is banned', () => {
      const { anna, loose, run } = own();
      run('user.ban', { by: 'host', user: anna, until: null });
      expect(outcome(loose(avatar))).toBe('user-banned');
    });

    test('stay as long as the profile of their uploader names them', () => {
      const { anna, bench, loose, names, expire, stored, send, run, join } = own();
      const ben = join('ben');
      loose(avatar);
      loose(later, ben);
      names(avatar);
      // Naming what somebody else uploaded does not keep it.
      names(avatar, ben);
      run('user.profile', { by: anna, user: anna, profile: { ...profile(avatar), friend: profile(later) } });
      bench.at += unusedMs;
      expire();
      expect(stored()).toEqual([avatar]);
      const id = send(anna, [avatar]);
      run('message.delete', { by: anna, id });
      expect(stored()).toEqual([avatar]);
      names('somebody-elses-0000000000');
      expire();
      expect(stored()).toEqual([avatar]);
      bench.at += unusedMs;
      expire();
      expect(stored()).toEqual([]);
    });

    test('wait anew when they are uploaded once more', () => {
      const { bench, anna, add, expire, stored, loose } = own();
      loose(avatar);
      bench.at += unusedMs - 1;
      expect(add(anna, later, { channel: undefined, hash: `hash of ${avatar}` })).toMatchObject({
        reused: true,
      });
      bench.at += 1;
      expire();
      expect(stored()).toEqual([avatar]);
    });

    test('go with whoever leaves for good, unless others have seen them', () => {
      const { anna, loose, names, stored, send, run } = own();
      loose(avatar);
      loose(later);
      names(avatar);
      send(anna, [later]);
      run('user.leave', { user: anna, via: 'host' });
      expect(stored()).toEqual([later]);
    });
  });
});
