import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill, DrillContext } from '../Drill.ts';
import { buyPatiently } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import { ask, expectStatus } from '../shopper/http.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { Staff } from '../shopper/Staff.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';
import { QUICK_SETTINGS } from './quickSettings.ts';

/** Minor units that somebody gives back at the provider, past us. */
const PAST_US = 100;

interface Difference {
  sku?: string;
  quantity?: string;
  outcome?: string;
  objectId: string;
  kind: string;
  state: string;
  action?: string;
}

/** Reserves one unit for an order that nobody has placed. */
async function reserve({ stack }: DrillContext, sku: string): Promise<string> {
  const reservationId = newId();
  expectStatus(
    await ask({
      method: 'POST',
      url: `${stack.service('inventory').url}/reservations`,
      body: { reservationId, ttlSeconds: 900, lines: [{ sku, quantity: 1 }] },
    }),
    201,
  );
  return reservationId;
}

/** Stock that is wrong in four ways, three of which can be put right. */
async function stockDiffers(
  context: DrillContext,
  staff: Staff,
): Promise<void> {
  const { stack, say, figure, check } = context;
  const goods = await Goods.create(stack);
  const [counted, held, leaked, promised] = await goods.skus(4);
  for (const sku of [counted, held, leaked, promised]) {
    await goods.leave(sku, 10);
  }
  const alter = (text: string, values: unknown[]) =>
    stack.databases.query('inventory', text, values);
  const first = `(select warehouse_id from stock where sku = $1 and on_hand - held - allocated >= 10 limit 1)`;
  const lost = await reserve(context, leaked);
  await reserve(context, promised);
  say('stock, holds and reservations are made to differ');
  await alter(
    `update stock set on_hand = on_hand + 3 where sku = $1 and warehouse_id = ${first}`,
    [counted],
  );
  await alter(
    `update stock set held = held + 2 where sku = $1 and warehouse_id = ${first}`,
    [held],
  );
  await alter(`update reservations set state = 'released' where id = $1`, [
    lost,
  ]);
  // More is promised than the ledger says there is.
  const [shelf] = await stack.databases.query<{
    warehouse_id: string;
    quantity: number;
  }>(
    'inventory',
    `insert into movements (kind, sku, warehouse_id, quantity, on_hand, held, allocated, reference, reason)
     select 'adjusted', sku, warehouse_id, on_hand, -on_hand, 0, 0, $2, 'Planted by a drill'
     from stock where sku = $1 and held > 0
     returning warehouse_id, quantity::float8`,
    [promised, newId()],
  );

  const reconcile = async () => {
    const asked = await staff.ask('inventory', 'POST', '/reconciliations');
    const { reconciliationId } = expectStatus(asked, 200, 201, 202).body;
    const path = `/reconciliations/${reconciliationId}`;
    const { body: report } = await eventually(
      () => staff.ask('inventory', 'GET', path),
      ({ body }) => body.state === 'done',
      { withinMs: 30_000 },
    );
    const { body } = expectStatus(
      await staff.ask('inventory', 'GET', `${path}/differences`),
      200,
    );
    return { report, differences: body.items as Difference[], path };
  };
  const startedAt = performance.now();
  const { report, differences, path } = await reconcile();
  figure(
    'stock: compared within',
    `${Math.round(performance.now() - startedAt)} ms`,
  );
  figure('stock: SKUs compared', report.skusChecked);
  figure('stock: differences', report.differences);
  const found = (sku: string, quantity: string) =>
    differences.find(one => one.sku === sku && one.quantity === quantity)
      ?.outcome;
  check(
    'a wrong quantity, a hold of nobody and a leaked reservation are found and repaired',
    found(counted, 'on_hand') === 'repaired' &&
      found(held, 'held') === 'repaired' &&
      found(leaked, 'held') === 'repaired',
    JSON.stringify(differences),
  );
  check(
    'what is promised beyond what there is waits for a person',
    found(promised, 'on_hand') === 'needs-care' && report.unrepaired > 0,
    JSON.stringify(differences),
  );
  check(
    'the stock is what it was before',
    (await goods.available(counted)) === 10 &&
      (await goods.available(held)) === 10 &&
      (await goods.available(leaked)) === 10,
    JSON.stringify([await goods.stockOf(leaked)]),
  );
  expectStatus(
    await staff.ask('inventory', 'POST', '/adjustments', {
      adjustmentId: newId(),
      warehouseId: shelf.warehouse_id,
      sku: promised,
      change: shelf.quantity,
      reason: 'Counted by a drill',
    }),
    201,
  );
  await reconcile();
  const again = await reconcile();
  check(
    'counted and booked by staff, nothing differs any more',
    again.report.differences === 0 && (await goods.available(promised)) === 9,
    JSON.stringify(again.differences),
  );
  const { body: kept } = await staff.ask('inventory', 'GET', path);
  check(
    'the report is kept',
    kept.state === 'done' && kept.differences === report.differences,
    JSON.stringify(kept),
  );
}

