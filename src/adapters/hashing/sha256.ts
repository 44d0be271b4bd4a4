import { createHash } from 'node:crypto';
import type { Digest } from '../../core/ports.js';

/** A SHA-256 that takes its bytes as they come. */
export function sha256(): Digest {
  const hash = createHash('sha256');
  return {
    update: (bytes) => void hash.update(bytes),
    hex: () => hash.digest('hex'),
  };
}
