import { GrantData } from './types';

/** Why the end of a grant leaves nothing to be rotated. */
export const ROTATION_EXEMPTIONS = [
  /** It was never in force. */
  'never-in-force',
  /** Only writing was granted. */
  'nothing-read',
  /** A user of the database ends with its lease, which the end of the grant ends. */
  'leases-end',
  /** A key of Transit never leaves Vault: who may use it no more has nothing of it. What was decrypted is known all the same. */
  'key-stays-in-vault',
] as const;

/** One of {@link ROTATION_EXEMPTIONS}. */
export type RotationExemption = (typeof ROTATION_EXEMPTIONS)[number];

/** What the end of a grant leaves to be done about what was read by it. */
export type RotationNeed =
  /** `value` of KV: it is known; `certificate`: what was issued stays valid until its own end, unless it is revoked at Vault. */
  | { needed: 'value' | 'certificate' }
  | { needed: false; why: RotationExemption };

/** Whether what was read by a grant has to be another one once the grant has ended. */
export function rotationNeed(
  grant: Pick<GrantData, 'activeSince' | 'request'>,
): RotationNeed {
  const { secret, access } = grant.request;
  if (grant.activeSince === undefined) {
    return { needed: false, why: 'never-in-force' };
  }
  switch (secret.kind) {
    case 'kv':
      return access.includes('read')
        ? { needed: 'value' }
        : { needed: false, why: 'nothing-read' };
    case 'pki':
      return { needed: 'certificate' };
    case 'database':
      return { needed: false, why: 'leases-end' };
    case 'transit':
      return { needed: false, why: 'key-stays-in-vault' };
    default:
      throw new Error(
        `No such kind of secret: ${JSON.stringify(secret.kind satisfies never)}`,
      );
  }
}
