/** States of a payment. */
export const PAYMENT_STATES = [
  'pending',
  'requires-action',
  'authorised',
  'partially-captured',
  'captured',
  'declined',
  'voided',
  'expired',
  'failed',
] as const;

/** A state of a payment. */
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Every step there is. A state without steps is final. */
const STEPS: Record<PaymentState, readonly PaymentState[]> = {
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

/** Whether a payment may go from one state to another. Staying is no step. */
export function mayStep(from: PaymentState, to: PaymentState): boolean {
  return STEPS[from].includes(to);
}

/**
 * The states on the way from one to another, the last included: what is learnt late may lie several steps ahead.
 *
 * @returns empty when it is the same state or lies behind, which is never gone to
 */
export function pathTo(from: PaymentState, to: PaymentState): PaymentState[] {
  const seen = new Set<PaymentState>([from]);
  let paths: PaymentState[][] = [[]];
  while (paths.length > 0) {
    const next: PaymentState[][] = [];
    for (const path of paths) {
      for (const step of STEPS[path.at(-1) ?? from]) {
        if (step === to) {
          return [...path, step];
        }
        if (!seen.has(step)) {
          seen.add(step);
          next.push([...path, step]);
        }
      }
    }
    paths = next;
  }
  return [];
}

/** Whether nothing can become of a payment any more, except refunds and disputes. */
export function isFinal(state: PaymentState): boolean {
  return STEPS[state].length === 0;
}
