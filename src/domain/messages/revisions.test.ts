import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { community, everything, outcome } from '../../../tests/support/community.js';
import { domainLimits } from '../config.js';
import type { ChannelId, MessageId, UserId } from '../ids.js';
import type { RoleWish } from '../roles/commands.js';
import { type Mentions, pings, pingsOfRole, pingsOfUser } from './mentions.js';
import { latest, type Message, messages } from './messages.js';
import { revisionLines } from './revision-lines.js';

const mod: RoleWish = { name: 'mod', permissions: [] };

function rig(limits: Partial<typeof domainLimits> = {}) {
  const one = community({
    limits: { ...domainLimits, ...limits },
    defaults: {
      rank: 1,
      roles: [],
      traits: [],
      permissions: ['message.send', 'message.edit.own', 'message.delete.own'],
    },
  });
  one.run('role.prepare', { wishes: [mod] });
  const lounge = one.channel('lounge').id;
  const send = (by: UserId | 'host', text: string, more: object = {}) =>
    (one.run('message.send', { by, channel: lounge, text, ...more }) as { id: MessageId }).id;
  const row = (id: MessageId) => one.bench.read((view) => view.peek(messages, id)) as Message;
  const pinged = (to: string) =>
    one.bench.read((view) => {
      try {
        return view.newest(pings, to, 100).map((ping) => ping.message);
      } catch {
        return [];
      }
    });
  return { ...one, lounge, send, row, pinged };
}

describe('edits', () => {
  test('are made by the author, keep the id and the time, and are told with whom the new text calls', () => {
    const { join, run, send, row, told } = rig();
    const [anna, ben] = [join('anna'), join('ben')];
    const id = send(anna, 'helo');
    expect(outcome(run('message.edit', { by: ben, id, text: 'no' }))).toBe('message-foreign');
    expect(outcome(run('message.edit', { by: anna, id, text: 'hello @ben' }))).toBe('granted');
    expect(told('message_edit')).toMatchObject([
      { message: { id, text: 'hello @ben', edited: true }, by: anna, mentions: { users: [{ name: 'ben' }] } },
    ]);
    expect(row(id)).toMatchObject({ text: 'hello @ben', edited: true, editedAt: expect.any(Number) });
    expect(row(id).editedAt).toBe(told('message_edit')[0]?.at);
    expect(outcome(run('message.edit', { by: 'host', id, text: 'host' }))).toBe('granted');
  });

  test('that are to be of their own are refused to whoever may edit what others wrote, before the text is looked at', () => {
    const { join, run, send } = rig();
    const [anna, ben] = [join('anna'), join('ben', { permissions: everything })];
    const id = send(anna, 'one');
    const edit = (by: UserId, text: string, own: boolean) =>
      outcome(run('message.edit', { by, id, text, own }));
    expect(edit(ben, 'two', false)).toBe('granted');
    expect(edit(ben, 'two', true)).toBe('message-foreign');
    expect(edit(ben, '', true)).toBe('message-foreign');
    expect(edit(anna, 'two', true)).toBe('granted');
  });

  test('are refused where a message would be', () => {
    const { join, run, send, channel } = rig({ messageLength: 5 });
    const anna = join('anna');
    const id = send(anna, 'one');
    const edit = (text: string, more: object = {}) =>
      outcome(run('message.edit', { by: anna, id, text, ...more }));
    expect(edit('')).toBe('message-empty');
    expect(edit('12345')).toBe('granted');
    expect(edit('123456')).toBe('message-too-long');
    expect(edit('two', { in: '99' as ChannelId })).toBe('message-unknown');
    expect(outcome(run('message.edit', { by: anna, id: 7 as MessageId, text: 'x' }))).toBe('message-unknown');
    run('user.silence', { by: 'host', user: anna, until: null });
    expect(edit('two')).toBe('user-silenced');
    run('user.unsilence', { by: 'host', user: anna });
    run('channel.update', {
      by: 'host',
      channel: channel('lounge').id,
      roles: { see: ['mod'], 'edit-own': ['mod'] },
    });
    expect(edit('two')).toBe('not-permitted');
  });
});

