import {
  type createLogger,
  type EventHandlers,
  newId,
  outboxParameter,
  type Queryable,
  statementHandler,
  type Transaction,
} from '@shopfloor/service-kit';
import { readDispatch, readReturn, type Units } from '../domain/dispatch.ts';
import { careNeeded, orderShipped } from '../domain/orderEvents.ts';
import { nextState, takes } from '../domain/orderProcess.ts';
import type { OrderDetails } from '../domain/types.ts';
import { DatabaseOrderStore, SOURCE } from '../store/DatabaseOrderStore.ts';
import {
  completeErasure,
  countParcelStatement,
  eraseStatement,
  putInCareStatement,
  recordDeliveryStatement,
  recordDisputeStatement,
  recordReturnStatement,
} from '../store/eventStatements.ts';
import { recordDispatchStatement } from '../store/moneyStatements.ts';
import { OrderReadStore } from '../store/OrderReadStore.ts';
import {
  hintStatement,
  holdOrderStatement,
} from '../store/processStatements.ts';

/** Topics that orders reads. */
export const TOPICS = ['shop.payments', 'shop.shipments', 'shop.customers'];

/** Options of {@link createHandlers}. */
export interface HandlersOptions {
  logger: ReturnType<typeof createLogger>;
  /** Told after something became due, so that the worker need not wait for its next look. */
  onDue: () => void;
}

/** The order of an event, locked until the event's transaction ends. */
async function lockOrder(
  tx: Queryable,
  orderId: string,
): Promise<OrderDetails | undefined> {
  const [row] = await tx.query(holdOrderStatement, [orderId]);
  return row && detailsOf(tx, orderId);
}

/** In a statement after the one that locks, so that it sees what it waited for. */
async function detailsOf(
  tx: Queryable,
  orderId: string,
): Promise<OrderDetails | undefined> {
  return OrderReadStore.create({ database: tx }).details(orderId);
}

async function putInCare(
  tx: Queryable,
  order: OrderDetails,
  reason: string,
): Promise<void> {
  await tx.query(putInCareStatement, [
    order.orderId,
    reason,
    outboxParameter([careNeeded(order, reason)], { source: SOURCE }),
  ]);
}

/** What is to be captured for a parcel, by what the provider can do. */
function captureAmount(
  order: OrderDetails,
  shippedValue: number,
  final: boolean,
): number {
  switch (order.capturePolicy) {
    case 'each-shipment':
      return shippedValue - order.shippedValue;
    case 'once-at-last-shipment':
      return final ? shippedValue : 0;
    default:
      return final ? order.total : 0;
  }
}

async function dispatch(
  tx: Queryable,
  order: OrderDetails,
  parcel: { shipmentId: string; lines: readonly Units[]; last: boolean },
): Promise<void> {
  const outcome = readDispatch({
    lines: order.lines,
    shipping: order.content.shipping,
    parcel: parcel.lines,
    last: parcel.last,
  });
  // Something that was taken back and left nevertheless is a person's to decide.
  const trouble =
    outcome.trouble ??
    (order.state === 'fulfilling' ||
    order.state === 'requesting-shipment' ||
    order.state === 'cancelling' ||
    order.state === 'care'
      ? undefined
      : `dispatched-while-${order.state}`);
  const shippedValue = order.shippedValue + outcome.value;
  const final = outcome.complete || parcel.last;
  const amount = captureAmount(order, shippedValue, final);
  let state = order.state;
  if (trouble) {
    state = 'care';
  } else if (outcome.complete && takes(order.state, 'all-shipped')) {
    state = nextState(order.state, 'all-shipped');
  }
  const events = [
    orderShipped(order, parcel.shipmentId, outcome.complete),
    ...(trouble && order.state !== 'care' ? [careNeeded(order, trouble)] : []),
  ];
  await tx.query(recordDispatchStatement, [
    order.orderId,
    JSON.stringify(outcome.shipped),
    outcome.value,
    state,
    outcome.complete ? 'all-shipped' : 'part-shipped',
    amount > 0 ? newId() : undefined,
    amount,
    parcel.shipmentId,
    trouble,
    outboxParameter(events, { source: SOURCE }),
    final,
  ]);
}

