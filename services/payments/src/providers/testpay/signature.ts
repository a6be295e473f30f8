import { createHmac, timingSafeEqual } from 'node:crypto';

const FORM = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;

/**
 * Checks `t=<seconds>,v1=<hex>`, HMAC-SHA256 over `<seconds>.<body>`.
 *
 * @returns the seconds since 1970 at which it was signed; undefined when it is not genuine
 */
export function verifySignature(options: {
  secret: string;
  signature: string;
  body: Buffer;
}): number | undefined {
  const match = FORM.exec(options.signature);
  if (!match) {
    return undefined;
  }
  const expected = createHmac('sha256', options.secret)
    .update(`${match[1]}.`)
    .update(options.body)
    .digest();
  return timingSafeEqual(expected, Buffer.from(match[2], 'hex'))
    ? Number(match[1])
    : undefined;
}
