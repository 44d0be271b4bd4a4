import type { UserId } from '../../../domain/ids.js';
import { keyPackageBytes } from '../../../domain/keys/keys.js';
import { GetKeyPackageResponse, UploadKeyPackageRequest, UploadKeyPackageResponse } from '../gen/messages.js';
import { userOfConclaveId } from '../ids.js';
import { base64Of, bytesOf, type Call, operation } from '../operation.js';
import { badRequest, invalid, notFound, type Refusal, tooMany } from '../refusal.js';

/** Longest fingerprint that is kept, in bytes: four times that of SHA-512 in hexadecimal. The specification has no limit. */
export const fingerprintBytes = 512;

/** Key packages (section 8.3). */
export const keys = [
  operation({
    method: 'POST',
    path: '/key-packages',
    auth: 'user',
    request: UploadKeyPackageRequest,
    response: UploadKeyPackageResponse,
    async run(call) {
      const { keyPackageData, entries, signingKeyFingerprint: fingerprint } = call.body;
      const given =
        entries.length > 0 || keyPackageData.length === 0
          ? entries
          : [{ data: keyPackageData, isLastResort: false }];
      if (given.length === 0) throw badRequest('key_package_data is required');
      const bad = given.findIndex(({ data }) => faultOf(data) !== undefined);
      const fault = faultOf(given[bad]?.data) ?? faultOfFingerprint(fingerprint);
      // Those before the first bad one are stored all the same.
      const packages = given
        .slice(0, bad === -1 ? given.length : bad)
        .map(({ data, isLastResort }) => ({ data: base64Of(data), lastResort: isLastResort }));
      const wish = { by: call.user, packages };
      if (packages.length > 0)
        await call.submit('keys.add', fault === undefined ? { ...wish, fingerprint } : wish);
      if (fault !== undefined) throw fault;
      return {};
    },
  }),
  operation({
    method: 'GET',
    path: '/key-packages/:user_id',
    auth: 'user',
    response: GetKeyPackageResponse,
    async run(call) {
      const user = await call.show((view) => userOfConclaveId(view, call.param)?.id);
      if (user === undefined) throw notFound('no key package available for this user');
      paceTaking(call, user);
      const { data } = await call.submit('keys.take', { user });
      return { keyPackageData: bytesOf(data) };
    },
  }),
];

/** Throws a refusal if key packages of somebody are asked for too often. */
export function paceTaking({ tools: { rates }, now }: Call<unknown>, user: UserId): void {
  const wait = rates.keyPackages.take(user, now);
  if (wait !== undefined) throw tooMany(wait);
}

/** What is wrong with a key package (sections 5 and 8.3). */
function faultOf(data: Uint8Array | undefined): Refusal | undefined {
  if (data === undefined) return undefined;
  if (data.length === 0) return badRequest('key package data is required');
  if (data.length > keyPackageBytes) return badRequest('key_package_data must be 16 KiB or smaller');
  if (data.length < 4) return badRequest('key package too short to be a valid MLS message');
  const [high = 0, low = 0, kindHigh = 0, kindLow = 0] = data;
  const version = high * 256 + low;
  if (version !== 1) return badRequest(`unsupported MLS version ${version}, expected 1`);
  const kind = kindHigh * 256 + kindLow;
  if (kind !== 5) return badRequest(`expected MLS wire format mls_key_package (5), got ${kind}`);
  return undefined;
}

function faultOfFingerprint(text: string): Refusal | undefined {
  return Buffer.byteLength(text) > fingerprintBytes
    ? invalid(`signing_key_fingerprint exceeds maximum length of ${fingerprintBytes} bytes`)
    : undefined;
}
