import { describe, expect, it } from 'vitest';
import type { ChatMessage, ChatNotice } from '../../src/client/index.js';
import { online, rig, turn } from './fake-socket.js';

const now = '1700000000';

function texts(lines: readonly (ChatMessage | ChatNotice)[]): string[] {
  return lines.map((line) =>
    line.kind === 'message' ? line.text : [line.notice.id, ...line.notice.args].join(' '),
  );
}

describe('what a Sock Chat client knows', () => {
  it('[6.1] is whole after a login', async () => {
    const { client, names } = await online();
    expect(client.self).toMatchObject({ id: '7', name: 'ada', colour: '#123456', permissions: { rank: 3 } });
    expect(client.channel).toBe('lounge');
    expect(client.maxLength).toBe(500);
    expect([...client.users.values()].map((user) => user.name)).toEqual(['ada', 'bob']);
    expect([...client.channels.values()]).toEqual([
      { name: 'lounge', hasPassword: false, isTemporary: false },
      { name: 'staff', hasPassword: true, isTemporary: false },
    ]);
    expect(texts(client.lines)).toEqual(['hello', 'join ada']);
    expect(client.lines.every((line) => line.past)).toBe(true);
    expect(names()).toEqual(['login', 'users', 'message', 'notice', 'channels']);
  });

  it('[14] takes a welcome line ahead of the login, and the order y, 7.2, 7.0, 7.1', async () => {
    const { client, socket } = rig();
    socket().open();
    await turn();
    socket().say(
      '7\t1\t90\t-1\tChatBot\tinherit\t\t0\fsay\fWelcome, ada!\twelcome\t0\t10010',
      '1\ty\t7\tada\tinherit\t1\f0\f0\f0\f0\tlounge',
      '7\t2\t1\tlounge\t0\t0',
      '7\t0\t0',
      '7\t1\t80\t9\tbob\tinherit\t0\f0\f0\f0\f0\told\t40\t0\t10010',
    );
    expect(client.maxLength).toBeNull();
    expect(texts(client.lines)).toEqual(['old', 'say Welcome, ada!']);
    expect(client.self?.permissions).toMatchObject({ rank: 1 });
  });

  it('[2.1] takes names apart and decodes them, raw brackets included', async () => {
    const { client, socket } = await online();
    socket().say('10\t9\t&lt;BRB&gt;_~b&amp;b\t#fff\t2 0 0 1 0');
    expect(client.users.get('9')).toMatchObject({
      name: '<BRB>_~b&b',
      bareName: 'b&b',
      away: 'BRB',
      hasNickname: true,
      colour: '#fff',
    });
    socket().say('10\t9\t<AFK>_bob\tinherit\t2 0 0 1 0');
    expect(client.users.get('9')).toMatchObject({ name: '<AFK>_bob', bareName: 'bob', away: 'AFK' });
  });

  it('[10] gives message text as it was typed', async () => {
    const { client, socket } = await online();
    socket().say(`2\t${now}\t9\ta &lt;b&gt; &amp; "c" <br/> d\t50\t10010`);
    expect(client.lines.at(-1)).toMatchObject({ text: 'a <b> &amp; "c"\nd', isOwn: false, past: false });
  });

  it('[8.11] gives actions without their markup, in four characters of flags too', async () => {
    const { client, socket, told } = await online();
    socket().say(`2\t${now}\t9\t<i>waves &lt;3</i>\t50\t11000`, `2\t${now}\t9\t<i>bows</i>\t51\t1100`);
    expect(told.slice(-2)).toMatchObject([
      ['message', { text: 'waves <3', isAction: true }],
      ['message', { text: 'bows', isAction: true }],
    ]);
    expect(client.lines).toHaveLength(4);
  });

  it('[8.10] cuts the recipient off the own copy of a whisper, and only there', async () => {
    const { socket, told } = await online();
    socket().say(
      `2\t${now}\t7\t&lt;AFK&gt;_bob psst you\t50\t10011`,
      `2\t${now}\t9\tpsst back\t51\t10011`,
      `2\t${now}\t7\tnot private\t52\t10010`,
    );
    expect(told.slice(-3)).toMatchObject([
      ['message', { text: 'psst you', to: '<AFK>_bob', isOwn: true, isPrivate: true }],
      ['message', { text: 'psst back', to: null, isOwn: false, isPrivate: true }],
      ['message', { text: 'not private', to: null, isOwn: true, isPrivate: false }],
    ]);
  });

  it('[5 S2] survives a whisper by somebody who is not in the list, and knows who was', async () => {
    const { socket, told } = await online();
    socket().say(`2\t${now}\t99\tboo\t50\t10011`);
    expect(told.at(-1)).toMatchObject(['message', { user: { id: '99', name: '#99' } }]);
    socket().say('5\t1\t9\t51', `2\t${now}\t9\tstill me\t52\t10011`);
    expect(told.at(-1)).toMatchObject(['message', { user: { id: '9', name: 'bob' } }]);
  });

  it('[5 S1.#, S3] adds and removes people, with the line that backlogs have for it', async () => {
    const { client, socket, told } = await online();
    socket().say(`1\t${now}\t11\tcy\tinherit\t0 0 0 0 0\t50`);
    expect(told.slice(-2)).toMatchObject([
      ['user_add', { user: { id: '11' }, inChannel: false }],
      ['notice', { id: '50', notice: { id: 'join', args: ['cy'] }, past: false }],
    ]);
    for (const [index, reason] of ['leave', 'kick', 'flood', 'timeout', 'else'].entries()) {
      socket().say(`3\t11\tcy\t${reason}\t${now}\t6${index}`);
      const known = reason === 'else' ? 'leave' : reason;
      expect(told.at(-2)).toMatchObject(['user_remove', { user: { name: 'cy' }, reason: known }]);
      expect(told.at(-1)).toMatchObject(['notice', { notice: { id: known, args: ['cy'] } }]);
    }
    expect(client.users.has('11')).toBe(false);
  });

  it('[5 S5] takes both forms of 5.0 and keeps permissions that the short one lacks', async () => {
    const { client, socket } = await online();
    socket().say('5\t0\t12\tdee\tinherit\t4\f1\f0\f1\f2\t50');
    expect(client.users.get('12')?.permissions).toMatchObject({ rank: 4, kick: true });
    socket().say('5\t1\t12\t51', '5\t0\t12\tdee\tinherit\t52');
    expect(client.users.get('12')?.permissions).toMatchObject({ rank: 4 });
    socket().say('5\t0\t13\teve\tinherit\t53');
    expect(client.users.get('13')?.permissions).toBeNull();
    expect(texts(client.lines).slice(-4)).toEqual(['jchan dee', 'lchan dee', 'jchan dee', 'jchan eve']);
  });

  it('[6.3] changes channels, and says where it is after a refused join', async () => {
    const { client, socket, told } = await online();
    socket().say(
      '5\t1\t7\t60',
      '8\t3',
      '7\t0\t1\t21\tzoe\tinherit\t0 0 0 0 0\t0',
      '7\t1\t200\t-1\tChatBot\tinherit\t\t0\fjchan\fada\t61\t0\t10010',
      '5\t2\tstaff',
    );
    expect(client.channel).toBe('staff');
    expect([...client.users.keys()]).toEqual(['7', '21']);
    expect(client.users.get('21')?.visible).toBe(false);
    expect(texts(client.lines)).toEqual(['jchan ada']);
    expect(told.at(-1)).toEqual(['channel_switch', { channel: 'staff', previous: 'lounge' }]);
    socket().say(`2\t${now}\t-1\t1\fnochan\fnowhere\t62\t10010`, '5\t2\tstaff');
    expect(told.slice(-2)).toMatchObject([
      ['notice', { notice: { type: 'error', id: 'nochan', args: ['nowhere'] } }],
      ['channel_switch', { channel: 'staff', previous: 'staff' }],
    ]);
  });

  it('[5 S4] follows channels, also when the own one is renamed', async () => {
    const { client, socket } = await online();
    socket().say('4\t0\ttemp\t0\t1', '4\t1\tlounge\thall\t1\t0', '4\t2\tstaff');
    expect([...client.channels.keys()]).toEqual(['temp', 'hall']);
    expect(client.channels.get('hall')?.hasPassword).toBe(true);
    expect(client.channel).toBe('hall');
  });

  it.each([
    ['8\t0', { lines: true, users: false, channels: false }],
    ['8\t1', { lines: false, users: true, channels: false }],
    ['8\t2', { lines: false, users: false, channels: true }],
    ['8\t3', { lines: true, users: true, channels: false }],
    ['8\t4', { lines: true, users: true, channels: true }],
  ])('[5 S8] forgets what %j names', async (wire, what) => {
    const { client, socket, told } = await online();
    socket().say(wire);
    expect(told.at(-1)).toEqual(['clear', what]);
    expect(client.lines).toHaveLength(what.lines ? 0 : 2);
    expect([...client.users.keys()]).toEqual(what.users ? ['7'] : ['7', '9']);
    expect(client.channels.size).toBe(what.channels ? 0 : 2);
  });

  it('[5 S6] forgets a deleted line, and survives one it never had', async () => {
    const { client, socket, told } = await online();
    socket().say('6\t41', '6\t9999');
    expect(told.slice(-2)).toMatchObject([
      ['message_delete', { id: '41', line: { text: 'hello' } }],
      ['message_delete', { id: '9999', line: null }],
    ]);
    expect(texts(client.lines)).toEqual(['join ada']);
  });

  it('[7] gives lists as names, with single quotes and bold ones too', async () => {
    const { socket, told } = await online();
    const link = (name: string, more = '') =>
      `<a href="javascript:void(0);" onclick="UI.InsertChatText(this.innerHTML);"${more}>${name}</a>`;
    const bold = ' style="font-weight: bold;"';
    const list = [link('&lt;AFK&gt;_bob'), link('ada', bold), link('cy', bold.replaceAll('"', "'"))].join(
      ', ',
    );
    socket().say(`2\t${now}\t-1\t0\fwhochan\flounge\f${list}\t50\t10010`);
    expect(told.at(-1)).toMatchObject([
      'notice',
      {
        notice: { id: 'whochan', args: ['lounge', '<AFK>_bob, ada, cy'], names: ['<AFK>_bob', 'ada', 'cy'] },
      },
    ]);
    socket().say(`2\t${now}\t-1\t0\fbanlist\f\t51\t10010`);
    expect(told.at(-1)).toMatchObject(['notice', { notice: { id: 'banlist', names: [] } }]);
  });

  it('[7.0] leaves itself out where a server lists the receiver, and an empty field behind nobody', async () => {
    const { client, socket } = await online();
    socket().say('7\t0\t1\t7\tada\tinherit\t0 0 0 0 0\t1');
    expect(client.self?.permissions?.rank).toBe(3);
    socket().say('7\t0\t0\t');
    expect([...client.users.keys()]).toEqual(['7']);
  });

  it('[12] ignores packets of drafts it does not speak and whatever is no packet', async () => {
    const { client, socket, told } = await online();
    const before = told.length;
    socket().say('11\tMikoto/1.0\tX', '12\tlounge', '13', '', 'x', '999\t1', '2\tx', new ArrayBuffer(3));
    expect(told).toHaveLength(before);
    expect(client.state).toBe('online');
  });

  it('keeps so many lines and no more', async () => {
    const { client, socket } = await online({ maxLines: 3 });
    for (const id of ['50', '51', '52']) socket().say(`2\t${now}\t9\tm${id}\t${id}\t10010`);
    expect(texts(client.lines)).toEqual(['m50', 'm51', 'm52']);
  });
});
