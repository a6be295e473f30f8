import { NotFoundError } from '@shopfloor/service-kit';
import type {
  LeaseStore,
  ReconciliationStore,
} from '../store/ReconciliationStore.ts';
import type { ReservationStore } from '../store/ReservationStore.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Difference, Page, Reconciliation } from './types.ts';

/** Options of {@link Reconciler}. */
export interface ReconcilerOptions {
  store: ReconciliationStore;
  reservations: ReservationStore;
  leases: LeaseStore;
  /** Ids that sort by time. */
  createId: () => string;
  /** Time between two that nobody asked for. */
  intervalSeconds: number;
  /** SKUs that one statement compares. */
  batchSize?: number;
}

const LEASE = { name: 'reconcile', seconds: 30 };
const SWEEP_BATCH = 100;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const TEXT = /^[^\0]{0,100}$/;

/**
 * Compares stock, ledger and reservations, repairs what differs and keeps a report.
 * Goes through the SKUs in batches and notes how far it is, so that an instance
 * that takes over continues there.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;

  static create(options: ReconcilerOptions): Reconciler {
    return new Reconciler(options);
  }

  private constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Asks for one; while one is open, gives that. It runs in the background. */
  async request(requestedBy: string): Promise<Reconciliation> {
    const { store, createId } = this.#options;
    return this.get(await store.open({ id: createId(), requestedBy }));
  }

  /** @throws NotFoundError `reconciliation-not-found` */
  async get(id: string): Promise<Reconciliation> {
    const found = await this.#options.store.find(id);
    if (!found) {
      throw new NotFoundError({
        code: 'reconciliation-not-found',
        message: `There is no reconciliation ${id}.`,
      });
    }
    return found;
  }

  /** One page of reconciliations, newest first. */
  async list(options: {
    limit: number;
    cursor?: string;
  }): Promise<Page<Reconciliation>> {
    const { limit, cursor } = options;
    const [before] = cursor
      ? decodeCursor('reconciliations', cursor, [ID])
      : [];
    const found = await this.#options.store.list({ rows: limit + 1, before });
    const items = found.slice(0, limit);
    return {
      items,
      nextCursor:
        found.length > limit
          ? encodeCursor('reconciliations', [items[limit - 1].reconciliationId])
          : undefined,
    };
  }

  /** One page of what a reconciliation found. @throws NotFoundError `reconciliation-not-found` */
  async differences(options: {
    id: string;
    limit: number;
    cursor?: string;
  }): Promise<Page<Difference>> {
    const { id, limit, cursor } = options;
    await this.get(id);
    const [sku, warehouseId, quantity] = cursor
      ? decodeCursor('differences', cursor, [TEXT, TEXT, TEXT])
      : ['', '', ''];
    const found = await this.#options.store.differences({
      id,
      rows: limit + 1,
      after: [sku, warehouseId, quantity],
    });
    const items = found.slice(0, limit);
    const last = items[limit - 1];
    return {
      items,
      nextCursor:
        found.length > limit
          ? encodeCursor('differences', [
              last.sku,
              last.warehouseId,
              last.quantity,
            ])
          : undefined,
    };
  }

  /** Does what is open, or what its time has come for. Nothing while another instance does. */
  async run(signal?: AbortSignal): Promise<void> {
    const { store, leases, createId, intervalSeconds } = this.#options;
    if (!(await leases.take(LEASE))) {
      return;
    }
    await store.schedule({ id: createId(), intervalSeconds });
    const open = await store.findOpen();
    if (open) {
      await this.#work(open, signal);
    }
  }

  async #work(
    open: { id: string; afterSku: string },
    signal?: AbortSignal,
  ): Promise<void> {
    const { store, leases, batchSize = 200 } = this.#options;
    let { afterSku } = open;
    let holdsExpired = await this.#sweep(signal);
    while (!signal?.aborted && (await leases.take(LEASE))) {
      const batch = await store.batch({ after: afterSku, rows: batchSize });
      const names = batch.map(({ sku }) => sku);
      const differing = new Set(await store.differing(names));
      for (const { sku, told, actual } of batch) {
        if (differing.has(sku) || told !== actual) {
          await store.repair({ reconciliationId: open.id, skus: [sku] });
        }
      }
      afterSku = names.at(-1) ?? afterSku;
      const done = batch.length < batchSize;
      const wanted = await store.progress({
        id: open.id,
        afterSku,
        skus: batch.length,
        holdsExpired,
        done,
      });
      holdsExpired = 0;
      if (done || !wanted) {
        return;
      }
    }
  }

  async #sweep(signal?: AbortSignal): Promise<number> {
    let total = 0;
    let ended = SWEEP_BATCH;
    while (ended === SWEEP_BATCH && !signal?.aborted) {
      ended = await this.#options.reservations.sweep(SWEEP_BATCH);
      total += ended;
    }
    return total;
  }

  /** Lets another instance take over at once. */
  async close(): Promise<void> {
    await this.#options.leases.drop(LEASE.name);
  }
}
