import type { Random } from '../../support/random.js';

/** Lets the process's random bytes and UUIDs come from a seed, so that a run can be repeated. Returns what takes that back. */
export function seedCrypto(random: Random): () => void {
  const getRandomValues = <T extends ArrayBufferView>(into: T): T => {
    const bytes = new Uint8Array(into.buffer, into.byteOffset, into.byteLength);
    for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256);
    return into;
  };
  const randomUUID = () => {
    const bytes = getRandomValues(Buffer.alloc(16));
    bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
    bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
    const hex = bytes.toString('hex');
    return [8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join('-');
  };
  Object.defineProperty(crypto, 'getRandomValues', { value: getRandomValues, configurable: true });
  Object.defineProperty(crypto, 'randomUUID', { value: randomUUID, configurable: true });
  return () => {
    Reflect.deleteProperty(crypto, 'getRandomValues');
    Reflect.deleteProperty(crypto, 'randomUUID');
  };
}
