import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill } from '../Drill.ts';
import { Goods } from '../shopper/Goods.ts';
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
    const inFlight = answers.filter(({ status }) => status === 409).length;
    figure('answers with the order', answers.length - inFlight);
    figure('told that it is in flight', inFlight);
    check('one order', ids.size === 1, `${ids.size} orders`);
    check(
      'no answer but the order or "in flight"',
      answers.every(({ status }) => status === 201 || status === 409),
      JSON.stringify(answers.map(({ status }) => status)),
    );
    const again = await shopper.place(quoteId, { key });
    check(
      'asked once more, it answers the same',
      again.status === 201 && ids.has(again.body.orderId),
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
