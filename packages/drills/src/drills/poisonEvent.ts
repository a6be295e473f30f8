import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { Drill } from '../Drill.ts';
import { buyPatiently } from '../shopper/buyPatiently.ts';
import { Goods } from '../shopper/Goods.ts';
import { ask, expectStatus } from '../shopper/http.ts';
import type { WantedLine } from '../shopper/Shopper.ts';
import { Staff } from '../shopper/Staff.ts';
import { withSettings } from '../stack/withSettings.ts';
import { eventually } from './eventually.ts';
import { metricOf } from './metricOf.ts';

const LETTERS = '/events/groups/inventory/dead-letters';

interface Movement {
  kind: string;
  sku: string;
  quantity: number;
}

/** A parcel leaves with goods that the stock does not know: no handler can book it. */
export const poisonEvent: Drill = {
  name: 'poison-event',
  title:
    'A parcel that inventory cannot book is parked with all that follows of its order; others flow; replayed in order once the stock is corrected',
  async run({ stack, say, figure, check }) {
    // Parcels leave when staff say so.
    const byHand = {
      fulfilment: { CARRIER: 'manual' },
    };
    await withSettings(stack, byHand, async () => {
      const goods = await Goods.create(stack);
      const staff = await Staff.create(stack);
      const [lost, other] = await goods.skus(2);
      await goods.leave(lost, 10);
      await goods.leave(other, 10);
      const inventory = stack.service('inventory');
      const lettersInMetrics = async () =>
        (await metricOf(inventory.url, 'event_dead_letters', {
          group: 'inventory',
        })) ?? 0;

      const order = async (lines: WantedLine[]) => {
        const { answer } = await buyPatiently(stack, lines);
        const { orderId } = expectStatus(answer, 201).body;
        const shipments = await eventually(
          () => staff.ask('fulfilment', 'GET', `/orders/${orderId}/shipments`),
          ({ body }) => body.items?.length === 1,
          { withinMs: 20_000 },
        );
        return { orderId, shipmentId: shipments.body.items[0].shipmentId };
      };
      const dispatch = async (shipmentId: string, lines: WantedLine[]) =>
        expectStatus(
          await staff.ask(
            'fulfilment',
            'POST',
            `/shipments/${shipmentId}/dispatches`,
            { dispatchId: newId(), trackingId: `DRILL-${newId()}`, lines },
          ),
          200,
        );
      const bad = await order([
        { sku: lost, quantity: 2 },
        { sku: other, quantity: 1 },
      ]);
      const good = await order([{ sku: other, quantity: 1 }]);
      const [{ mark }] = await stack.databases.query<{ mark: string }>(
        'inventory',
        'select coalesce(max(id), 0)::text as mark from movements',
      );
      const booked = () =>
        stack.databases.query<Movement>(
          'inventory',
          `select kind, sku, quantity::int from movements
           where id > $1 and sku = any($2) and kind in ('shipped', 'returned') order by id`,
          [mark, [lost, other]],
        );

      say('the goods of an order are given free and lost, yet they are sent');
      expectStatus(
        await ask({
          method: 'POST',
          url: `${inventory.url}/reservations/${bad.orderId}/release`,
        }),
        200,
      );
      await goods.leave(lost, 0);
      await dispatch(bad.shipmentId, [{ sku: lost, quantity: 2 }]);
      await dispatch(bad.shipmentId, [{ sku: other, quantity: 1 }]);
      expectStatus(
        await staff.ask('fulfilment', 'POST', '/returns', {
          returnId: newId(),
          orderId: bad.orderId,
          lines: [{ sku: other, quantity: 1, restock: true }],
        }),
        201,
      );
      const parkedAt = performance.now();
      await dispatch(good.shipmentId, [{ sku: other, quantity: 1 }]);
      const meanwhile = await eventually(booked, rows => rows.length > 0, {
        withinMs: 20_000,
        everyMs: 50,
      });
      figure(
        'an event of another order was handled after',
        `${Math.round(performance.now() - parkedAt)} ms`,
      );
      check(
        'events of other orders flow, those of this one wait',
        meanwhile.length === 1 &&
          meanwhile[0].sku === other &&
          meanwhile[0].kind === 'shipped',
        JSON.stringify(meanwhile),
      );
      const seen = await eventually(lettersInMetrics, count => count === 3, {
        withinMs: 30_000,
      });
      figure(
        'all three seen as parked after',
        `${Math.round((performance.now() - parkedAt) / 100) / 10} s`,
      );
      check('the metric of dead letters says 3', seen === 3, `${seen}`);
      const { body: listed } = expectStatus(
        await staff.ask('inventory', 'GET', `${LETTERS}?state=parked`),
        200,
      );
      const letters = listed.items as {
        id: string;
        cause: string;
        type: string;
        error?: string;
        attempts: number;
      }[];
      check(
        'staff see what failed and what waits behind it, in order',
        letters.map(({ cause, type }) => `${cause} ${type}`).join() ===
          'failed shop.shipment.dispatched.v1,behind shop.shipment.dispatched.v1,behind shop.return.received.v1',
        JSON.stringify(letters),
      );
      check(
        'and why, with what to do',
        letters[0]?.error?.includes(lost) === true &&
          letters[0].error.includes('adjustment'),
        letters[0]?.error,
      );
      figure('attempts before it was parked', letters[0]?.attempts ?? 0);

      const replay = async (id: string) =>
        staff.ask('inventory', 'POST', `${LETTERS}/${id}/replay`);
      const early = await replay(letters[0].id);
      check(
        'replayed while the cause is there, all stay parked',
        early.status === 200 &&
          early.body.replayed === 0 &&
          early.body.remaining === 3 &&
          (await booked()).length === 1,
        JSON.stringify(early.body),
      );
      say('the stock is corrected, and the events are replayed');
      await goods.leave(lost, 2);
      const replayed = await replay(letters[0].id);
      check(
        'replayed after that, all three are handled',
        replayed.status === 200 &&
          replayed.body.replayed === 3 &&
          replayed.body.remaining === 0,
        JSON.stringify(replayed.body),
      );
      const rows = await booked();
      check(
        'in their order, each once',
        rows.map(({ kind, sku }) => `${kind} ${sku}`).join() ===
          [
            `shipped ${other}`,
            `shipped ${lost}`,
            `shipped ${other}`,
            `returned ${other}`,
          ].join(),
        JSON.stringify(rows),
      );
      const again = await replay(letters[0].id);
      check(
        'a second replay is refused, and changes nothing',
        again.status === 409 && (await booked()).length === 4,
        `${again.status} ${JSON.stringify(again.body)}`,
      );
      const after = await eventually(lettersInMetrics, count => count === 0, {
        withinMs: 10_000,
      });
      check('the metric is back at nothing', after === 0, `${after}`);
      const left = [await goods.available(lost), await goods.available(other)];
      check(
        'the stock is what was sent and came back',
        left[0] === 0 && left[1] === 9,
        JSON.stringify(left),
      );
    });
  },
};
