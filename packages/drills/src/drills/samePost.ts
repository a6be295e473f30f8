import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill } from '../Drill.ts';
import { Goods } from '../shopper/Goods.ts';
import { isWorthRepeating, untilAnswered } from '../shopper/persistently.ts';
import { Shopper } from '../shopper/Shopper.ts';
import { eventually } from './eventually.ts';

const TIMES = 50;

/** A client that repeats itself. */
export const samePost: Drill = {
  name: 'same-post',
  title: `The same order sent ${TIMES} times at once is one order`,
  async run({ stack, figure, check }) {
    const goods = await Goods.create(stack);
    const [sku] = await goods.skus(1);
    await goods.leave(sku, 10);
    const shopper = await Shopper.create(stack);
    const quoteId = await shopper.prepare([{ sku, quantity: 1 }]);
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: TIMES }, () => shopper.place(quoteId, { key })),
    );
    const ids = new Set(
      answers
        .filter(({ status }) => status === 201)
        .map(({ body }) => body.orderId),
    );
    const tryAgain = answers.filter(isWorthRepeating).length;
    const withOrder = answers.filter(({ status }) => status === 201).length;
    figure('answers with the order', withOrder);
    figure('told that it is in flight, or to try again', tryAgain);
    check('at most one order', ids.size <= 1, `${ids.size} orders`);
    check(
      'no answer but the order or "try again"',
      withOrder + tryAgain === TIMES,
      JSON.stringify(answers.map(({ status, body }) => [status, body.code])),
    );
    const again = await untilAnswered(() => shopper.place(quoteId, { key }), {
      withinMs: 60_000,
    });
    check(
      'asked once more, it answers the same',
      again.status === 201 &&
        [...ids].every(orderId => orderId === again.body.orderId),
      JSON.stringify(again.body),
    );
    const other = await shopper.place(quoteId, { key, token: 'tok_other' });
    check(
      'the same key with another body is refused',
      other.status === 422,
      `${other.status}`,
    );
    const available = await eventually(
      () => goods.available(sku),
      units => units === 9,
      { withinMs: 10_000 },
    );
    check('one unit is gone', available === 9, `${available} left of 10`);
  },
};
