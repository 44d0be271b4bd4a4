import { expect, it } from 'vitest';
import { channels } from '../../src/domain/channels/channels.js';
import type { ChannelId, MessageId, SessionId, UserId } from '../../src/domain/ids.js';
import { domainRig } from './domain-rig.js';

it('writes nothing for readers who were notified of nothing, but how far they have read, later and at once', async () => {
  const { run, clock, storage, view, events } = await domainRig();
  const users: UserId[] = [];
  for (let i = 0; i < 1_000; i++) {
    const name = `reader${i}`;
    const asked = run('session.open', {
      session: `s${i}` as SessionId,
      dialect: 'two',
      identity: { provider: 'accounts', id: name, name },
      place: false,
      wornName: 'number',
    });
    users.push((asked.result as { user: UserId }).user);
  }
  const [first, second] = users as [UserId, UserId];
  const lounge = view((state) => [...state.all(channels)])[0]?.id as ChannelId;
  run('member.join', { user: second, channel: lounge });
  await clock.advance(60_000);
  const said = run('message.send', { by: first, channel: lounge, text: 'hello @reader1' });
  await clock.advance(60_000);
  const last = (said.result as { id: MessageId }).id;

  const commits = storage.calls.commit;
  const told = events.length;
  for (const user of users) if (user !== second) run('read.mark', { user, channel: lounge, last });
  await clock.turn();
  expect([storage.calls.commit, events.length]).toEqual([commits, told + 999]);
  await clock.advance(60_000);
  const written = () =>
    storage.stored.slice(-1).flatMap(({ changes }) => changes.map(({ op, table }) => `${op} ${table}`));
  expect(storage.calls.commit).toBe(commits + 1);
  expect([...new Set(written())]).toEqual(['put reads']);

  run('read.mark', { user: second, channel: lounge, last });
  await clock.turn();
  expect(storage.calls.commit).toBe(commits + 2);
  expect(written()).toEqual(['remove notifications']);
  run('read.mark', { user: second, channel: lounge, last });
  await clock.turn();
  expect(storage.calls.commit).toBe(commits + 2);
});
