import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill } from '../Drill.ts';
import { preparePatiently } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import { isWorthRepeating, untilAnswered } from '../shopper/persistently.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { eventually } from './eventually.ts';

const BUYERS = 200;

/** Two hundred people want the last unit at the same moment. */
export const lastUnit: Drill = {
  name: 'last-unit',
  title: `${BUYERS} buyers at once for the last unit: one order, nothing oversold, nothing left over`,
  async run({ stack, say, figure, check }) {
    const goods = await Goods.create(stack);
    const [sku] = await goods.skus(1);
    await goods.leave(sku, BUYERS);
    say(`${BUYERS} shoppers fill their carts and take a quote`);
    const buyers: { shopper: Shopper; quoteId: string }[] = [];
    for (let done = 0; done < BUYERS; done += 20) {
      buyers.push(
        ...(await Promise.all(
          Array.from({ length: 20 }, async () => {
            const shopper = await Shopper.create(stack);
            return {
              shopper,
              quoteId: await preparePatiently(shopper, [{ sku, quantity: 1 }]),
            };
          }),
        )),
      );
    }
    await goods.leave(sku, 1);
    say('all place their order at once');
    const startedAt = performance.now();
    // An overload and an outcome that is not known are told as such; whoever hears that sends the same order again.
    let toldToTryAgain = 0;
    const answers = await Promise.all(
      buyers.map(({ shopper, quoteId }) => {
        const key = newId();
        return untilAnswered(
          async () => {
            const answer = await shopper.place(quoteId, { key });
            if (isWorthRepeating(answer)) toldToTryAgain += 1;
            return answer;
          },
          { withinMs: 60_000 },
        );
      }),
    );
    figure(
      'answered within',
      `${Math.round(performance.now() - startedAt)} ms`,
    );
    const placed = answers.filter(({ status }) => status === 201);
    const refused = answers.filter(
      ({ status, body }) =>
        status === 409 && body.code === 'insufficient-stock',
    );
    const others = answers.filter(
      answer => !placed.includes(answer) && !refused.includes(answer),
    );
    figure('orders', placed.length);
    figure('told that it is gone', refused.length);
    figure('told to try again', toldToTryAgain);
    check('exactly one order', placed.length === 1, `${placed.length} orders`);
    check(
      'everybody else is told why',
      others.length === 0,
      JSON.stringify(
        others.slice(0, 3).map(({ status, body }) => [status, body]),
      ),
    );
    const left = await eventually(
      () => goods.stockOf(sku),
      ({ warehouses }) => warehouses.every(({ held }) => held === 0),
      { withinMs: 30_000 },
    );
    check(
      'no reservation is left over',
      left.warehouses.every(({ held }) => held === 0),
      JSON.stringify(left),
    );
    check(
      'nothing is available and nothing oversold',
      (await goods.available(sku)) === 0,
      JSON.stringify(left),
    );
  },
};
