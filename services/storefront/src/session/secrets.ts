import { createHash, randomBytes } from 'node:crypto';

/** A new secret of 256 bits, in text that a cookie may hold. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a secret. It has 256 random bits, so a plain hash is enough. */
export function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
