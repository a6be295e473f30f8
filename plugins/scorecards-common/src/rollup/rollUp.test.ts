import fc from 'fast-check';
import { GradeFigures } from '../grading/types';
import { ancestorsOf, rollUpTree } from './rollUpTree';
import { addTallies, emptyTally, tallyOf } from './tally';

function figures(
  rank: number,
  passed: number,
  asked: number,
  state: GradeFigures['state'] = 'ok',
): GradeFigures {
  return { rank, possibleRank: rank, passed, unseen: 0, asked, state };
}

describe('tallyOf', () => {
  it('sums weights and leaves out those to whom nothing applies', () => {
    const tally = tallyOf(
      [
        figures(2, 9, 10),
        figures(0, 10, 90, 'failing'),
        figures(0, 0, 0, 'not-applicable'),
      ],
      2,
    );
    // 19 of 100, not the average of 90 % and 11 %.
    expect(tally).toMatchObject({
      entities: 2,
      ranks: [1, 0, 1],
      passed: 19,
      asked: 100,
    });
    expect(tally.states).toMatchObject({
      ok: 1,
      failing: 1,
      'not-applicable': 1,
    });
  });
});

describe('rollUpTree', () => {
  it('adds teams up to the teams above them', () => {
    const one = (rank: number) => tallyOf([figures(rank, rank, 2)], 2);
    const rolled = rollUpTree({
      levels: 2,
      own: new Map([
        ['cart', one(2)],
        ['pay', one(1)],
        ['checkout', one(0)],
      ]),
      parents: new Map([
        ['cart', 'checkout'],
        ['pay', 'checkout'],
        ['checkout', 'company'],
      ]),
    });
    expect(
      rolled.map(({ ref, parent, own, total }) => [
        ref,
        parent,
        own.entities,
        total.entities,
        total.passed,
      ]),
    ).toEqual([
      ['cart', 'checkout', 1, 1, 2],
      ['checkout', 'company', 1, 3, 3],
      ['company', undefined, 0, 3, 3],
      ['pay', 'checkout', 1, 1, 1],
    ]);
  });

  it('ends where groups are each the parent of the other', () => {
    const parents = new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(ancestorsOf('a', parents)).toEqual(['b']);
    const own = new Map([['a', tallyOf([figures(1, 1, 1)], 1)]]);
    expect(
      rollUpTree({ own, parents, levels: 1 }).map(
        ({ total }) => total.entities,
      ),
    ).toEqual([1, 1]);
  });

  it('counts every entity once in each node above it, whatever the tree', () => {
    const nodes = ['a', 'b', 'c', 'd', 'e'];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...nodes), fc.nat(2))),
        fc.array(
          fc.tuple(fc.constantFrom(...nodes), fc.constantFrom(...nodes)),
        ),
        (entities, edges) => {
          const own = new Map<string, ReturnType<typeof emptyTally>>();
          for (const [node, rank] of entities) {
            own.set(
              node,
              addTallies(
                own.get(node) ?? emptyTally(2),
                tallyOf([figures(rank, rank, 2)], 2),
              ),
            );
          }
          const parents = new Map(edges);
          for (const { ref, total } of rollUpTree({
            own,
            parents,
            levels: 2,
          })) {
            const below = entities.filter(
              ([node]) =>
                node === ref || ancestorsOf(node, parents).includes(ref),
            );
            expect(total.entities).toBe(below.length);
            expect(total.ranks.reduce((a, b) => a + b)).toBe(below.length);
          }
        },
      ),
    );
  });
});
