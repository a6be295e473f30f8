import type { EventHandlers, Queryable } from '@shopfloor/service-kit';
import { fingerprint, sortLines } from '../domain/lines.ts';
import { type Delta, incoming } from '../domain/movementDeltas.ts';
import type { Line } from '../domain/types.ts';
import { sampleReceiptId, sampleReceipts } from '../sample/sampleStock.ts';
import type { StockLedger } from '../store/StockStore.ts';

/** Topics that inventory reads. */
export const CONSUMED_TOPICS = ['shop.products', 'shop.shipments'] as const;

/** Options of {@link createHandlers}. */
export interface HandlersOptions {
  ledger: StockLedger;
  /** Whether sample products get sample stock. */
  sampleData: boolean;
}

/** An order may have two lines of one SKU in a parcel. */
function sumLines(lines: readonly Line[]): Line[] {
  const sums = new Map<string, number>();
  for (const { sku, quantity } of lines) {
    sums.set(sku, (sums.get(sku) ?? 0) + quantity);
  }
  return sortLines([...sums].map(([sku, quantity]) => ({ sku, quantity })));
}

/**
 * What events of others do to the stock. An event that cannot be carried out, such
 * as a parcel with more than there is, throws: it becomes a dead letter, which
 * staff replay after they have corrected the stock.
 */
export function createHandlers(options: HandlersOptions): EventHandlers {
  const { ledger, sampleData } = options;

  /** @returns false when it was carried out before */
  async function isNew(
    tx: Queryable,
    id: string,
    kind: 'receipt' | 'shipment' | 'return',
    body: unknown,
    hold?: string,
  ): Promise<boolean> {
    const noted = await ledger.note(
      tx,
      { id, kind, bodyHash: fingerprint(body) },
      { hold },
    );
    if (noted === 'other') {
      throw new Error(`${kind} ${id} was told before with other lines`);
    }
    return noted === 'new';
  }

  async function stockSamples(
    tx: Queryable,
    skus: readonly string[],
  ): Promise<void> {
    const deltas: Delta[] = [];
    for (const sku of skus) {
      const receipts = sampleReceipts(sku);
      const reference = sampleReceiptId(sku);
      if (
        receipts.length > 0 &&
        (await isNew(tx, reference, 'receipt', receipts))
      ) {
        deltas.push(
          ...receipts.map(receipt =>
            incoming('received', {
              ...receipt,
              reference,
              reason: 'sample data',
            }),
          ),
        );
      }
    }
    if (deltas.length > 0 && (await ledger.move(tx, deltas)).length > 0) {
      throw new Error(
        'The sample warehouses are missing: run migrate with SAMPLE_DATA=true',
      );
    }
  }

  return {
    'shop.product.changed.v1': async ({ data, aggregateversion }, tx) => {
      const skus = [...new Set(data.skus)].sort();
      await ledger.learnProduct(tx, {
        productId: data.productId,
        version: aggregateversion,
        skus,
        sample: data.sample,
        deleted: data.deleted,
      });
      if (sampleData && data.sample && !data.deleted) {
        await stockSamples(tx, skus);
      }
    },

    'shop.shipment.dispatched.v1': async ({ id, data }, tx) => {
      const { shipmentId, orderId } = data;
      const lines = sumLines(data.lines);
      // A shipment may leave in several parcels, each of which is an event of its own.
      const body = [orderId, lines];
      const usual = await ledger.shipAtOnce(tx, {
        eventId: id,
        bodyHash: fingerprint(body),
        shipmentId,
        orderId,
        lines,
      });
      if (usual || !(await isNew(tx, id, 'shipment', body, orderId))) {
        return;
      }
      const short = await ledger.ship(tx, { shipmentId, orderId, lines });
      if (short.length > 0) {
        throw new Error(
          `Shipment ${shipmentId} took more than there is: ${short
            .map(({ sku, missing }) => `${missing} of ${sku} too many`)
            .join(', ')}. Correct the stock by an adjustment, then replay`,
        );
      }
    },

    'shop.return.received.v1': async ({ data }, tx) => {
      const { returnId, orderId } = data;
      const lines = sumLines(data.lines.filter(({ restock }) => restock));
      if (
        lines.length === 0 ||
        !(await isNew(tx, returnId, 'return', [orderId, lines]))
      ) {
        return;
      }
      const places = await ledger.returnPlaces(tx, {
        orderId,
        skus: lines.map(({ sku }) => sku),
      });
      const deltas = lines.map(({ sku, quantity }) => {
        const warehouseId = places.get(sku);
        if (warehouseId === undefined) {
          throw new Error(`Return ${returnId} has ${sku}, which has no place`);
        }
        return incoming('returned', {
          sku,
          quantity,
          warehouseId,
          reference: returnId,
        });
      });
      await ledger.move(tx, deltas);
    },
  };
}
