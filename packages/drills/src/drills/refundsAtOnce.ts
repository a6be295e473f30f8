import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill } from '../Drill.ts';
import { Goods } from '../shopper/Goods.ts';
import { Provider } from '../shopper/Provider.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { Staff } from '../shopper/Staff.ts';
import { eventually } from './eventually.ts';

const TIMES = 20;
/** So many of the refunds fit into what was captured. */
const FIT = 7;

/** Several people of the care team refund the same order at the same moment. */
export const refundsAtOnce: Drill = {
  name: 'refunds-at-once',
  title: `${TIMES} refunds of one order at once, of which ${FIT} fit: exactly those are made, and the provider agrees`,
  async run({ stack, say, figure, check }) {
    const goods = await Goods.create(stack);
    const staff = await Staff.create(stack);
    const provider = new Provider(stack);
    const [sku] = await goods.skus(1);
    await goods.leave(sku, 10);
    const shopper = await Shopper.create(stack);
    const { body: order } = await shopper.buy([{ sku, quantity: 3 }]);
    const total: number = order.totals.total.amount;
    say('waits until the parcel has left and the money was taken');
    const { body: shipped } = await eventually(
      () => staff.caseFile(order.orderId),
      ({ body }) => body.order?.captured.amount === total,
      { withinMs: 120_000, everyMs: 1000 },
    );
    check(
      'captured what was shipped',
      shipped.order.captured.amount === total,
      JSON.stringify(shipped.order),
    );

    const amount = Math.floor(total / FIT);
    const ids = Array.from({ length: TIMES }, () => newId());
    const send = () =>
      Promise.all(
        ids.map(refundId => staff.refund(order.orderId, { refundId, amount })),
      );
    const startedAt = performance.now();
    const answers = await send();
    figure(
      'answered within',
      `${Math.round(performance.now() - startedAt)} ms`,
    );
    const made = answers.filter(({ status }) => status === 202).length;
    const refused = answers.filter(
      ({ status, body }) =>
        status === 409 && body.code === 'refund-exceeds-captured',
    ).length;
    figure('refunds made', made);
    figure('refunds refused', refused);
    check(`exactly ${FIT} are made`, made === FIT, `${made}`);
    check(
      'the others are told why',
      refused === TIMES - FIT,
      JSON.stringify(answers.map(({ status }) => status)),
    );
    const again = await send();
    check(
      'sent once more, each is answered as before and nothing is added',
      again.every(({ status }, index) => status === answers[index].status),
      JSON.stringify(again.map(({ status }) => status)),
    );
    const rest = total - FIT * amount;
    if (rest > 0) {
      const last = await staff.refund(order.orderId, {
        refundId: newId(),
        amount: rest,
      });
      check(
        'what is left fits',
        last.status === 202,
        JSON.stringify(last.body),
      );
    }
    const tooMuch = await staff.refund(order.orderId, {
      refundId: newId(),
      amount: 1,
    });
    check(
      'one cent more does not',
      tooMuch.status === 409,
      JSON.stringify(tooMuch.body),
    );

    const { body: file } = await eventually(
      () => staff.caseFile(order.orderId),
      ({ body }) =>
        body.moves.every(({ state }: { state: string }) => state !== 'due'),
      { withinMs: 60_000, everyMs: 500 },
    );
    const charge = await provider.charge(file.paymentId);
    const [payment] = await stack.databases.query<{
      captured: number;
      refunded: number;
    }>(
      'payments',
      'select captured::float8, refunded::float8 from payments where payment_id = $1',
      [file.paymentId],
    );
    figure('captured, in cents', total);
    figure('refunded, in cents', file.order.refunded.amount);
    check(
      'orders, payments and the provider agree: all of it, and no more, was given back',
      [file.order.refunded.amount, payment.refunded, charge?.refunded].every(
        refunded => refunded === total,
      ) && charge?.captured === total,
      JSON.stringify([file.order.refunded, payment, charge]),
    );
  },
};
