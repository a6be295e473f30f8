import fc from 'fast-check';
import { CHECK_OUTCOMES, EvaluatedOutcome, outcomeAt } from './result';

const evaluated = CHECK_OUTCOMES.filter(
  (outcome): outcome is EvaluatedOutcome => outcome !== 'stale',
);

describe('outcomeAt', () => {
  const noon = Date.parse('2026-11-26T12:00:00Z');

  it.each<[EvaluatedOutcome, string | undefined, string]>([
    ['pass', '2026-11-26T12:00:00.001Z', 'pass'],
    // The moment itself is already too late.
    ['pass', '2026-11-26T12:00:00Z', 'stale'],
    ['fail', '2026-11-26T11:00:00Z', 'stale'],
    ['not-applicable', '2026-11-26T11:00:00Z', 'stale'],
    ['unknown', '2026-11-26T11:00:00Z', 'unknown'],
    ['not-applicable', undefined, 'not-applicable'],
  ])('makes %s with evidence good until %s %s', (outcome, staleAfter, is) => {
    expect(outcomeAt({ outcome, staleAfter }, noon)).toBe(is);
  });

  it('passes only what passed on evidence that still counts', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...evaluated),
        fc.integer({ min: -1000, max: 1000 }),
        (outcome, leftMs) => {
          const staleAfter = new Date(noon + leftMs).toISOString();
          const now = outcomeAt({ outcome, staleAfter }, noon);
          expect(now === 'pass').toBe(outcome === 'pass' && leftMs > 0);
        },
      ),
    );
  });
});
