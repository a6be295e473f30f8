import fc from 'fast-check';
import { EVENT_PARTITIONS, murmur2, partitionOf } from './partitioning.ts';

describe('murmur2', () => {
  // The vectors of Kafka's own test, UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('hashes %s as Kafka does', (text, hash) => {
    expect(murmur2(Buffer.from(text))).toBe(hash);
  });
});

describe('partitionOf', () => {
  it('is always a partition, and always the same for a key', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 64 }),
        (key, partitions) => {
          const partition = partitionOf(key, partitions);
          expect(Number.isInteger(partition)).toBe(true);
          expect(partition).toBeGreaterThanOrEqual(0);
          expect(partition).toBeLessThan(partitions);
          expect(partitionOf(key, partitions)).toBe(partition);
        },
      ),
    );
  });

  it('spreads ids over all partitions', () => {
    const counts = new Array<number>(EVENT_PARTITIONS).fill(0);
    for (let n = 0; n < 8000; n += 1) {
      counts[
        partitionOf(`01990000-0000-7000-8000-${String(n).padStart(12, '0')}`)
      ] += 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(850);
    expect(Math.max(...counts)).toBeLessThan(1150);
  });
});
