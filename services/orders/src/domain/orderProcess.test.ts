import { assertProcess, checkProcess } from './checkProcess.ts';
import {
  mayPass,
  nextState,
  ORDER_STATES,
  type OrderProcess,
  orderProcess,
  type OrderSignal,
  type OrderState,
  stepOf,
  takes,
} from './orderProcess.ts';

const SIGNALS = [
  ...new Set(
    ORDER_STATES.flatMap(
      state => Object.keys(orderProcess[state].on) as OrderSignal[],
    ),
  ),
];

/** Every legal transition, written down once more by hand: a change of the process is a change of this table. */
const legal: Record<OrderState, string> = {
  reserving:
    'reserved authorising, stock-refused rejected|voiding, abandoned releasing|voiding, care-needed care',
  authorising:
    'authorised confirming, action-needed awaiting-payment, declined releasing, payment-mismatch voiding, abandoned voiding, care-needed care',
  'awaiting-payment':
    'authorised confirming, declined releasing, payment-mismatch voiding, deadline-passed voiding, cancel voiding, care-needed care',
  confirming:
    'confirmed requesting-shipment, stock-lost voiding, care-needed care',
  'requesting-shipment':
    'shipment-accepted fulfilling, all-shipped shipped, cancel cancelling, care-needed care',
  fulfilling: 'all-shipped shipped, cancel cancelling, care-needed care',
  shipped: 'delivered completed, care-needed care',
  completed: 'care-needed care',
  cancelling:
    'shipment-cancelled voiding, already-dispatched fulfilling|shipped, care-needed care',
  voiding: 'voided releasing, care-needed care',
  releasing: 'released rejected|cancelled, care-needed care',
  rejected: 'late-payment voiding, care-needed care',
  cancelled: 'late-payment voiding, care-needed care',
  care: `resumed ${ORDER_STATES.filter(state => state !== 'care').join('|')}, cancelled-by-care cancelling|voiding, accepted completed|cancelled|rejected`,
};

function isLegal(from: OrderState, signal: string, to: OrderState): boolean {
  return legal[from]
    .split(', ')
    .map(entry => entry.split(' '))
    .some(
      ([name, targets]) => name === signal && targets.split('|').includes(to),
    );
}

function changed(changes: Partial<OrderProcess>): OrderProcess {
  return { ...orderProcess, ...changes };
}

describe('the order process', () => {
  it('takes every legal transition and refuses every illegal one', () => {
    const attempt = (from: OrderState, signal: OrderSignal, to: OrderState) => {
      try {
        return nextState(from, signal, to);
      } catch (error) {
        return (error as Error).message;
      }
    };
    let taken = 0;
    let refused = 0;
    for (const from of ORDER_STATES) {
      for (const signal of SIGNALS) {
        for (const to of ORDER_STATES) {
          const legally = isLegal(from, signal, to);
          expect(attempt(from, signal, to)).toBe(
            legally
              ? to
              : `An order that is ${from} does not take ${signal} to ${to}`,
          );
          expect(takes(from, signal) || !legally).toBe(true);
          taken += legally ? 1 : 0;
          refused += legally ? 0 : 1;
        }
      }
    }
    expect(taken).toBe(62);
    expect(taken + refused).toBe(14 * 23 * 14);
  });

  it('wants to know where to, when a signal leads to several states', () => {
    expect(nextState('fulfilling', 'cancel')).toBe('cancelling');
    expect(() => nextState('releasing', 'released')).toThrow(/released/);
  });

  it('is whole, and boot would tell if it were not', () => {
    expect(checkProcess(orderProcess)).toEqual([]);
    expect(() => assertProcess()).not.toThrow();
  });

  it.each<[string, Partial<OrderProcess>, string]>([
    [
      'a state that cannot be reached',
      {
        reserving: {
          ...orderProcess.reserving,
          on: { abandoned: 'releasing' },
        },
      },
      'authorising cannot be reached',
    ],
    [
      'a state that never ends',
      { shipped: { kind: 'forward', on: {} } },
      'shipped never comes to an end',
    ],
    [
      'a step that nothing takes back',
      {
        confirming: { ...orderProcess.confirming, compensatedBy: undefined },
      },
      'confirming has nothing that takes it back',
    ],
    [
      'a compensation that does nothing',
      { voiding: { ...orderProcess.voiding, step: undefined } },
      'voiding takes nothing back',
    ],
    [
      'a way around the release of stock',
      { voiding: { ...orderProcess.voiding, on: { voided: 'rejected' } } },
      'confirming comes to rejected without releasing',
    ],
    [
      'a way around the void of a payment',
      {
        confirming: {
          ...orderProcess.confirming,
          on: { confirmed: 'requesting-shipment', 'stock-lost': 'releasing' },
        },
      },
      'confirming comes to rejected without voiding',
    ],
    [
      'a way around the cancelling of the shipment',
      {
        fulfilling: {
          ...orderProcess.fulfilling,
          on: { 'all-shipped': 'shipped', cancel: 'voiding' },
        },
      },
      'fulfilling comes to rejected without cancelling',
    ],
    [
      'a passed state that cannot be taken back',
      {
        reserving: {
          ...orderProcess.reserving,
          on: {
            ...orderProcess.reserving.on,
            'stock-refused': 'rejected',
            abandoned: 'releasing',
          },
        },
      },
      'reserving passes authorising and cannot come to voiding',
    ],
    [
      'states that are passed while the shopper can cancel',
      {
        'awaiting-payment': {
          ...orderProcess['awaiting-payment'],
          passes: ['confirming'],
        },
      },
      'awaiting-payment passes states and can be cancelled meanwhile',
    ],
    [
      'a target that does not exist',
      {
        shipped: {
          kind: 'forward',
          on: { delivered: 'done' as OrderState },
        },
      },
      'shipped leads to done, which does not exist',
    ],
  ])('does not start with %s', (_what, changes, problem) => {
    const process = changed(changes);
    expect(checkProcess(process)).toContain(problem);
    expect(() => assertProcess(process)).toThrow(problem);
  });

  it('passes nothing but the straight way to the confirmation', () => {
    const passes = ORDER_STATES.flatMap(written =>
      ORDER_STATES.filter(to => mayPass(written, to)).map(
        to => `${written} ${to}`,
      ),
    );
    expect(passes).toEqual([
      'reserving authorising',
      'reserving confirming',
      'authorising confirming',
    ]);
  });

  it('has something to do in every state that nobody else moves', () => {
    const waiting = ORDER_STATES.filter(state => stepOf(state) === undefined);
    // Fulfilment, the shopper, or staff moves these.
    expect(waiting).toEqual(['fulfilling', 'shipped', 'completed', 'care']);
  });
});
