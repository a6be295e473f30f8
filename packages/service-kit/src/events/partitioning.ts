/** Partitions of each topic. Part of the contract with every log: never changed for a topic that has events. */
export const EVENT_PARTITIONS = 8;

/**
 * The 32-bit MurmurHash2 that Kafka's clients choose partitions by.
 *
 * Source: `org.apache.kafka.common.utils.Utils.murmur2`.
 */
export function murmur2(bytes: Uint8Array): number {
  const m = 0x5bd1e995;
  const { length } = bytes;
  let hash = 0x9747b28c ^ length;
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    let k =
      bytes[index] |
      (bytes[index + 1] << 8) |
      (bytes[index + 2] << 16) |
      (bytes[index + 3] << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    hash = Math.imul(hash, m) ^ k;
  }
  const rest = length - index;
  if (rest >= 3) {
    hash ^= bytes[index + 2] << 16;
  }
  if (rest >= 2) {
    hash ^= bytes[index + 1] << 8;
  }
  if (rest >= 1) {
    hash ^= bytes[index];
    hash = Math.imul(hash, m);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, m);
  hash ^= hash >>> 15;
  return hash | 0;
}

/** The partition that holds every event of a key, the same in both adapters. */
export function partitionOf(
  key: string,
  partitions: number = EVENT_PARTITIONS,
): number {
  return (murmur2(Buffer.from(key, 'utf8')) & 0x7fffffff) % partitions;
}
