import { afterEach, describe, expect, test } from 'vitest';
import * as wire from '../../src/dialects/conclave/codec.js';
import { hex, unhex } from './support/conclave-client.js';
import { Rig, type RigOptions } from './support/rig.js';

describe('the rig', () => {
  const rigs: Rig[] = [];
  afterEach(async () => {
    for (const rig of rigs.splice(0)) await rig.stop();
  });

  async function open(options: RigOptions = {}): Promise<Rig> {
    const rig = await Rig.open(options);
    rigs.push(rig);
    return rig;
  }

  /** Saki on Sock Chat, olivia on OriginChats and vera on Venueless, all in the lounge. */
  async function crowd(rig: Rig) {
    const saki = rig.sockchat('saki');
    const olivia = rig.originchats('olivia');
    const vera = rig.venueless('vera');
    for (const one of [saki, olivia, vera]) {
      rig.person(one.name);
      one.login(one.name);
      await rig.turn();
    }
    const lounge = vera.rooms.get('lounge') ?? '';
    vera.ask('user.update', { profile: { display_name: 'Vera' } });
    vera.ask('chat.join', { channel: lounge });
    await rig.turn();
    for (const one of [saki, olivia, vera]) one.take();
    return { saki, olivia, vera, lounge };
  }

  async function story(seed: number): Promise<string[]> {
    const rig = await Rig.open({ seed });
    const { saki, olivia, vera, lounge } = await crowd(rig);
    const log: string[] = [];
    saki.say('from saki');
    olivia.say('lounge', 'from olivia');
    vera.say(lounge, 'from vera');
    await rig.turn();
    const carol = rig.conclave('carol');
    carol.register('carol');
    await rig.turn();
    carol.login('carol');
    await rig.turn();
    log.push(carol.token, carol.id);
    for (const one of [saki, olivia, vera]) log.push(...one.texts);
    await rig.stop();
    return log;
  }

  test('the same seed gives the same frames, tokens and ids', async () => {
    const [first, again, other] = [await story(7), await story(7), await story(8)];
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    for (const text of ['from saki', 'from olivia', 'from vera'])
      expect(first.filter((one) => one.includes(text)).length).toBeGreaterThanOrEqual(3);
  });

  test('people of Conclave have groups and hear of them', async () => {
    const rig = await open();
    const carol = rig.conclave('carol');
    carol.register('carol');
    await rig.turn();
    carol.login('carol');
    await rig.turn();
    void carol.listen();
    await rig.turn();
    let group: Uint8Array | undefined;
    const made = [wire.CreateGroupRequest, { groupName: 'den' }] as const;
    carol.ask('POST', '/groups', made, [
      wire.CreateGroupResponse,
      (answer) => {
        group = answer.groupId;
      },
    ]);
    await rig.turn();
    const path = `/groups/${Buffer.from(group ?? []).toString('hex')}`;
    const sent = carol.ask('POST', `${path}/messages`, [
      wire.SendMessageRequest,
      { mlsMessage: Uint8Array.of(1, 2) },
    ]);
    await rig.turn();
    carol.ask('POST', `${path}/delete`);
    await rig.turn();
    expect(sent.answer?.status).toBe(200);
    expect(carol.streaming).toBe(true);
    expect(carol.events).toMatchObject([{ kind: 'event', event: { case: 'groupDeleted' } }]);
  });

  test('what hangs in storage is shown to nobody, and is gone after a crash', async () => {
    const rig = await open();
    const { saki, olivia } = await crowd(rig);
    rig.storage.plan = () => 'hangs';
    saki.say('lost');
    await rig.advance(1_000);
    expect([...saki.texts, ...olivia.texts].filter((one) => one.includes('lost'))).toEqual([]);
    await rig.crash();
    expect([saki.closedWith, olivia.closedWith]).toEqual([1006, 1006]);
    expect(rig.stored.table('messages').size).toBe(0);
    const back = rig.originchats('olivia');
    back.login('olivia');
    await rig.turn();
    expect(back.username).toBe('olivia');
  });

  test('a chat that ends in good order tells its clients, keeps all and leaves no timer', async () => {
    const rig = await open();
    const { saki, olivia, vera } = await crowd(rig);
    saki.say('kept');
    const { life } = rig;
    expect(await rig.restart()).toEqual({ ended: 0, unstored: 0 });
    expect(rig.changed).toEqual([]);
    for (const one of [saki, olivia, vera]) expect(one.closedWith).toBeGreaterThan(999);
    expect([...rig.stored.table('messages').values()]).toMatchObject([{ row: { text: 'kept' } }]);
    expect(life.pending).toBe(0);
  });

  test('whoever reads nothing is cut, and nobody else', async () => {
    const rig = await open();
    const { saki, olivia } = await crowd(rig);
    olivia.link.stall();
    for (let i = 0; i < 400; i++) {
      saki.say('x'.repeat(4_000));
      await rig.advance(2_000);
      if (i % 50 === 0) saki.send({ kind: 'ping', userId: saki.id });
    }
    expect(olivia.closedWith).toBe(1006);
    expect(saki.isOpen).toBe(true);
  });

  test.each([3_600_000, -3_600_000])(
    'a clock that is set by %i ms cuts nobody off, and keeps nobody who is gone',
    async (ms) => {
      const rig = await open();
      const { saki, olivia, vera } = await crowd(rig);
      const other = rig.originchats('olivia');
      other.login('olivia');
      const pings = async (minutes: number) => {
        for (let i = 0; i < minutes; i++) {
          saki.send({ kind: 'ping', userId: saki.id });
          await rig.advance(60_000);
        }
      };
      await pings(1);
      rig.time.jump(ms);
      for (const one of [saki, olivia, vera]) one.take();
      await rig.advance(40_000);
      expect([saki, olivia, vera, other].map((one) => one.isOpen)).toEqual([true, true, true, true]);
      expect(olivia.frames).toContainEqual({ cmd: 'ping' });
      other.link.vanish();
      await pings(4);
      expect([saki, olivia, vera, other].map((one) => one.isOpen)).toEqual([true, true, true, false]);
      await rig.advance(400_000);
      expect(saki.isOpen).toBe(false);
    },
  );

  test('a clock that is set does not give up a batch before its time, nor later', async () => {
    const rig = await open();
    const { saki, olivia } = await crowd(rig);
    rig.storage.plan = (call) => (call === 'commit' ? 'throws' : 'ok');
    saki.say('patient');
    await rig.advance(2_000);
    rig.time.jump(3_600_000);
    await rig.advance(15_000);
    const givenUp = () => rig.errors.some(({ code }) => code === 'unavailable');
    expect(givenUp()).toBe(false);
    rig.time.jump(-7_200_000);
    await rig.advance(20_000);
    expect(givenUp()).toBe(true);
    rig.storage.plan = () => 'ok';
    await rig.advance(2_000);
    expect(olivia.texts.filter((one) => one.includes('patient'))).toEqual([]);
    expect(saki.isOpen).toBe(true);
  });

  test('whoever comes in while storage says nothing misses nothing: what is not in the past they are given is shown live', async () => {
    const rig = await open();
    const { saki, olivia } = await crowd(rig);
    olivia.link.drop();
    await rig.turn();
    rig.storage.plan = () => 'hangs';
    saki.say('between');
    await rig.turn();
    const back = rig.originchats('olivia');
    back.login('olivia');
    // Storage counts as unavailable from here on.
    await rig.advance(6_000);
    back.send({ cmd: 'messages_get', channel: 'lounge', listener: 'past' });
    await rig.advance(1_000);
    rig.storage.plan = () => 'ok';
    rig.storage.release();
    await rig.advance(30_000);
    expect(back.texts.filter((one) => one.includes('between'))).toHaveLength(1);
  });

  test('the same holds for whoever follows a room of Venueless then', async () => {
    const rig = await open();
    const { saki, vera, lounge } = await crowd(rig);
    vera.ask('chat.unsubscribe', { channel: lounge });
    await rig.turn();
    rig.storage.plan = () => 'hangs';
    saki.say('between');
    await rig.turn();
    vera.ask('chat.subscribe', { channel: lounge });
    await rig.advance(6_000);
    vera.ask('chat.fetch', { channel: lounge, count: 10 });
    await rig.advance(1_000);
    rig.storage.plan = () => 'ok';
    rig.storage.release();
    await rig.advance(30_000);
    expect(vera.texts.filter((one) => one.includes('between'))).toHaveLength(1);
  });

  test('an event stream of Conclave that is opened then begins behind what was decided before', async () => {
    const rig = await open();
    const [carol, dora] = [rig.conclave('carol'), rig.conclave('dora')];
    for (const one of [carol, dora]) {
      one.register(one.name);
      await rig.turn();
      one.login(one.name);
      await rig.turn();
    }
    let group = '';
    const made = [wire.CreateGroupRequest, { groupName: 'den' }] as const;
    const told = ({ groupId }: { groupId: Uint8Array }) => {
      group = hex(groupId);
    };
    carol.ask('POST', '/groups', made, [wire.CreateGroupResponse, told]);
    await rig.turn();
    const sealed = { commitMessage: sealedAs(1), welcomeMessage: sealedAs(3), groupInfo: sealedAs(4) };
    const wish = { inviteeId: unhex(dora.id), ...sealed };
    carol.ask('POST', `/groups/${group}/escrow-invite`, [wire.EscrowInviteRequest, wish]);
    await rig.turn();
    dora.ask('GET', '/invites', undefined, [
      wire.ListPendingInvitesResponse,
      ({ invites }) => {
        for (const { inviteId } of invites) dora.ask('POST', `/invites/${hex(inviteId)}/accept`);
      },
    ]);
    await rig.turn();
    await rig.advance(1_000);

    rig.storage.plan = (call) => (call === 'commit' ? 'hangs' : 'ok');
    const wishes = [wire.SendMessageRequest, { mlsMessage: sealedAs(9) }] as const;
    const sent = dora.ask('POST', `/groups/${group}/messages`, wishes);
    await rig.turn();
    void carol.listen();
    // Storage counts as unavailable from the fifth second on.
    await rig.advance(7_000);
    expect([sent.answer, carol.streaming]).toEqual([undefined, false]);
    rig.storage.plan = () => 'ok';
    rig.storage.release();
    await rig.advance(3_000);
    expect([sent.answer?.status, carol.streaming, carol.events]).toEqual([200, true, []]);
    dora.ask('POST', `/groups/${group}/messages`, wishes);
    await rig.turn();
    expect(carol.events).toMatchObject([{ kind: 'event', event: { case: 'newMessage' } }]);
  });
});

const sealedAs = (mark: number) => Uint8Array.of(0, 1, 0, mark);
