import { resolve } from 'node:path';
import { callGraph, describeCalls, findCycle } from './callGraph.ts';
import { catalogCalls, permittedCalls } from './declaredCalls.ts';

const repoRoot = resolve(import.meta.dirname, '../../../..');

describe('a graph of calls', () => {
  it('finds a cycle wherever it lies, also of one', () => {
    expect(
      findCycle(
        callGraph([
          ['a', 'b'],
          ['b', 'c'],
          ['c', 'd'],
          ['d', 'b'],
        ]),
      ),
    ).toEqual(['b', 'c', 'd', 'b']);
    expect(findCycle(callGraph([['a', 'a']]))).toEqual(['a', 'a']);
  });

  it('takes two ways to the same service for no cycle', () => {
    expect(
      findCycle(
        callGraph([
          ['a', 'b'],
          ['a', 'c'],
          ['b', 'd'],
          ['c', 'd'],
        ]),
      ),
    ).toBeUndefined();
  });
});

describe('the synchronous calls of the shop', () => {
  it('form no cycle, as declared in the catalog', () => {
    const declared = catalogCalls(repoRoot);
    expect(describeCalls(declared)).toContain('orders -> inventory');
    expect(findCycle(declared)).toBeUndefined();
  });

  it('are let through by the mesh exactly as the catalog declares them', () => {
    expect(describeCalls(permittedCalls(repoRoot))).toEqual(
      describeCalls(catalogCalls(repoRoot)),
    );
  });
});
