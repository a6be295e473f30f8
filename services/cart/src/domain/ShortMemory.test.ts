import { deferred } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { ShortMemory } from './ShortMemory.ts';

function createMemory(options: { maxEntries?: number; batch?: number } = {}) {
  const state = {
    now: 0,
    down: false,
    answers: new Map<string, number>([
      ['a', 1],
      ['b', 2],
    ]),
    loads: [] as string[][],
    gate: undefined as Promise<void> | undefined,
  };
  const memory = ShortMemory.create<number>({
    load: async keys => {
      state.loads.push([...keys]);
      const answers = new Map(state.answers);
      await state.gate;
      if (state.down) {
        throw new Error('down');
      }
      return answers;
    },
    ttlMs: 100,
    keepMs: 1000,
    maxEntries: options.maxEntries ?? 100,
    batch: options.batch ?? 100,
    now: () => state.now,
  });
  return { memory, state };
}

describe('a short memory', () => {
  it('asks once while an answer is fresh, also for what does not exist', async () => {
    const { memory, state } = createMemory();
    await memory.get(['a', 'x']);
    expect(await memory.get(['x', 'a'])).toEqual(
      new Map([
        ['x', { state: 'fresh', known: undefined }],
        ['a', { state: 'fresh', known: 1 }],
      ]),
    );
    expect(state.loads).toEqual([['a', 'x']]);
    state.now = 100;
    state.answers.set('a', 5);
    expect((await memory.get(['a'])).get('a')).toEqual({
      state: 'fresh',
      known: 5,
    });
  });

  it('asks once for what many miss at the same moment', async () => {
    const { memory, state } = createMemory();
    await Promise.all([
      memory.get(['a', 'b']),
      memory.get(['b']),
      memory.get(['a', 'c']),
    ]);
    expect(state.loads).toEqual([['a', 'b'], ['c']]);
  });

  it('asks in batches', async () => {
    const { memory, state } = createMemory({ batch: 2 });
    await memory.get(['a', 'b', 'c']);
    expect(state.loads).toEqual([['a', 'b'], ['c']]);
  });

  it('gives what it knew last while nobody answers, for a while', async () => {
    const { memory, state } = createMemory();
    await memory.get(['a']);
    state.down = true;
    state.now = 500;
    expect(await memory.get(['a', 'b'])).toEqual(
      new Map<string, unknown>([
        ['a', { state: 'stale', known: 1 }],
        ['b', { state: 'unknown' }],
      ]),
    );
    state.now = 1001;
    expect((await memory.get(['a'])).get('a')).toEqual({ state: 'unknown' });
  });

  it('does not remember an answer that was under way when it was forgotten', async () => {
    const { memory, state } = createMemory();
    const gate = deferred<void>();
    state.gate = gate.promise;
    const asked = memory.get(['a']);
    memory.forget(key => key === 'a');
    state.answers.set('a', 9);
    gate.resolve();
    expect((await asked).get('a')).toEqual({ state: 'fresh', known: 9 });
    expect(state.loads).toHaveLength(2);
  });

  it('keeps the old answer of what was forgotten for when nobody answers', async () => {
    const { memory, state } = createMemory();
    await memory.get(['a']);
    memory.forget(() => true);
    state.down = true;
    expect((await memory.get(['a'])).get('a')).toEqual({
      state: 'stale',
      known: 1,
    });
  });

  it('drops what was used longest ago', async () => {
    const { memory, state } = createMemory({ maxEntries: 2 });
    await memory.get(['a', 'b']);
    await memory.get(['a']);
    await memory.get(['c']);
    await memory.get(['a', 'c']);
    expect(state.loads).toEqual([['a', 'b'], ['c']]);
    await memory.get(['b']);
    expect(state.loads).toHaveLength(3);
  });
});
