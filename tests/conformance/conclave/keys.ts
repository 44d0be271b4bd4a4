import { afterEach, expect, it } from 'vitest';
import * as wire from '../../../src/dialects/conclave/codec.js';
import { type ConclaveServer, hex, type Person, read, seen, serve } from './support/server.js';

const none = [404, 300, 'no key package available for this user'];
const pack = (...bytes: number[]) => Uint8Array.of(0, 1, 0, 5, ...bytes);

/** Key packages (sections 5 and 8.3). */
export function keys(): void {
  let server: ConclaveServer;
  afterEach(async () => {
    await server?.stop();
    expect(server.errors).toEqual([]);
  });
  const taken = async (asks: Person, whose: string) => {
    const answer = await asks.ask(`/key-packages/${whose}`);
    return answer.status === 200
      ? hex(read(answer, wire.GetKeyPackageResponse).keyPackageData)
      : seen(answer);
  };

  it('[Conclave 8.3] gives regular packages out once each, the oldest first, and then the last resort for ever', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    expect(await taken(alice, bob.id)).toEqual(none);
    await bob.keys({ data: pack(1) }, { data: pack(9), isLastResort: true }, { data: pack(2) });
    await bob.done('/key-packages', wire.UploadKeyPackageRequest, { keyPackageData: pack(3) });
    await bob.keys({ data: pack(8), isLastResort: true });
    const order = [1, 2, 3, 8, 8].map((mark) => hex(pack(mark)));
    for (const one of order) expect(await taken(alice, bob.id)).toBe(one);
    expect(await taken(alice, '00112233-4455-6677-8899-aabbccddeeff')).toEqual(none);
    expect(await bob.heard()).toEqual([]);
  });

  it('[Conclave 8.3] never hands the same regular package out twice', async () => {
    server = await serve();
    const { alice, bob } = await server.cast('alice', 'bob');
    await bob.keys(...Array.from({ length: 10 }, (_, mark) => ({ data: pack(mark) })));
    const all = await Promise.all(Array.from({ length: 12 }, () => taken(alice, bob.id)));
    const given = all.filter((one) => typeof one === 'string');
    expect(new Set(given).size).toBe(10);
    expect(all.filter((one) => typeof one !== 'string')).toEqual([none, none]);
  });

  it('[Conclave 8.3, 15] drops the eleventh regular package and says nothing of it', async () => {
    server = await serve();
    const { bob } = await server.cast('bob');
    await bob.keys(...Array.from({ length: 11 }, (_, mark) => ({ data: pack(mark) })));
    for (let mark = 0; mark < 10; mark++) expect(await taken(bob, bob.id)).toBe(hex(pack(mark)));
    expect(await taken(bob, bob.id)).toEqual(none);
  });

  it('[Conclave 5, 8.3] refuses what is no key package, and keeps those before it', async () => {
    server = await serve();
    const { bob } = await server.cast('bob');
    const upload = async (body: Partial<wire.UploadKeyPackageRequest>) =>
      seen(await bob.post('/key-packages', wire.UploadKeyPackageRequest, body));
    const of = (...bytes: number[]) => ({ entries: [{ data: Uint8Array.from(bytes), isLastResort: false }] });
    const version = (n: number) => [400, 100, `unsupported MLS version ${n}, expected 1`];
    expect(await upload({})).toEqual([400, 100, 'key_package_data is required']);
    expect(await upload(of())).toEqual([400, 100, 'key package data is required']);
    expect(await upload(of(0, 1, 0))).toEqual([400, 100, 'key package too short to be a valid MLS message']);
    expect(await upload(of(1, 2, 0, 5))).toEqual(version(258));
    expect(await upload(of(0, 1, 0, 1))).toEqual([
      400,
      100,
      'expected MLS wire format mls_key_package (5), got 1',
    ]);
    const large = new Uint8Array(16_385);
    expect(await upload({ keyPackageData: large })).toEqual([
      400,
      100,
      'key_package_data must be 16 KiB or smaller',
    ]);
    const most = new Uint8Array(16_384);
    most.set(pack());
    const entries = [
      { data: most, isLastResort: false },
      { data: Uint8Array.of(), isLastResort: false },
    ];
    expect(await upload({ entries, signingKeyFingerprint: 'no' })).toEqual([
      400,
      100,
      'key package data is required',
    ]);
    expect(await taken(bob, bob.id)).toBe(hex(most));
    expect(await bob.get('/me', wire.UserInfoResponse)).toMatchObject({ signingKeyFingerprint: '' });
  });

  it('[Conclave 8.3] an empty fingerprint leaves the one that is there', async () => {
    server = await serve();
    const { bob } = await server.cast('bob');
    const upload = (signingKeyFingerprint: string) =>
      bob.post('/key-packages', wire.UploadKeyPackageRequest, {
        keyPackageData: pack(),
        signingKeyFingerprint,
      });
    for (const one of ['first', '', 'second', '']) expect((await upload(one)).status).toBe(200);
    expect(await bob.get('/me', wire.UserInfoResponse)).toMatchObject({ signingKeyFingerprint: 'second' });
    expect(seen(await upload('x'.repeat(513)))).toEqual([
      400,
      101,
      'signing_key_fingerprint exceeds maximum length of 512 bytes',
    ]);
  });

  it('[Conclave 15] gives out only so many packages of one user where it is told to', async () => {
    server = await serve({ conclave: { rateLimits: { keyPackages: { count: 1, ms: 60_000 } } } });
    const { alice, bob } = await server.cast('alice', 'bob');
    await bob.keys({ data: pack(), isLastResort: true });
    expect(await taken(alice, bob.id)).toBe(hex(pack()));
    expect(await taken(alice, bob.id)).toEqual([429, 0, 'too many requests']);
    expect(await taken(alice, alice.id)).toEqual(none);
    const group = await alice.group('team');
    const invited = await alice.post(`/groups/${group}/invite`, wire.InviteToGroupRequest, {
      userIds: [bob.bytes],
    });
    expect(seen(invited)).toEqual([429, 0, 'too many requests']);
  });
}
