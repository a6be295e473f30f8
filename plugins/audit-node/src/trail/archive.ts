/**
 * What vouches for an archive: entries of a stream that left the database, in a file of their own. It says where in the chain
 * they belong and what the file holds, and is signed as anchors are.
 */
export interface ArchiveSeal {
  stream: string;
  /** Sequence of the first entry. */
  first: number;
  /** Sequence of the last entry. */
  last: number;
  /** Hash of the entry before the first. */
  previousHash: string;
  firstHash: string;
  lastHash: string;
  /** When the last entry was written, ISO 8601. */
  until: string;
  /** SHA-256 of the file, hexadecimal. */
  sha256: string;
  /** ISO 8601. */
  sealedAt: string;
  /** Names the key. */
  keyId: string;
  /** Ed25519 over {@link sealText}, base64. */
  signature: string;
}

/** Where an archive belongs in its chain, as far as that is known without its file. */
export type ArchivePlace = Pick<
  ArchiveSeal,
  'stream' | 'first' | 'last' | 'lastHash'
>;

/** What of a seal is signed. */
export function sealText(seal: Omit<ArchiveSeal, 'signature'>): string {
  const { stream, first, last, previousHash, firstHash, lastHash } = seal;
  const { until, sha256, sealedAt, keyId } = seal;
  return JSON.stringify([
    'archive',
    stream,
    first,
    last,
    previousHash,
    firstHash,
    lastHash,
    until,
    sha256,
    sealedAt,
    keyId,
  ]);
}
