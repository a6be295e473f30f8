import { limitConcurrency } from './limitConcurrency';

const deferred = () => {
  let resolve!: () => void;
  const promise = new Promise<void>(done => {
    resolve = done;
  });
  return { promise, resolve };
};
const settle = () => new Promise(resolve => setImmediate(resolve));

describe('limitConcurrency', () => {
  it('runs so many tasks at once and the rest in order of arrival', async () => {
    const limit = limitConcurrency(2);
    const gates = [deferred(), deferred(), deferred(), deferred()];
    const started: number[] = [];
    const done = gates.map((gate, index) =>
      limit(async () => {
        started.push(index);
        await gate.promise;
        return index;
      }),
    );
    await settle();
    expect(started).toEqual([0, 1]);
    gates[1].resolve();
    await settle();
    expect(started).toEqual([0, 1, 2]);
    gates.forEach(gate => gate.resolve());
    await expect(Promise.all(done)).resolves.toEqual([0, 1, 2, 3]);
  });

  it('gives the place of a task that fails to the next', async () => {
    const limit = limitConcurrency(1);
    await expect(
      limit(async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await expect(limit(async () => 'yes')).resolves.toBe('yes');
  });
});
