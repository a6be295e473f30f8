import { ScorecardDefinition } from '../definition/types';

/** A text that is the same in both languages. */
export function same(text: string) {
  return { en: text, zh: text };
}

/**
 * Bronze asks for `a` (weight 3) and `b` (1) and takes 75 %, silver for `c` (2) and takes all, gold for `d` (4) and takes
 * all: 10 in all. Ok from 80 %, at risk from 50 %.
 */
export function testDefinition(
  options: Partial<ScorecardDefinition> = {},
): ScorecardDefinition {
  const check = (
    name: string,
    level: string,
    weight: number,
    category: string,
  ) => ({ check: name, level, weight, category });
  return {
    name: 'readiness',
    title: same('Readiness'),
    description: same('Ready for production'),
    owner: 'group:default/platform-team',
    draft: false,
    appliesTo: [{ kind: 'Component' }],
    categories: [
      { name: 'runtime', title: same('Runtime') },
      { name: 'docs', title: same('Documentation') },
    ],
    levels: [
      { name: 'bronze', title: same('Bronze'), threshold: 75 },
      { name: 'silver', title: same('Silver'), threshold: 100 },
      { name: 'gold', title: same('Gold'), threshold: 100 },
    ],
    states: { ok: 80, atRisk: 50 },
    checks: [
      check('a', 'bronze', 3, 'runtime'),
      check('b', 'bronze', 1, 'docs'),
      check('c', 'silver', 2, 'runtime'),
      check('d', 'gold', 4, 'docs'),
    ],
    ...options,
  };
}
