import { deferred } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { KnownVersions } from './KnownVersions.ts';

it('knows what was learnt, and what is older', async () => {
  const known = KnownVersions.create();
  expect(await known.includes('p', 1n)).toBe(false);
  known.note('p', 2n);
  known.note('p', 1n);
  expect(await known.includes('p', 1n)).toBe(true);
  expect(await known.includes('p', 2n)).toBe(true);
  expect(await known.includes('p', 3n)).toBe(false);
  expect(await known.includes('other', 0n)).toBe(false);
});

it('forgets the oldest first', async () => {
  const known = KnownVersions.create({ capacity: 2 });
  known.note('a', 1n);
  known.note('b', 1n);
  known.note('a', 1n);
  known.note('c', 1n);
  expect(await known.includes('a', 1n)).toBe(true);
  expect(await known.includes('b', 1n)).toBe(false);
  expect(await known.includes('c', 1n)).toBe(true);
});

it('waits for an answer that is under way, and takes its failure for no answer', async () => {
  const known = KnownVersions.create({ patienceMs: 60_000 });
  const answer = deferred<void>();
  const asking = known.whileAsking('p', async () => {
    await answer.promise;
    known.note('p', 1n);
  });
  const asked = known.includes('p', 1n);
  answer.resolve();
  await asking;
  expect(await asked).toBe(true);

  const failure = deferred<void>();
  const failing = known.whileAsking('p', () => failure.promise);
  const later = known.includes('p', 2n);
  failure.reject(new Error('cut'));
  await expect(failing).rejects.toThrow('cut');
  expect(await later).toBe(false);
});

it('has an end to its patience, and asks nobody to wait for what it knows', async () => {
  const known = KnownVersions.create({ patienceMs: 1 });
  known.note('p', 1n);
  void known.whileAsking('p', () => new Promise(() => undefined));
  expect(await known.includes('p', 1n)).toBe(true);
  expect(await known.includes('p', 2n)).toBe(false);
});
