import { deferred } from '../testing/testMaterials.ts';
import { until } from '../testing/eventually.ts';
import { remainingMs, runInRequestContext } from '../context/requestContext.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { Batch } from './Batch.ts';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'things-1',
};

/** A batch whose questions are answered by hand. */
function batchByHand(options: { maxKeys?: number; patienceMs?: number } = {}) {
  const asked: {
    keys: readonly string[];
    answer: (found: Map<string, string>) => void;
    fail: (error: Error) => void;
  }[] = [];
  const batch = Batch.create<string>({
    maxKeys: options.maxKeys ?? 100,
    patienceMs: options.patienceMs ?? 60_000,
    ask: keys => {
      const gate = deferred<Map<string, string>>();
      asked.push({ keys, answer: gate.resolve, fail: gate.reject });
      return gate.promise;
    },
  });
  return { batch, asked };
}

describe('a batch', () => {
  beforeAll(() => {
    Tracing.create({ service });
  });

  it('asks once for what is wanted together, each key once', async () => {
    const { batch, asked } = batchByHand();
    const answers = Promise.all(
      ['a', 'b', 'a', 'c'].map(key => batch.get(key)),
    );
    await until(() => asked.length > 0);
    asked[0].answer(
      new Map([
        ['a', '1'],
        ['b', '2'],
      ]),
    );
    expect(await answers).toEqual(['1', '2', '1', undefined]);
    expect(asked.map(({ keys }) => keys)).toEqual([['a', 'b', 'c']]);
  });

  it('never answers by a question that was asked before', async () => {
    const { batch, asked } = batchByHand();
    const first = batch.get('a');
    await until(() => asked.length === 1);
    const second = batch.get('a');
    const third = batch.get('b');
    asked[0].answer(new Map([['a', 'old']]));
    expect(await first).toBe('old');
    await until(() => asked.length === 2);
    asked[1].answer(
      new Map([
        ['a', 'new'],
        ['b', '2'],
      ]),
    );
    expect(await Promise.all([second, third])).toEqual(['new', '2']);
    expect(asked).toHaveLength(2);
  });

  it('tells all who asked of a failure, and asks anew afterwards', async () => {
    const { batch, asked } = batchByHand();
    const both = Promise.allSettled([batch.get('a'), batch.get('b')]);
    await until(() => asked.length === 1);
    asked[0].fail(new Error('away'));
    expect((await both).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
    const again = batch.get('a');
    await until(() => asked.length === 2);
    asked[1].answer(new Map([['a', '1']]));
    expect(await again).toBe('1');
  });

  it('splits what is too much for one question', async () => {
    const { batch, asked } = batchByHand({ maxKeys: 2 });
    const answers = Promise.all(['a', 'b', 'c'].map(key => batch.get(key)));
    await until(() => asked.length === 2);
    asked.forEach(({ keys, answer }) =>
      answer(new Map(keys.map(key => [key, key.toUpperCase()]))),
    );
    expect(await answers).toEqual(['A', 'B', 'C']);
  });

  it('does not wait for a question that hangs', async () => {
    const { batch, asked } = batchByHand({ patienceMs: 1 });
    const hanging = batch.get('a');
    await until(() => asked.length === 1);
    const next = batch.get('b');
    await until(() => asked.length === 2);
    asked[1].answer(new Map([['b', '2']]));
    expect(await next).toBe('2');
    asked[0].answer(new Map([['a', '1']]));
    expect(await hanging).toBe('1');
  });

  it('is not bound by the deadline of the request that happened to come first', async () => {
    const left: number[] = [];
    const batch = Batch.create<string>({
      maxKeys: 10,
      ask: async () => {
        left.push(remainingMs());
        return new Map();
      },
    });
    await runInRequestContext({ deadlineAt: performance.now() - 1 }, () =>
      batch.get('a'),
    );
    expect(left).toEqual([Infinity]);
  });

  it('takes a question that throws at once as one that failed', async () => {
    const batch = Batch.create<string>({
      maxKeys: 10,
      ask: () => {
        throw new TypeError('no');
      },
    });
    await expect(batch.get('a')).rejects.toThrow('no');
  });
});