interface Sold {
  orderId: string;
  paymentId: string;
}

/** Orders that are sent and paid. */
async function sell(
  { stack }: DrillContext,
  options: { sku: string; count: number },
): Promise<Sold[]> {
  const ids: string[] = [];
  for (let n = 0; n < options.count; n += 1) {
    const { answer } = await buyPatiently(stack, [
      { sku: options.sku, quantity: 1 },
    ]);
    ids.push(expectStatus(answer, 201).body.orderId);
  }
  return eventually(
    () =>
      stack.databases.query<Sold>(
        'orders',
        `select id as "orderId", payment_id as "paymentId" from orders
         where id = any($1::uuid[]) and state = 'completed' order by id`,
        [ids],
      ),
    rows => rows.length === ids.length,
    { withinMs: 60_000 },
  );
}

/** Ledgers that differ in three ways: one side lacks a movement, the other does, and one has another amount. */
async function ledgersDiffer(
  context: DrillContext,
  staff: Staff,
): Promise<void> {
  const { stack, say, figure, check } = context;
  const goods = await Goods.create(stack);
  const [sku] = await goods.skus(1);
  await goods.leave(sku, 20);
  const reconcile = () => staff.ask('payments', 'POST', '/reconciliations');
  // What others have done before is compared first.
  expectStatus(await reconcile(), 200);
  const sold = await sell(context, { sku, count: 3 });
  const [forgotten, pastUs, otherAmount] = sold;
  const alter = <Row extends object>(text: string, values: unknown[]) =>
    stack.databases.query<Row>('test-payment-provider', text, values);
  say(
    'the provider loses a capture, knows a refund we do not, and writes another amount',
  );
  await alter(
    `with part as (
       delete from parts p using charges c where c.reference = $1 and p.charge_id = c.id and p.kind = 'capture' returning p.id, p.amount
     ), key as (
       delete from idempotency_keys k using part where k.object_id = part.id
     ), posting as (
       delete from postings p using part where p.object_id = part.id
     )
     update charges set captured = captured - part.amount, status = 'authorized', version = version + 1 from part where reference = $1`,
    [forgotten.paymentId],
  );
  await alter(
    `with charge as (
       update charges set refunded = refunded + $2, version = version + 1 where reference = $1 returning *
     ), part as (
       insert into parts (id, kind, charge_id, amount, status) select $3, 'refund', id, $2, 'succeeded' from charge
     ), ledger as (
       update accounts a set ledger_position = ledger_position + 1 from charge where a.id = charge.account_id
       returning a.id, a.ledger_position
     )
     insert into postings (account_id, position, type, charge_id, object_id, debit, credit, amount, currency)
     select l.id, l.ledger_position, 'refund', c.id, $3, 'merchant', 'cardholders', $2, c.currency from charge c cross join ledger l`,
    [pastUs.paymentId, PAST_US, `re_drill_${newId()}`],
  );
  const [{ reference: wrong }] = await alter<{ reference: string }>(
    `update postings p set amount = p.amount + 1 from charges c
     where c.reference = $1 and p.charge_id = c.id and p.type = 'capture' returning p.reference`,
    [otherAmount.paymentId],
  );
  const before = await stack.databases.query<{ id: string }>(
    'payments',
    `select object_id as id from postings where payment_id = $1`,
    [forgotten.paymentId],
  );

  const list = async (state: string) =>
    expectStatus(
      await staff.ask(
        'payments',
        'GET',
        `/differences?state=${state}&limit=100`,
      ),
      200,
    ).body.items as (Difference & {
      differenceId: string;
      paymentId?: string;
    })[];
  const startedAt = performance.now();
  const ofOurs = (all: Awaited<ReturnType<typeof list>>) =>
    all.filter(one =>
      sold.some(({ paymentId }) => paymentId === one.paymentId),
    );
  // A movement counts as missing only after a while: its other side may be on its way.
  const found = await eventually(
    async () => {
      await reconcile();
      return {
        open: ofOurs(await list('open')),
        repaired: ofOurs(await list('repaired')),
      };
    },
    ({ open, repaired }) => open.length + repaired.length >= 3,
    { withinMs: 40_000, everyMs: 1000 },
  );
  figure(
    'money: all found after',
    `${Math.round((performance.now() - startedAt) / 100) / 10} s`,
  );
  for (const { kind, state, action } of [...found.repaired, ...found.open]) {
    figure(`money: ${kind}`, action ? `${state}, ${action}` : state);
  }
  const repaired = (paymentId: string) =>
    found.repaired.find(one => one.paymentId === paymentId)?.kind;
  const [charge] = await alter<{ captured: number; amount: number }>(
    `select captured::float8, amount::float8 from charges where reference = $1`,
    [forgotten.paymentId],
  );
  check(
    'a capture that the provider lost is asked for again, once, under its own id',
    repaired(forgotten.paymentId) === 'missing-there' &&
      charge.captured === charge.amount,
    JSON.stringify({ found, charge }),
  );
  const after = await stack.databases.query<{ id: string }>(
    'payments',
    `select object_id as id from postings where payment_id = $1`,
    [forgotten.paymentId],
  );
  check(
    'our ledger has it once',
    JSON.stringify(after) === JSON.stringify(before),
    JSON.stringify(after),
  );
  const [payment] = await stack.databases.query<{ refunded: number }>(
    'payments',
    'select refunded::float8 from payments where payment_id = $1',
    [pastUs.paymentId],
  );
  check(
    'a refund that we did not know is taken into our books',
    repaired(pastUs.paymentId) === 'missing-here' &&
      payment.refunded === PAST_US,
    JSON.stringify({ found, payment }),
  );
  const open = found.open.find(one => one.paymentId === otherAmount.paymentId);
  const gauge = await metricOf(
    stack.service('payments').url,
    'payments_differences_open',
  );
  check(
    'another amount is listed for a person, and counted',
    open?.kind === 'amount-differs' &&
      open.objectId === wrong &&
      (gauge ?? 0) >= 1,
    JSON.stringify({ found, gauge }),
  );

  await eventually(
    async () => {
      await staff.ask('orders', 'POST', '/care/reconciliation');
      return staff.caseFile(pastUs.orderId);
    },
    ({ body }) => body.order?.state === 'care',
    { withinMs: 30_000, everyMs: 1000 },
  );
  const file = (await staff.caseFile(pastUs.orderId)).body;
  figure(
    'orders: the refund past us',
    `${file.order.state}, ${file.careReason}`,
  );
  check(
    'orders sees that its books differ from the payment, and asks for care',
    file.order.state === 'care' &&
      file.careReason === 'books-differ-from-payment',
    JSON.stringify([file.order.state, file.careReason]),
  );
  await alter(
    `update postings p set amount = p.amount - 1 from charges c
     where c.reference = $1 and p.charge_id = c.id and p.type = 'capture'`,
    [otherAmount.paymentId],
  );
  const closed = await staff.ask(
    'payments',
    'POST',
    `/differences/${open?.differenceId}/resolutions`,
    { note: 'The provider has corrected its ledger' },
  );
  const listed = (await list('resolved')).some(
    one => one.differenceId === open?.differenceId,
  );
  check(
    'closed by a person with a note, it stays in the report',
    closed.status === 200 && listed,
    `${closed.status} ${JSON.stringify(closed.body)}`,
  );
}

