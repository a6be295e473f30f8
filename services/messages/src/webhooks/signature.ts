import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A new secret, as Standard Webhooks writes it. */
export function createWebhookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString('base64')}`;
}

/** What is signed. */
export interface SignedContent {
  /** The same for each attempt: receivers dedup by it. */
  id: string;
  timestampSeconds: number;
  body: string;
}

/**
 * Headers of a delivery after the Standard Webhooks specification: HMAC-SHA256 over
 * id, time and body, by each secret that is valid, so that a secret can be changed
 * without a gap.
 */
export function signatureHeaders(
  content: SignedContent,
  secrets: readonly string[],
): Record<string, string> {
  const { id, timestampSeconds, body } = content;
  const signatures = secrets.map(secret => {
    const key = Buffer.from(secret.slice(PREFIX.length), 'base64');
    const mac = createHmac('sha256', key)
      .update(`${id}.${timestampSeconds}.${body}`)
      .digest('base64');
    return `v1,${mac}`;
  });
  return {
    'webhook-id': id,
    'webhook-timestamp': String(timestampSeconds),
    'webhook-signature': signatures.join(' '),
  };
}