describe('ids under which a changed message is shown', () => {
  test('are those of its newest two edits, and lead to it until it is gone', () => {
    const { join, run, send, row, told, bench } = rig();
    const anna = join('anna');
    const id = send(anna, 'one');
    const edits = ['two', 'three', 'four'].map(
      (text) => (run('message.edit', { by: anna, id, text }) as { edit: MessageId }).edit,
    );
    expect(told('message_edit')[0]?.renewed).toEqual({ from: edits[1], to: edits[2] });
    expect(row(id).shownAs).toEqual(edits.slice(1));
    const remove = (which: MessageId | undefined, asShown: boolean) =>
      outcome(run('message.delete', { by: anna, id: which as MessageId, ...(asShown ? { asShown } : {}) }));
    expect(remove(edits[2], false)).toBe('message-unknown');
    expect(remove(edits[0], true)).toBe('message-unknown');
    expect(remove(edits[1], true)).toBe('granted');
    expect(remove(edits[2], true)).toBe('message-unknown');
    expect(bench.read((view) => [...view.all(latest)])).toEqual([]);
  });

  test('come with edits of the newest twenty messages alone', () => {
    const { join, run, send, row, told } = rig();
    const anna = join('anna');
    const [old, id] = [send(anna, 'old'), send(anna, 'new')];
    for (let n = 0; n < 19; n++) send(anna, `${n}`);
    run('message.edit', { by: anna, id: old, text: 'older' });
    expect(told('message_edit')[0]).not.toHaveProperty('renewed');
    expect(row(old)).not.toHaveProperty('shownAs');
    run('message.edit', { by: anna, id, text: 'newer' });
    expect(row(id).shownAs).toHaveLength(1);
  });
});

describe('deletions', () => {
  test('put the channel’s newest message right', () => {
    const { join, run, send, bench, lounge } = rig();
    const anna = join('anna');
    const [first, second] = [send(anna, '1'), send(anna, '2')];
    const newest = () => bench.read((view) => view.get(latest, lounge)?.id);
    expect(newest()).toBe(second);
    run('message.delete', { by: anna, id: second });
    expect(newest()).toBe(first);
    run('message.delete', { by: anna, id: first });
    expect(newest()).toBeUndefined();
  });

  test('are for whoever is on the channel’s list, whatever else they may', () => {
    const { join, run, send, lounge } = rig();
    const anna = join('anna');
    const ben = join('ben', { roles: ['mod'] });
    run('channel.update', {
      by: 'host',
      channel: lounge,
      roles: { see: ['mod'], 'delete-any': ['mod'], 'delete-own': [] },
    });
    const id = send('host', 'x');
    expect(outcome(run('message.delete', { by: anna, id }))).toBe('not-permitted');
    expect(outcome(run('message.delete', { by: ben, id }))).toBe('granted');
  });
});

describe('reactions', () => {
  test('are counted once for each person and emoji, whatever happens in whatever order', () => {
    const people = ['anna', 'ben', 'cleo'];
    const emoji = ['👍', '__proto__', 'x'];
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(2), fc.boolean()), { maxLength: 60 }), (steps) => {
        const { join, run, send, row } = rig();
        const users = people.map((name) => join(name));
        const id = send('host', 'react');
        const model = new Map<string, string[]>();
        for (const [person, which, on] of steps) {
          const [name, by, one] = [people[person], users[person] as UserId, emoji[which] as string];
          const had = model.get(one) ?? [];
          const has = had.includes(name as string);
          const expected = on === has ? (on ? 'reaction-exists' : 'reaction-unknown') : 'granted';
          expect(outcome(run('message.react', { by, id, emoji: one, on }))).toBe(expected);
          if (expected !== 'granted') continue;
          const next = on ? [...had, name as string] : had.filter((other) => other !== name);
          if (next.length === 0) model.delete(one);
          else model.set(one, next);
        }
        const kept = (row(id).reactions ?? []).map((one) => [one.emoji, one.by.map((who) => who.handle)]);
        expect(kept).toEqual([...model]);
      }),
      { numRuns: 200 },
    );
  });

  test('are of so many emoji at most', () => {
    const { join, run, send } = rig({ reactionsPerMessage: 3 });
    const anna = join('anna');
    const id = send(anna, 'x');
    const react = (emoji: string) => outcome(run('message.react', { by: anna, id, emoji, on: true }));
    expect(['a', 'b', 'c', 'd'].map(react)).toEqual(['granted', 'granted', 'granted', 'too-many-reactions']);
  });

  test('that may be repeated are granted where they change nothing, and told once', () => {
    const { join, run, send, told, row } = rig();
    const anna = join('anna');
    const id = send(anna, 'x');
    const react = (on: boolean) =>
      run('message.react', { by: anna, id, emoji: '👍', on, repeatable: true }) as { message: Message };
    expect(react(false)).toEqual({ message: row(id) });
    expect(told('reaction_remove')).toEqual([]);
    const first = react(true);
    expect(told('reaction_add')).toHaveLength(1);
    expect(react(true)).toEqual(first);
    expect(told('reaction_add')).toEqual([]);
  });

  test('are told with the message, whom it calls and the person', () => {
    const { join, run, send, told } = rig();
    const anna = join('anna');
    const id = send(anna, '@anna');
    run('message.react', { by: anna, id, emoji: '👍', on: true });
    expect(told('reaction_add')).toMatchObject([
      { message: { id }, emoji: '👍', person: { handle: 'anna' }, mentions: { users: [{ user: anna }] } },
    ]);
    run('message.react', { by: anna, id, emoji: '👍', on: false });
    expect(told('reaction_remove')).toMatchObject([{ message: { id }, emoji: '👍' }]);
  });
});