async function receiveReturn(
  tx: Queryable,
  order: OrderDetails,
  returned: { returnId: string; lines: readonly Units[] },
): Promise<void> {
  const outcome = readReturn({ lines: order.lines, units: returned.lines });
  const refundId = outcome.value > 0 ? newId() : undefined;
  await tx.query(recordReturnStatement, [
    returned.returnId,
    order.orderId,
    JSON.stringify(outcome.returned),
    refundId,
  ]);
  // What staff gave back before is not given twice.
  const left = order.captured - order.refunded - order.disputed;
  const amount = Math.min(outcome.value, Math.max(0, left));
  const claimed =
    refundId === undefined ||
    amount === 0 ||
    (await DatabaseOrderStore.create({ database: tx }).claimRefund({
      refundId,
      orderId: order.orderId,
      amount,
      reason: 'returned',
      actor: 'fulfilment',
      returnId: returned.returnId,
    }));
  const reason =
    outcome.trouble ??
    (amount < outcome.value || !claimed
      ? 'return-exceeds-what-was-captured'
      : undefined);
  if (reason) {
    await putInCare(tx, order, reason);
  }
}

/** What orders does with the events it reads. */
export function createHandlers(options: HandlersOptions): EventHandlers {
  const { logger, onDue } = options;
  type OrderEvent = { id: string; type: string; data: { orderId: string } };
  const notOurs = (event: OrderEvent) =>
    logger.warn(
      { event_id: event.id, event_type: event.type },
      'An event is about an order that is not ours',
    );
  const withOrder = async (
    tx: Transaction,
    event: OrderEvent,
    work: (order: OrderDetails) => Promise<void>,
  ) => {
    const order = await lockOrder(tx, event.data.orderId);
    if (!order) {
      notOurs(event);
      return;
    }
    await work(order);
  };
  return {
    // Only a hint: the payment is read before anything moves.
    'shop.payment.updated.v1': statementHandler<'shop.payment.updated.v1'>({
      step: event => ({
        statement: hintStatement,
        values: [event.data.orderId, event.aggregateversion],
      }),
      done: woken => {
        if (woken.length > 0) {
          onDue();
        }
      },
    }),
    'shop.payment.disputed.v1': (event, tx) =>
      withOrder(tx, event, async order => {
        const { amount, disputeId, state } = event.data;
        await tx.query(recordDisputeStatement, [
          disputeId,
          order.orderId,
          amount.amount,
          state,
          state === 'opened'
            ? outboxParameter([careNeeded(order, 'dispute-opened')], {
                source: SOURCE,
              })
            : '[]',
        ]);
      }),
    'shop.shipment.dispatched.v1': async (event, tx) => {
      const { orderId } = event.data;
      const [held] = await tx.query<{ fresh: boolean }>(countParcelStatement, [
        event.id,
        orderId,
      ]);
      if (!held) {
        notOurs(event);
      } else if (held.fresh) {
        await dispatch(tx, (await detailsOf(tx, orderId))!, event.data);
        tx.afterCommit(onDue);
      }
    },
    'shop.shipment.delivered.v1':
      statementHandler<'shop.shipment.delivered.v1'>({
        step: ({ data: { orderId, shipmentId } }) => ({
          statement: recordDeliveryStatement,
          values: [orderId, shipmentId],
        }),
        done: (rows, event) => {
          if (rows.length === 0) {
            notOurs(event);
          }
        },
      }),
    'shop.return.received.v1': (event, tx) =>
      withOrder(tx, event, async order => {
        await receiveReturn(tx, order, event.data);
        tx.afterCommit(onDue);
      }),
    // What is still open is erased when it is over, and reported then, by the reconciliation.
    'shop.customer.erased.v1': async (event, tx) => {
      const { customerId } = event.data;
      const [{ waiting }] = await tx.query<{ waiting: number }>(
        eraseStatement,
        [customerId, `customer:${customerId}`],
      );
      if (waiting === 0) {
        await completeErasure(tx, customerId);
      }
    },
  };
}
