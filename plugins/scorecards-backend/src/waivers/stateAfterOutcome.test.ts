import {
  GRANTING_STATES,
  REQUEST_STATES,
} from '@shopfloor/plugin-approvals-common';
import { WaiverState } from '@shopfloor/plugin-scorecards-common';
import fc from 'fast-check';
import { stateAfterOutcome } from './stateAfterOutcome';

const STATES: WaiverState[] = [
  'waiting',
  'approved',
  'denied',
  'withdrawn',
  'revoked',
  'expired',
];

const outcomes = fc
  .record({
    outcome: fc.constantFrom(
      ...REQUEST_STATES.filter(state => state !== 'waiting'),
    ),
    review: fc.boolean(),
  })
  .map(({ outcome, review }) => {
    const objected = outcome === 'break-glass-reviewed' && review;
    return {
      outcome,
      objected,
      granted: GRANTING_STATES.includes(outcome) && !objected,
    };
  });

describe('an outcome of a request', () => {
  it.each([
    ['waiting', 'approved', true, false, 'approved'],
    ['waiting', 'auto-approved', true, false, 'approved'],
    ['waiting', 'break-glass', true, false, 'approved'],
    ['waiting', 'break-glass-reviewed', false, true, 'denied'],
    ['waiting', 'denied', false, false, 'denied'],
    ['waiting', 'expired', false, false, 'expired'],
    ['waiting', 'withdrawn', false, false, 'withdrawn'],
    ['waiting', 'superseded', false, false, undefined],
    ['approved', 'approved', true, false, undefined],
    ['approved', 'break-glass-reviewed', true, false, undefined],
    ['approved', 'break-glass-reviewed', false, true, 'revoked'],
    ['approved', 'denied', false, false, undefined],
    ['withdrawn', 'approved', true, false, undefined],
    ['expired', 'approved', true, false, undefined],
    ['revoked', 'break-glass-reviewed', true, false, undefined],
  ] as const)(
    'takes a waiver that is %s, by %s (granted %s, objected %s), to %s',
    (state, outcome, granted, objected, expected) => {
      expect(
        stateAfterOutcome({ state, outcome: { outcome, granted, objected } }),
      ).toBe(expected);
    },
  );

  it('changes nothing the second time, and lets off only what is granted', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATES), outcomes, (state, outcome) => {
        const next = stateAfterOutcome({ state, outcome });
        expect(
          next && stateAfterOutcome({ state: next, outcome }),
        ).toBeUndefined();
        expect(next === 'approved').toBe(
          state === 'waiting' && outcome.granted,
        );
      }),
    );
  });
});
