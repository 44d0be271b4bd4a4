import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { StandingClock } from '../sockchat/support/clock.js';
import { type ConclaveServer, hex, type Person, seen, serve } from './support/server.js';

const nowhere = '00112233-4455-6677-8899-aabbccddeeff';

/** Commits and messages (section 8.8). */
export function messages(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });
  const pair = async () => {
    server = await serve();
    const people = await server.cast('alice', 'bob');
    const group = await people.alice.group('team');
    await people.alice.bring(group, people.bob);
    for (const one of Object.values(people)) await one.heard();
    return { ...people, group };
  };
  const numbers = async (who: Person, group: string, query = '') => {
    const { messages } = await who.get(`/groups/${group}/messages${query}`, wire.GetMessagesResponse);
    return messages.map(({ sequenceNum }) => sequenceNum);
  };

  it('[Conclave 8.8, 10] commit, send and fetch are for members', async () => {
    const { alice, group } = await pair();
    const carol = await server.arrive('carol');
    const no = [401, 400, 'not a member of this group'];
    for (const id of [group, nowhere]) {
      expect(seen(await carol.post(`/groups/${id}/commit`, wire.UploadCommitRequest))).toEqual(no);
      expect(seen(await carol.post(`/groups/${id}/messages`, wire.SendMessageRequest))).toEqual(no);
      expect(seen(await carol.ask(`/groups/${id}/messages`))).toEqual(no);
    }
    expect(await alice.heard()).toEqual([]);
  });

  it('[Conclave 8.8, 10] a commit is told to the others, an empty one changes nothing, and the id is set once', async () => {
    const { alice, bob, group } = await pair();
    const commit = (body: Partial<wire.UploadCommitRequest> = {}) =>
      bob.done(`/groups/${group}/commit`, wire.UploadCommitRequest, body);
    await commit();
    await commit({ groupInfo: Uint8Array.of(1), mlsGroupId: 'first' });
    expect(await alice.heard()).toEqual([]);
    await commit({ commitMessage: Uint8Array.of(2), mlsGroupId: 'second' });
    expect(await alice.heard()).toEqual([`update ${group} commit`]);
    expect(await bob.heard()).toEqual([]);
    expect(await numbers(alice, group)).toEqual([1, 2]);
    const { groups } = await alice.get('/groups', wire.ListGroupsResponse);
    expect(groups[0]?.mlsGroupId).toBe('first');
    const long = { mlsGroupId: 'x'.repeat(1_025) };
    expect(seen(await bob.post(`/groups/${group}/commit`, wire.UploadCommitRequest, long))).toEqual([
      400,
      100,
      'mls_group_id exceeds maximum length of 1024 bytes',
    ]);
  });

  it('[Conclave 8.8] any bytes are a message, also none, and times are seconds', async () => {
    const { alice, bob, group } = await pair();
    expect(await alice.send(group)).toBe(2);
    expect(await bob.send(group, 255)).toBe(3);
    const { messages } = await alice.get(`/groups/${group}/messages?after=1`, wire.GetMessagesResponse);
    expect(messages.map(({ senderId, mlsMessage }) => [hex(senderId), hex(mlsMessage)])).toEqual([
      [alice.id, ''],
      [bob.id, 'ff'],
    ]);
    expect(messages.every(({ createdAt }) => Math.abs(createdAt - Date.now() / 1_000) < 60)).toBe(true);
    expect(await bob.heard()).toEqual([`message ${group} 2 ${alice.id}`]);
    expect(await alice.heard()).toEqual([`message ${group} 3 ${bob.id}`]);
  });

  it('[Conclave 8.8] fetches after a number, as many as asked for, 100 unless told, 500 at most', async () => {
    const { alice, bob, group } = await pair();
    const other = await bob.group('other');
    await bob.send(other, 1);
    for (let i = 0; i < 60; i++) await Promise.all(Array.from({ length: 10 }, () => alice.send(group, 1)));
    const from = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
    expect(await numbers(bob, group)).toEqual(from(1, 100));
    expect(await numbers(bob, group, '?after=0&limit=1000')).toEqual(from(1, 500));
    expect(await numbers(bob, group, '?after=550&limit=9223372036854775807')).toEqual(from(551, 51));
    expect(await numbers(bob, group, '?limit=-1')).toEqual(from(1, 100));
    expect(await numbers(bob, group, '?limit=25&after=-5')).toEqual(from(1, 25));
    expect(await numbers(bob, group, '?limit=0')).toEqual([]);
    expect(await numbers(bob, group, '?after=601')).toEqual([]);
    expect(await numbers(bob, group, '?after=9223372036854775807')).toEqual([]);
  });

  it('[Conclave 8.8, 9] numbers are not used again, and fetching passes over those that are gone', async () => {
    const { alice, bob, group } = await pair();
    for (let i = 0; i < 30; i++) await alice.send(group, i);
    for (let i = 0; i < 5; i++) await bob.send(group, i);
    const other = await bob.group('other');
    await bob.send(other, 1);
    await alice.done('/delete-account', wire.DeleteAccountRequest, { password: 'password123' });
    expect(await numbers(bob, group)).toEqual([32, 33, 34, 35, 36]);
    expect(await bob.send(group, 1)).toBe(37);
    expect(await numbers(bob, group, '?limit=3')).toEqual([32, 33, 34]);
  });

  it('[Conclave 8.8, 12] where messages go once fetched, sending and fetching are what counts', async () => {
    server = await serve({ conclave: { cleanupInterval: '0' } });
    const { alice, bob } = await server.cast('alice', 'bob');
    const group = await alice.group('team');
    await alice.bring(group, bob);
    await alice.post(
      `/groups/${group}`,
      wire.UpdateGroupRequest,
      { updateMessageExpiry: true, messageExpirySeconds: 0 },
      'PATCH',
    );
    await alice.send(group, 1);
    expect(await numbers(bob, group)).toEqual([1, 2]);
    const until = Date.now() + 8_000;
    while ((await numbers(bob, group)).length > 0 && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await numbers(bob, group)).toEqual([]);
    expect(await bob.send(group, 2)).toBe(3);
  });

  it('[Conclave 12] messages that are too old are served until the next clean-up', async () => {
    const clock = new StandingClock();
    server = await serve({ clock, conclave: { messageRetention: '1h', cleanupInterval: '1h' } });
    const { alice } = await server.cast('alice');
    const group = await alice.group('team');
    await alice.send(group, 1);
    await clock.advance(3_500_000);
    await alice.send(group, 2);
    expect(await numbers(alice, group)).toEqual([1, 2]);
    await clock.advance(3_600_000);
    expect(await numbers(alice, group)).toEqual([2]);
    await clock.advance(3_600_000);
    expect(await numbers(alice, group)).toEqual([]);
    expect(await alice.send(group, 3)).toBe(3);
  });

  it('[Conclave 1] refuses a query that does not parse, after who asks and before whether they may', async () => {
    const { bob, group } = await pair();
    const path = `/groups/${group}/messages`;
    for (const query of [
      '?after=abc',
      '?after=',
      '?limit=1.5',
      '?limit=9223372036854775808',
      '?after=1&after=2',
    ]) {
      const answer = await bob.ask(`${path}${query}`);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/plain']);
    }
    expect((await server.ask(`${path}?after=abc`)).status).toBe(401);
    expect((await bob.ask(`/groups/${nowhere}/messages?after=abc`)).status).toBe(400);
  });
}