describe('pins', () => {
  test('are set and taken away by whoever may pin there', () => {
    const { join, run, send, row, told, lounge } = rig();
    const [anna, ben] = [join('anna'), join('ben', { roles: ['mod'] })];
    const id = send(anna, 'x');
    run('channel.update', { by: 'host', channel: lounge, roles: { see: ['mod'], pin: ['mod'] } });
    expect(outcome(run('message.pin', { by: anna, id, pinned: true }))).toBe('not-permitted');
    expect(outcome(run('message.pin', { by: ben, id, pinned: true }))).toBe('granted');
    expect(row(id).pinned).toBe(true);
    expect(told('message_pin')).toMatchObject([{ message: { id }, pinned: true, by: ben }]);
    run('message.pin', { by: ben, id, pinned: false });
    expect(row(id)).not.toHaveProperty('pinned');
  });
});

describe('mentions', () => {
  test('are names in any case, once each, as their wearers write them, and roles that there are', () => {
    const { join, run, told, lounge } = rig();
    const anna = join('Anna');
    join('ben-2');
    run('message.send', {
      by: anna,
      channel: lounge,
      text: '@anna @ANNA @ben-2, @nobody @&mod @&none a@b 你@c',
    });
    const { users, roles } = told('message')[0]?.mentions ?? ({} as Mentions);
    expect(users.map((one) => one.name)).toEqual(['Anna', 'ben-2', 'nobody', 'c']);
    expect(users.map((one) => one.user !== undefined)).toEqual([true, true, false, false]);
    expect(roles).toEqual(['mod']);
  });

  test('notify others, roles, and the author of an answered message unless the sender says no', () => {
    const { join, send, pinged } = rig();
    const [anna, ben, cleo] = [join('anna'), join('ben'), join('cleo')];
    const first = send(anna, 'hi @ben and @anna and @&mod');
    expect(pinged(pingsOfUser(ben))).toEqual([first]);
    expect(pinged(pingsOfUser(anna))).toEqual([]);
    expect(pinged(pingsOfRole('mod'))).toEqual([first]);
    const answer = send(cleo, 'yes', { reply: first });
    expect(pinged(pingsOfUser(anna))).toEqual([answer]);
    send(cleo, 'quietly', { reply: first, ping: false });
    expect(pinged(pingsOfUser(anna))).toEqual([answer]);
  });

  test('notify so many at most; the rest is mentioned all the same', () => {
    const { join, run, told, pinged, lounge } = rig({ mentionsPerMessage: 2 });
    const anna = join('anna');
    const others = ['ben', 'cleo', 'dan'].map((name) => join(name));
    run('message.send', { by: anna, channel: lounge, text: '@ben @cleo @dan' });
    expect(others.map((user) => pinged(pingsOfUser(user)).length)).toEqual([1, 1, 0]);
    expect(told('message')[0]?.mentions.users).toHaveLength(3);
  });
});

