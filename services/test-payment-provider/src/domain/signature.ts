import { createHmac } from 'node:crypto';

/** Header that carries the signature of a webhook. */
export const SIGNATURE_HEADER = 'testpay-signature';

/**
 * Signs the exact bytes of a webhook: `t=<seconds>,v1=<hex>`, where v1 is HMAC-SHA256 over `<seconds>.<body>`.
 */
export function signWebhook(options: {
  secret: string;
  /** Seconds since 1970, by the provider's database clock. */
  timestamp: number;
  body: string;
}): string {
  const { secret, timestamp, body } = options;
  const v1 = createHmac('sha256', secret)
    .update(`${timestamp}.${body}`)
    .digest('hex');
  return `t=${timestamp},v1=${v1}`;
}
