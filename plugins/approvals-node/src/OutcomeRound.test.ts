import { mockServices } from '@backstage/backend-test-utils';
import { QueuedOutcome } from '@shopfloor/plugin-approvals-common';
import { OutcomeRound } from './OutcomeRound';

/** A queue in memory that gives what was not acknowledged. */
function queueOf(all: Array<[number, string]>) {
  const acknowledged = new Set<number>();
  return {
    acknowledged,
    pull: async ({ after, limit }: { after: number; limit: number }) =>
      all
        .filter(([position]) => position > after && !acknowledged.has(position))
        .slice(0, limit)
        .map(
          ([position, requestId]) =>
            ({ position, requestId, outcome: 'approved' }) as QueuedOutcome,
        ),
    acknowledge: async (positions: number[]) => {
      positions.forEach(position => acknowledged.add(position));
    },
  };
}

describe('a round of outcomes', () => {
  const { signal } = new AbortController();
  const logger = mockServices.logger.mock();

  it('holds up only the request of which one fails, and tries it again in order', async () => {
    const queue = queueOf([
      [1, 'a'],
      [2, 'b'],
      [5, 'a'],
      [7, 'c'],
    ]);
    const handled: string[] = [];
    let broken = true;
    const round = new OutcomeRound({
      queue,
      logger,
      handle: async ({ requestId }) => {
        if (broken && requestId === 'a') {
          throw new Error('not now');
        }
        handled.push(requestId);
      },
    });
    await round.run(signal);
    expect(handled).toEqual(['b', 'c']);
    expect([...queue.acknowledged]).toEqual([2, 7]);
    broken = false;
    await round.run(signal);
    expect(handled).toEqual(['b', 'c', 'a', 'a']);
    await round.run(signal);
    expect(handled).toHaveLength(4);
  });

  it('goes through any number of them', async () => {
    const queue = queueOf(
      Array.from({ length: 250 }, (_, index) => [index + 1, `r${index}`]),
    );
    const handled: string[] = [];
    await new OutcomeRound({
      queue,
      logger,
      handle: async ({ requestId }) => {
        handled.push(requestId);
      },
    }).run(signal);
    expect(handled).toHaveLength(250);
    expect(new Set(handled).size).toBe(250);
  });

  it('gives an outcome again whose acknowledgement was lost', async () => {
    const queue = queueOf([[1, 'a']]);
    const handled: string[] = [];
    const round = (acknowledge: (positions: number[]) => Promise<void>) =>
      new OutcomeRound({
        queue: { ...queue, acknowledge },
        logger,
        handle: async ({ requestId }) => {
          handled.push(requestId);
        },
      });
    await round(async () => {
      throw new Error('connection lost');
    }).run(signal);
    await round(queue.acknowledge).run(signal);
    expect(handled).toEqual(['a', 'a']);
  });

  it('ends when it is told to', async () => {
    const queue = queueOf([
      [1, 'a'],
      [2, 'b'],
    ]);
    const control = new AbortController();
    const round = new OutcomeRound({
      queue,
      logger,
      handle: async () => control.abort(),
    });
    await expect(round.run(control.signal)).rejects.toThrow();
    expect([...queue.acknowledged]).toEqual([1]);
  });
});