describe('answers', () => {
  test('are to a message of the same channel, and remember whose it was', () => {
    const { join, run, send, row, lounge } = rig();
    const anna = join('anna', { permissions: everything });
    const first = send(anna, 'first');
    expect(row(send(anna, 'second', { reply: first }))).toMatchObject({
      replyTo: first,
      replyAuthor: { user: anna, handle: 'anna' },
    });
    const { channel: other } = run('channel.create', { by: 'host', name: 'other' }) as { channel: ChannelId };
    const wrong = { by: anna, channel: other, text: 'x', reply: first };
    expect(outcome(run('message.send', wrong))).toBe('reply-unknown');
    const missing = { by: anna, channel: lounge, text: 'x', reply: 3 as MessageId };
    expect(outcome(run('message.send', missing))).toBe('reply-unknown');
    const byHost = send('host', 'announcement');
    expect(row(send(anna, 'ok', { reply: byHost }))).not.toHaveProperty('replyAuthor');
  });
});

describe('the history of a channel', () => {
  const linesIn = (one: ReturnType<typeof rig>, channel: ChannelId) =>
    one.bench.read((view) => view.newest(revisionLines, channel, 50));

  test('has edits and deletions as lines of the one series of ids, which their events and answers carry', () => {
    const one = rig();
    const { join, run, told, lounge } = one;
    const anna = join('anna');
    const sent = run('message.send', { by: anna, channel: lounge, text: 'helo' }) as {
      id: MessageId;
      message: Message;
    };
    expect(sent.message).toEqual(told('message')[0]?.message);
    const { id } = sent;
    const first = run('message.edit', { by: anna, id, text: 'hello' }) as { edit: MessageId };
    const [edited] = told('message_edit');
    expect(first).toEqual({ message: edited?.message, edit: edited?.edit, at: edited?.at });
    const second = run('message.edit', { by: 'host', id, text: 'hello!' }) as { edit: MessageId };
    const gone = run('message.delete', { by: anna, id }) as { edit: MessageId };
    const [deleted] = told('message_delete');
    expect(gone).toEqual({ channel: lounge, edit: deleted?.edit, at: deleted?.at });
    expect([id, first.edit, second.edit, gone.edit]).toEqual(
      [id, first.edit, second.edit, gone.edit].sort((a, b) => a - b),
    );
    const at = deleted?.at;
    expect(linesIn(one, lounge)).toEqual([
      { id: gone.edit, channel: lounge, message: id, at, by: anna, deleted: true },
    ]);
  });

  test('has one line of a message, of what happened to it last', () => {
    const one = rig();
    const { join, run, send, lounge } = one;
    const anna = join('anna');
    const [id, other] = [send(anna, 'one'), send(anna, 'two')];
    for (let n = 0; n < 100; n++) run('message.edit', { by: anna, id, text: `edit ${n}` });
    const { edit } = run('message.edit', { by: 'host', id: other, text: 'edit' }) as { edit: MessageId };
    const last = run('message.edit', { by: 'host', id, text: 'last' }) as { edit: MessageId };
    expect(linesIn(one, lounge)).toEqual([
      {
        id: edit,
        channel: lounge,
        message: other,
        at: expect.any(Number),
        by: 'host',
      },
      { id: last.edit, channel: lounge, message: id, at: expect.any(Number), by: 'host' },
    ]);
  });

  test('has no line of what was refused, and goes with its channel', () => {
    const one = rig();
    const { join, run, channel } = one;
    const [anna, ben] = [join('anna'), join('ben')];
    run('channel.create', { by: 'host', name: 'den' });
    const den = channel('den').id;
    const { id } = run('message.send', { by: anna, channel: den, text: 'x' }) as { id: MessageId };
    expect(outcome(run('message.edit', { by: ben, id, text: 'y' }))).toBe('message-foreign');
    expect(linesIn(one, den)).toEqual([]);
    run('message.edit', { by: anna, id, text: 'y' });
    expect(linesIn(one, den)).toHaveLength(1);
    run('channel.delete', { by: 'host', channel: den });
    expect(linesIn(one, den)).toEqual([]);
  });

  test('has no line of what was never a message', () => {
    const { run, told } = rig();
    const { id } = run('announce', { by: 'host', text: 'hear, hear' }) as { id: MessageId };
    expect(run('message.delete', { by: 'host', id })).toEqual({
      channel: told('message_delete')[0]?.channel,
      at: told('message_delete')[0]?.at,
    });
    expect(told('message_delete').some((event) => 'edit' in event)).toBe(false);
  });
});
