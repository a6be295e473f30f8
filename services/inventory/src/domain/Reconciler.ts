import { NotFoundError, type WorkLease } from '@shopfloor/service-kit';
import type { ReconciliationStore } from '../store/ReconciliationStore.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Sweeper } from './Sweeper.ts';
import type { Difference, Page, Reconciliation } from './types.ts';

/** Options of {@link Reconciler}. */
export interface ReconcilerOptions {
  store: ReconciliationStore;
  sweeper: Sweeper;
  /** Held by the instance that reconciles. */
  lease: Pick<WorkLease, 'fenced'>;
  /** Ids that sort by time. */
  createId: () => string;
  /** Time between two that nobody asked for. */
  intervalSeconds: number;
  /** SKUs that one statement compares. */
  batchSize?: number;
}

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

  /**
   * Does a batch of what is open, or of what its time has come for, under the lease.
   *
   * @returns whether there is more
   */
  async round(signal?: AbortSignal): Promise<boolean> {
    const { store, sweeper, lease, createId, intervalSeconds } = this.#options;
    await store.schedule({ id: createId(), intervalSeconds });
    const open = await store.findOpen();
    if (!open) {
      return false;
    }
    const { id, afterSku } = open;
    const holdsExpired = afterSku === '' ? await sweeper.run(signal) : 0;
    const { names, done } = await this.#repair(open);
    // Whoever lost the lease must not count a batch that its successor counts too.
    const wanted = await lease.fenced(tx =>
      store.progress(tx, {
        id,
        afterSku: names.at(-1) ?? afterSku,
        skus: names.length,
        holdsExpired,
        done,
      }),
    );
    return wanted && !done;
  }

  async #repair(open: {
    id: string;
    afterSku: string;
  }): Promise<{ names: string[]; done: boolean }> {
    const { store, batchSize = 200 } = this.#options;
    const batch = await store.batch({ after: open.afterSku, rows: batchSize });
    const names = batch.map(({ sku }) => sku);
    const differing = new Set(await store.differing(names));
    for (const { sku, told, actual } of batch) {
      if (differing.has(sku) || told !== actual) {
        await store.repair({ reconciliationId: open.id, skus: [sku] });
      }
    }
    return { names, done: batch.length < batchSize };
  }
}
