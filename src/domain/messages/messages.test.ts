import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { MessageId, UserId } from '../ids.js';
import { lines } from '../lines/lines.js';
import { messages } from './messages.js';

describe('messages', () => {
  test('are told whole, signed with how the author looked', () => {
    const { join, run, told, channel } = community();
    const anna = join('anna', { colour: 'red' });
    run('user.nick', { by: anna, user: anna, nick: 'queen' });
    run('message.send', { by: anna, channel: channel('lounge').id, text: 'waves', action: true });
    expect(told('message')).toMatchObject([
      { message: { text: 'waves', action: true, author: { handle: 'anna', nick: 'queen', colour: 'red' } } },
    ]);
    run('message.send', { by: 'host', channel: channel('lounge').id, text: 'hello' });
    expect(told('message')[0]?.message.author).toBeNull();
  });

  test('have a length, counted in code points', () => {
    const { join, run, channel } = community({ limits: { ...domainLimits, messageLength: 5 } });
    const anna = join('anna');
    const send = (text: string) =>
      outcome(run('message.send', { by: anna, channel: channel('lounge').id, text }));
    expect(send('')).toBe('message-empty');
    expect(send('12345')).toBe('granted');
    expect(send('𝒶𝒶𝒶𝒶𝒶')).toBe('granted');
    expect(send('123456')).toBe('message-too-long');
  });

  test('are deleted by their author or by somebody of the same rank or a higher one', () => {
    const { join, run, channel } = community();
    const anna = join('anna', { rank: 3 });
    const ben = join('ben', { rank: 3 });
    const low = join('low', { rank: 2, permissions: everything });
    const same = join('same', { rank: 3, permissions: everything });
    const send = () =>
      (run('message.send', { by: anna, channel: channel('lounge').id, text: 'x' }) as { id: MessageId }).id;
    const remove = (by: UserId | 'host', id: MessageId) => outcome(run('message.delete', { by, id }));
    const id = send();
    expect(remove(ben, id)).toBe('not-permitted');
    expect(remove(low, id)).toBe('user-outranks');
    expect(remove(same, id)).toBe('granted');
    expect(remove(same, id)).toBe('message-unknown');
    expect(remove(anna, send())).toBe('granted');
    expect(remove('host', send())).toBe('granted');
  });

  test('announcements are in every channel and are deleted from every one', () => {
    const { join, run, told, bench } = community();
    const anna = join('anna', { permissions: everything });
    run('channel.create', { by: anna, name: 'den' });
    const { id } = run('announce', { by: anna, text: 'hear' }) as { id: MessageId };
    expect(outcome(run('message.delete', { by: anna, id }))).toBe('granted');
    expect(told('message_delete')).toHaveLength(2);
    const left = bench.read((view) => [...view.all(lines)].flatMap((row) => row.lines));
    expect(left.some((line) => line.id === id)).toBe(false);
  });

  test('stay in a channel in the order of their ids', () => {
    const { join, run, channel, bench } = community();
    const anna = join('anna');
    const { id } = channel('lounge');
    for (let i = 0; i < 300; i++) run('message.send', { by: anna, channel: id, text: `${i}` });
    const newest = bench.read((view) => view.newest(messages, id, 100));
    expect(newest.map((one) => one.text)).toEqual(Array.from({ length: 100 }, (_, i) => String(200 + i)));
  });
});

describe('whispers', () => {
  test('go to one person who is online, and are not kept', () => {
    const { join, run, told, bench, channel } = community();
    const anna = join('anna');
    const ben = join('ben');
    run('direct.whisper', { from: anna, to: ben, text: 'psst' });
    const [whisper] = told('whisper');
    expect(whisper?.copyId).toBeGreaterThan(whisper?.id ?? Number.NaN);
    expect(bench.read((view) => view.newest(messages, channel('lounge').id, 5))).toEqual([]);
    expect(outcome(run('direct.whisper', { from: anna, to: anna, text: 'x' }))).toBe('user-self');
    run('user.kick', { by: 'host', user: ben });
    expect(outcome(run('direct.whisper', { from: anna, to: ben, text: 'x' }))).toBe('user-offline');
  });
});
