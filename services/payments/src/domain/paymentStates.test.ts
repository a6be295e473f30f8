import fc from 'fast-check';
import {
  isFinal,
  mayStep,
  pathTo,
  PAYMENT_STATES,
  type PaymentState,
} from './paymentStates.ts';

// By hand: a step is there, or it is not.
const table: Record<PaymentState, PaymentState[]> = {
  pending: [
    'requires-action',
    'authorised',
    'declined',
    'voided',
    'expired',
    'failed',
  ],
  'requires-action': ['authorised', 'declined', 'voided', 'expired', 'failed'],
  authorised: ['partially-captured', 'captured', 'voided', 'expired'],
  'partially-captured': ['captured'],
  captured: [],
  declined: [],
  voided: [],
  expired: [],
  failed: [],
};

const state = fc.constantFrom(...PAYMENT_STATES);

describe('the states of a payment', () => {
  it.each(
    PAYMENT_STATES.flatMap(from =>
      PAYMENT_STATES.map(to => [from, to] as const),
    ),
  )('%s to %s is allowed only where the table says so', (from, to) => {
    expect(mayStep(from, to)).toBe(table[from].includes(to));
  });

  it('are final when they lead nowhere', () => {
    expect(PAYMENT_STATES.filter(isFinal)).toEqual([
      'captured',
      'declined',
      'voided',
      'expired',
      'failed',
    ]);
  });

  it('are reached by steps alone, and never gone back to', () => {
    fc.assert(
      fc.property(state, state, (from, to) => {
        const path = pathTo(from, to);
        const pairs = path.map((step, index) => [
          path[index - 1] ?? from,
          step,
        ]);
        expect(pairs.every(([at, next]) => mayStep(at, next))).toBe(true);
        expect([undefined, to]).toContain(path.at(-1));
        // Where there is a way there, there is none back.
        expect(path.length === 0 || pathTo(to, from).length === 0).toBe(true);
      }),
    );
  });

  it('are caught up with when several steps were missed', () => {
    expect(pathTo('pending', 'captured')).toEqual(['authorised', 'captured']);
    expect(pathTo('requires-action', 'partially-captured')).toEqual([
      'authorised',
      'partially-captured',
    ]);
    expect(pathTo('captured', 'authorised')).toEqual([]);
  });
});
