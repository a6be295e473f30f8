/** Every state an order can be in. */
export const ORDER_STATES = [
  'reserving',
  'authorising',
  'awaiting-payment',
  'confirming',
  'requesting-shipment',
  'fulfilling',
  'shipped',
  'completed',
  'cancelling',
  'voiding',
  'releasing',
  'rejected',
  'cancelled',
  'care',
] as const;

/** A state of an order. */
export type OrderState = (typeof ORDER_STATES)[number];

/** What can happen to an order. */
export type OrderSignal =
  | 'reserved'
  | 'stock-refused'
  | 'abandoned'
  | 'authorised'
  | 'action-needed'
  | 'declined'
  | 'payment-mismatch'
  | 'deadline-passed'
  | 'cancel'
  | 'confirmed'
  | 'stock-lost'
  | 'shipment-accepted'
  | 'all-shipped'
  | 'delivered'
  | 'shipment-cancelled'
  | 'already-dispatched'
  | 'voided'
  | 'released'
  | 'late-payment'
  | 'care-needed'
  | 'resumed'
  | 'cancelled-by-care'
  | 'accepted';

/** What a worker does in a state; the other states wait for somebody or are the end. */
export type OrderStep =
  | 'reserve'
  | 'authorise'
  | 'read-payment'
  | 'confirm'
  | 'request-shipment'
  | 'cancel-shipment'
  | 'void'
  | 'release'
  | 'check-late-payment';

/** One state of the process. */
export interface StateDefinition {
  /** `forward` goes towards the goods, `compensation` takes back, `manual` waits for staff, `end` is over. */
  kind: 'forward' | 'compensation' | 'manual' | 'end';
  step?: OrderStep;
  /** The state that takes back what the step of this one has done. */
  compensatedBy?: OrderState;
  /**
   * States that whoever holds an order may go through without writing them. An order whose process died there is found in this state,
   * so the step of this one must find what was done by asking for it again, and nobody else may move an order on from it.
   */
  passes?: readonly OrderState[];
  on: Partial<Record<OrderSignal, OrderState | readonly OrderState[]>>;
}

/** The process of an order as data. */
export type OrderProcess = Readonly<Record<OrderState, StateDefinition>>;

/** States that staff may resume: all that can ask for care. */
const RESUMABLE: readonly OrderState[] = [
  'reserving',
  'authorising',
  'awaiting-payment',
  'confirming',
  'requesting-shipment',
  'fulfilling',
  'shipped',
  'completed',
  'cancelling',
  'voiding',
  'releasing',
  'rejected',
  'cancelled',
];

/**
 * The saga of checkout: quote, reserve, authorise, confirm, ship, capture on
 * shipment, with what takes each step back. Where a signal may lead to several
 * states, the caller says to which.
 */
export const orderProcess: OrderProcess = {
  reserving: {
    kind: 'forward',
    step: 'reserve',
    compensatedBy: 'releasing',
    passes: ['authorising', 'confirming'],
    on: {
      reserved: 'authorising',
      // A resumed order may have a payment, which is let go.
      'stock-refused': ['rejected', 'voiding'],
      // Whether it was reserved is not known then, so it is given back.
      abandoned: ['releasing', 'voiding'],
      'care-needed': 'care',
    },
  },
  authorising: {
    kind: 'forward',
    step: 'authorise',
    compensatedBy: 'voiding',
    passes: ['confirming'],
    on: {
      authorised: 'confirming',
      'action-needed': 'awaiting-payment',
      declined: 'releasing',
      'payment-mismatch': 'voiding',
      abandoned: 'voiding',
      'care-needed': 'care',
    },
  },
  'awaiting-payment': {
    kind: 'forward',
    step: 'read-payment',
    on: {
      authorised: 'confirming',
      declined: 'releasing',
      'payment-mismatch': 'voiding',
      'deadline-passed': 'voiding',
      cancel: 'voiding',
      'care-needed': 'care',
    },
  },
  confirming: {
    kind: 'forward',
    step: 'confirm',
    compensatedBy: 'releasing',
    on: {
      confirmed: 'requesting-shipment',
      'stock-lost': 'voiding',
      'care-needed': 'care',
    },
  },
  'requesting-shipment': {
    kind: 'forward',
    step: 'request-shipment',
    compensatedBy: 'cancelling',
    on: {
      'shipment-accepted': 'fulfilling',
      // The parcel can be faster than the answer that it was accepted.
      'all-shipped': 'shipped',
      cancel: 'cancelling',
      'care-needed': 'care',
    },
  },
  fulfilling: {
    kind: 'forward',
    on: {
      'all-shipped': 'shipped',
      cancel: 'cancelling',
      'care-needed': 'care',
    },
  },
  shipped: {
    kind: 'forward',
    on: { delivered: 'completed', 'care-needed': 'care' },
  },
  completed: { kind: 'end', on: { 'care-needed': 'care' } },
  cancelling: {
    kind: 'compensation',
    step: 'cancel-shipment',
    on: {
      'shipment-cancelled': 'voiding',
      'already-dispatched': ['fulfilling', 'shipped'],
      'care-needed': 'care',
    },
  },
  voiding: {
    kind: 'compensation',
    step: 'void',
    on: { voided: 'releasing', 'care-needed': 'care' },
  },
  releasing: {
    kind: 'compensation',
    step: 'release',
    on: { released: ['rejected', 'cancelled'], 'care-needed': 'care' },
  },
  rejected: {
    kind: 'end',
    step: 'check-late-payment',
    on: { 'late-payment': 'voiding', 'care-needed': 'care' },
  },
  cancelled: {
    kind: 'end',
    step: 'check-late-payment',
    on: { 'late-payment': 'voiding', 'care-needed': 'care' },
  },
  care: {
    kind: 'manual',
    on: {
      resumed: RESUMABLE,
      'cancelled-by-care': ['cancelling', 'voiding'],
      accepted: ['completed', 'cancelled', 'rejected'],
    },
  },
};

/** A signal that the state does not know: nothing must happen. */
export class IllegalTransitionError extends Error {
  constructor(state: OrderState, signal: OrderSignal, target?: OrderState) {
    super(
      `An order that is ${state} does not take ${signal}${target ? ` to ${target}` : ''}`,
    );
    this.name = 'IllegalTransitionError';
  }
}

/** Whether a state takes a signal. */
export function takes(state: OrderState, signal: OrderSignal): boolean {
  return orderProcess[state].on[signal] !== undefined;
}

/**
 * The state after a signal.
 *
 * @param target - where it leads to, when it may lead to several states
 * @throws IllegalTransitionError when the state does not take it, or not to there
 */
export function nextState(
  state: OrderState,
  signal: OrderSignal,
  target?: OrderState,
): OrderState {
  const to = orderProcess[state].on[signal];
  if (typeof to === 'string' && (target === undefined || target === to)) {
    return to;
  }
  if (Array.isArray(to) && target !== undefined && to.includes(target)) {
    return target;
  }
  throw new IllegalTransitionError(state, signal, target);
}

/** Whether an order that is written as one state may be led on as another, which is written later. */
export function mayPass(written: OrderState, to: OrderState): boolean {
  return orderProcess[written].passes?.includes(to) ?? false;
}

/** What a worker has to do in a state; undefined when it waits or is over. */
export function stepOf(state: OrderState): OrderStep | undefined {
  return orderProcess[state].step;
}
