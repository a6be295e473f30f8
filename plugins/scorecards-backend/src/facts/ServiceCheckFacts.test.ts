import { mockServices } from '@backstage/backend-test-utils';
import { ListResultsOptions } from '@shopfloor/plugin-checks-common';
import { ServiceCheckFacts } from './ServiceCheckFacts';

describe('ServiceCheckFacts', () => {
  it('asks in pieces that fit on a page, and takes further pages when one does not hold all', async () => {
    const asked: ListResultsOptions[] = [];
    const results = (entity: string[], check: string[]) =>
      entity.flatMap(entityRef =>
        // One more than asked for: an engine that gives more must not lose any.
        [...check, 'extra'].map(name => ({
          entityRef,
          check: name,
          outcome: 'stale',
          lastOutcome: 'pass',
          staleAfter: '2026-01-01T00:00:00.000Z',
        })),
      );
    const facts = new ServiceCheckFacts({
      auth: mockServices.auth(),
      checks: {
        as: () =>
          ({
            listResults: async (options: ListResultsOptions) => {
              asked.push(options);
              const all = results(options.entity!, options.check!);
              const { offset = 0, limit = 0 } = options;
              return {
                items: all.slice(offset, offset + limit),
                totalItems: all.length,
              };
            },
          }) as never,
      },
    });
    const checks = Array.from({ length: 100 }, (_, index) => `c${index}`);
    const entityRefs = Array.from({ length: 25 }, (_, index) => `e${index}`);
    const read = await facts.read({ entityRefs, checks });
    // 1,000 / 100 checks are 10 entities a question; 1,010 results make two pages.
    expect(asked.map(({ entity, offset }) => [entity!.length, offset])).toEqual(
      [
        [10, 0],
        [10, 1000],
        [10, 0],
        [10, 1000],
        [5, 0],
      ],
    );
    expect(read.size).toBe(25);
    expect([...read.values()].every(list => list.length === 101)).toBe(true);
    // What is stale keeps what it was, with until when it counted.
    expect(read.get('e0')![0]).toEqual({
      check: 'c0',
      outcome: 'pass',
      staleAfter: '2026-01-01T00:00:00.000Z',
    });
  });
});
