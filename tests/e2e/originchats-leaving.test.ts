import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChatProcess } from '../support/chat-process.js';
import { type Json, JsonProbe } from '../support/json-probe.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let folder: ReturnType<typeof temporaryFolder>;
let server: ChatProcess;

beforeEach(async () => {
  folder = temporaryFolder();
  server = await ChatProcess.start(join(folder.path, 'chat.sqlite'));
});

afterEach(async () => {
  await server.kill();
  folder.remove();
});

/** Ends the process as a crash would, and starts another one on the same file. */
async function crash(): Promise<void> {
  await server.kill();
  server = await ChatProcess.start(join(folder.path, 'chat.sqlite'));
}

/** Says who one is, on a connection of one's own; the frame that answers is the second of the pair. */
async function knock(name: string): Promise<[JsonProbe, Json]> {
  const probe = await JsonProbe.open(server.originUrl, name);
  const { val } = await probe.next();
  probe.send({ cmd: 'auth', validator: `${name},${val.validator_key}` });
  return [probe, await probe.next()];
}

async function arrive(name: string): Promise<JsonProbe> {
  const [probe, answer] = await knock(name);
  expect(answer.cmd).toBe('auth_success');
  expect(await probe.next()).toMatchObject({ cmd: 'ready', user: { username: name } });
  return probe;
}

let asked = 0;

async function ask(probe: JsonProbe, request: object): Promise<Json> {
  const listener = `L-${++asked}`;
  probe.send({ ...request, listener });
  return probe.until((frame) => frame.listener === listener, JSON.stringify(request));
}

/** Everything that came until now, and was not taken. */
async function settle(probe: JsonProbe): Promise<Json[]> {
  const listener = `L-${++asked}`;
  probe.send({ cmd: 'ping', listener });
  const before: Json[] = [];
  for (;;) {
    const frame = await probe.next();
    if (frame.listener === listener) return before;
    before.push(frame);
  }
}

const namesOf = ({ users }: Json): string[] => users.map((one: { username: string }) => one.username).sort();
const leave = (username: string) => ({ cmd: 'user_leave', username, val: 'User left server' });

describe('leaving for good, over a process that is killed right after its answers', () => {
  it('keeps accounts, names and bans as the leaver, the bystander and the banned were told', async () => {
    const olga = await arrive('olga');
    const bob = await arrive('bob');
    const alice = await arrive('alice');
    const second = await arrive('alice');
    const mallory = await arrive('mallory');
    await ask(olga, {
      cmd: 'channel_create',
      name: 'voice',
      type: 'voice',
      permissions: { view: ['owner', 'user'] },
    });
    for (const [who, content] of [
      [alice, 'alice was here'],
      [mallory, 'mallory was here'],
    ] as const)
      expect(await ask(who, { cmd: 'message_new', channel: 'lounge', content })).toMatchObject({
        message: { content },
      });
    await ask(alice, { cmd: 'voice_join', channel: 'voice', peer_id: 'peer-1' });
    expect(await ask(olga, { cmd: 'user_ban', user: 'mallory' })).toMatchObject({ banned: true });
    for (const probe of [bob, second, mallory]) await settle(probe);

    alice.send({ cmd: 'user_leave', listener: 'A' });
    expect(await alice.closed).toBe(1000);
    expect(alice.frames.at(-1)).toEqual({ ...leave('alice'), listener: 'A' });
    mallory.send({ cmd: 'user_leave', listener: 'M' });
    expect(await mallory.closed).toBe(1000);
    await bob.until((frame) => frame.cmd === 'user_disconnect' && frame.username === 'mallory');
    await crash();

    // What each of them was told before the end.
    const told = bob.frames.filter((frame) =>
      ['voice_user_left', 'user_leave', 'user_disconnect'].includes(frame.cmd),
    );
    expect(told).toEqual([
      { cmd: 'voice_user_left', channel: 'voice', username: 'alice' },
      leave('alice'),
      { cmd: 'user_disconnect', username: 'alice' },
      leave('mallory'),
      { cmd: 'user_disconnect', username: 'mallory' },
    ]);
    expect(second.rest().filter((frame) => frame.cmd === 'user_leave')).toEqual([leave('alice')]);
    expect(mallory.frames.at(-1)).toEqual({ ...leave('mallory'), listener: 'M' });

    // The bystander: the leaver's account is gone, their messages have their name.
    const bystander = await arrive('bob');
    expect(namesOf(await ask(bystander, { cmd: 'users_list' }))).toEqual(['bob', 'olga']);
    expect(namesOf(await ask(bystander, { cmd: 'users_online' }))).toEqual(['bob']);
    const history = async () =>
      (await ask(bystander, { cmd: 'messages_get', channel: 'lounge' })).messages.map(
        ({ user, content }: Json) => [user, content],
      );
    const said = [
      ['alice', 'alice was here'],
      ['mallory', 'mallory was here'],
    ];
    expect(await history()).toEqual(said);
    const { participants } = await ask(bystander, { cmd: 'voice_state', channel: 'voice' });
    expect(participants).toEqual([]);
    expect(await ask(bystander, { cmd: 'user_roles_get', user: 'alice' })).toMatchObject({
      val: 'User not found',
    });
    await settle(bystander);

    // The leaver: a new login makes a new account.
    const again = await arrive('alice');
    const user = { username: 'alice', roles: ['user'], color: null };
    const joined = [
      { cmd: 'user_join', user },
      { cmd: 'user_connect', user },
    ];
    expect(await settle(again)).toEqual(joined);
    expect(await settle(bystander)).toEqual(joined);
    expect((await ask(again, { cmd: 'unreads_get' })).unreads.lounge).toMatchObject({ last_read: null });
    expect(await history()).toEqual(said);

    // The banned: the ban was kept, and no more of the account than it needs.
    const [outside, answer] = await knock('mallory');
    expect(answer).toEqual({ cmd: 'auth_error', val: 'Access denied: You are banned from this server' });
    await outside.close();
    const owner = await arrive('olga');
    expect((await ask(owner, { cmd: 'users_banned_list' })).users).toEqual(['mallory']);
    expect(await ask(owner, { cmd: 'user_unban', user: 'mallory' })).toMatchObject({ unbanned: true });
    await settle(bystander);
    const back = await arrive('mallory');
    expect((await settle(bystander)).map((frame) => frame.cmd)).toEqual(['user_join', 'user_connect']);
    expect(namesOf(await ask(bystander, { cmd: 'users_list' }))).toEqual(['alice', 'bob', 'mallory', 'olga']);
    for (const probe of [bystander, again, owner, back]) await probe.close();
  });
});
