import fc from 'fast-check';
import { rollUpSlos, TalliedSlo, tallySlos } from './sloTally';

function slo(id: string, rest: Partial<TalliedSlo> = {}): TalliedSlo {
  return { id, state: 'ok', ...rest };
}

describe('tallySlos', () => {
  it('counts states, names the worst budget and says how budgets moved', () => {
    expect(
      tallySlos([
        slo('a', { budgetLeft: 0.5, earlierBudgetLeft: 0.7 }),
        slo('b', {
          state: 'failing',
          budgetLeft: -0.2,
          earlierBudgetLeft: -0.5,
        }),
        slo('c', { budgetLeft: 0.9, earlierBudgetLeft: 0.9005 }),
        slo('d', { state: 'stale', budgetLeft: 0.8 }),
        slo('e', { state: 'unknown' }),
      ]),
    ).toEqual({
      slos: 5,
      states: { ok: 2, 'at-risk': 0, failing: 1, unknown: 1, stale: 1 },
      worst: { id: 'b', budgetLeft: -0.2 },
      // a lost 0.2, b gained 0.3, c stayed within a thousandth; of d and e nothing is known.
      trend: { compared: 3, less: 1, more: 1 },
    });
  });

  it('names no worst one where nothing was measured', () => {
    expect(tallySlos([slo('a', { state: 'unknown' })]).worst).toBeUndefined();
  });
});

describe('rollUpSlos', () => {
  it('adds teams up to the teams above them', () => {
    const rolled = rollUpSlos({
      nodes: new Map([
        ['cart', [slo('a')]],
        ['pay', [slo('b', { state: 'failing' }), slo('c')]],
      ]),
      parents: new Map([
        ['cart', 'checkout'],
        ['pay', 'checkout'],
        ['search', 'company'],
      ]),
    });
    expect(
      rolled.map(({ ref, parent, own, total }) => [
        ref,
        parent,
        own.slos,
        total.slos,
        total.states.failing,
      ]),
    ).toEqual([
      ['cart', 'checkout', 1, 1, 0],
      ['checkout', undefined, 0, 3, 1],
      ['pay', 'checkout', 2, 2, 1],
    ]);
  });

  it('counts each SLO once in every node above it, whatever the tree', () => {
    const names = ['a', 'b', 'c', 'd'];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...names), { maxLength: 10 }),
        fc.array(
          fc.tuple(fc.constantFrom(...names), fc.constantFrom(...names)),
        ),
        (places, edges) => {
          const nodes = new Map<string, TalliedSlo[]>();
          places.forEach((place, index) =>
            nodes.set(place, [...(nodes.get(place) ?? []), slo(String(index))]),
          );
          const parents = new Map(edges);
          for (const { ref, total } of rollUpSlos({ nodes, parents })) {
            const reaches = (from: string) => {
              const seen = new Set<string>();
              let at: string | undefined = from;
              while (at !== undefined && !seen.has(at)) {
                if (at === ref) {
                  return true;
                }
                seen.add(at);
                at = parents.get(at);
              }
              return false;
            };
            expect(total.slos).toBe(places.filter(reaches).length);
          }
        },
      ),
    );
  });
});