/** An order that should move and that nobody looks at. */
async function orderStands(context: DrillContext, staff: Staff): Promise<void> {
  const { stack, say, figure, check } = context;
  const goods = await Goods.create(stack);
  const [sku] = await goods.skus(1);
  await goods.leave(sku, 5);
  const fulfilment = stack.service('fulfilment');
  const shopper = await Shopper.create(stack);
  const quoteId = await shopper.prepare([{ sku, quantity: 1 }]);
  await fulfilment.kill();
  const { orderId } = expectStatus(await shopper.place(quoteId), 201, 202).body;
  say('an order is forgotten on its way');
  const [stuck] = await stack.databases.query<{ state: string }>(
    'orders',
    `update orders set due_at = null, leased_until = '-infinity', version = version + 1 where id = $1 returning state`,
    [orderId],
  );
  fulfilment.launch();
  await fulfilment.untilReady();
  const startedAt = performance.now();
  const { body: report } = expectStatus(
    await staff.ask('orders', 'POST', '/care/reconciliation'),
    200,
  );
  const { body: order } = await eventually(
    () => shopper.order(orderId),
    ({ body }) => body.state === 'completed',
    { withinMs: 60_000 },
  );
  figure('orders: stood in', stuck.state);
  figure(
    'orders: completed after it was found',
    `${Math.round((performance.now() - startedAt) / 100) / 10} s`,
  );
  check(
    'an order that stands still is woken, and goes on to its end',
    order.state === 'completed',
    JSON.stringify([order.state, report]),
  );
  const { body: last } = await staff.ask(
    'orders',
    'GET',
    '/care/reconciliation',
  );
  check(
    'the report of the reconciliation says so',
    JSON.stringify(report).includes('"woken":1') &&
      last.report?.woken !== undefined,
    JSON.stringify({ report, last }),
  );
}

/** Books that somebody has tampered with. */
export const reconciliation: Drill = {
  name: 'reconciliation',
  title:
    'Differences planted in stock, reservations, ledgers and orders are found; repaired where that is safe, listed for a person where not',
  serviceEnv: QUICK_SETTINGS,
  async run(context) {
    const staff = await Staff.create(context.stack);
    await stockDiffers(context, staff);
    await ledgersDiffer(context, staff);
    await orderStands(context, staff);
  },
};
