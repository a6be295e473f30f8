import {
  type Database,
  newId,
  type ServiceMetrics,
  WorkLease,
} from '@shopfloor/service-kit';
import { Counter, Gauge } from 'prom-client';
import type { ProviderDriver } from '../domain/ProviderDriver.ts';
import type { PaymentProvider } from '../providers/PaymentProvider.ts';
import type { PaymentStore } from '../store/PaymentStore.ts';
import type {
  Finding,
  ReconciliationStore,
} from '../store/ReconciliationStore.ts';

/** What a comparison found. */
export interface ReconciliationReport {
  ran: boolean;
  imported: number;
  matched: number;
  repaired: number;
  open: number;
}

/** Options of {@link Reconciler}. */
export interface ReconcilerOptions {
  store: ReconciliationStore;
  payments: PaymentStore;
  driver: ProviderDriver;
  providers: ReadonlyMap<string, PaymentProvider>;
  database: Database;
  metrics: ServiceMetrics;
  everySeconds: number;
  graceSeconds: number;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A killed replica's comparison is taken up after it; renewed with every page. */
const LEASE_SECONDS = 60;

/**
 * Compares our ledger with each provider's, movement by movement, and repairs what is safe: what moved for certain is taken into our
 * books, what the provider lost is asked for once more under the same key. The rest waits for a person.
 */
export class Reconciler {
  readonly #options: ReconcilerOptions;
  readonly #open: Gauge<'provider'>;
  readonly #found: Counter<'provider' | 'kind' | 'outcome'>;

  static create(options: ReconcilerOptions): Reconciler {
    return new Reconciler(options);
  }

  private constructor(options: ReconcilerOptions) {
    this.#options = options;
    const registers = [options.metrics.registry];
    this.#open = new Gauge({
      name: 'payments_differences_open',
      help: 'Differences to the provider’s ledger that wait for a person.',
      labelNames: ['provider'],
      registers,
    });
    this.#found = new Counter({
      name: 'payments_differences_total',
      help: 'Differences to the provider’s ledger, by kind and outcome.',
      labelNames: ['provider', 'kind', 'outcome'],
      registers,
    });
  }

  /** Compares with all providers. `force`: also when it is not due. */
  async run(options: { force: boolean }): Promise<ReconciliationReport> {
    const total = { ran: false, imported: 0, matched: 0, repaired: 0, open: 0 };
    for (const provider of this.#options.providers.values()) {
      const report = await this.#compare(provider, options.force);
      total.ran ||= report.ran;
      total.imported += report.imported;
      total.matched += report.matched;
      total.repaired += report.repaired;
      total.open += report.open;
    }
    return total;
  }

  async #compare(
    provider: PaymentProvider,
    force: boolean,
  ): Promise<ReconciliationReport> {
    const { store, database } = this.#options;
    // Each comparison is a holder of its own: one that is asked for waits for none that runs in this process.
    const lease = WorkLease.create({
      database,
      name: `reconciliation ${provider.name}`,
      seconds: LEASE_SECONDS,
    });
    try {
      const cursor = (await lease.take())
        ? await store.due(provider.name, force)
        : undefined;
      if (cursor !== undefined) {
        return await this.#compareFrom(cursor, provider, lease);
      }
      const open = await this.#countOpen(provider.name);
      return { ran: false, imported: 0, matched: 0, repaired: 0, open };
    } finally {
      // Also after a failure: the next one need not wait for its end.
      await lease.drop();
    }
  }

  async #compareFrom(
    start: bigint,
    provider: PaymentProvider,
    lease: WorkLease,
  ): Promise<ReconciliationReport> {
    const { store, everySeconds, graceSeconds } = this.#options;
    const { name } = provider;
    let cursor = start;
    let imported = 0;
    for (let more = true; more;) {
      const page = await provider.ledger(cursor);
      if (page.entries.length > 0) {
        await store.importPage(name, page.entries);
        cursor = page.entries.at(-1)!.position;
        imported += page.entries.length;
        await lease.take();
      }
      more = page.hasMore;
    }
    let matched = await store.match(name);
    let repaired = 0;
    for (const finding of await store.compare(name, graceSeconds)) {
      const action = await this.#repair(provider, finding);
      await store.record({
        differenceId: newId(),
        provider: name,
        finding,
        action,
      });
      repaired += action ? 1 : 0;
      this.#found.inc({
        provider: name,
        kind: finding.kind,
        outcome: action ?? 'open',
      });
    }
    matched += await store.match(name);
    await store.finish(name, everySeconds);
    const open = await this.#countOpen(name);
    return { ran: true, imported, matched, repaired, open };
  }

  /** Also where another replica compared: each shows what is open now. */
  async #countOpen(provider: string): Promise<number> {
    const open = await this.#options.store.countOpen(provider);
    this.#open.set({ provider }, open);
    return open;
  }

  /** @returns what was done; undefined when that is for a person to decide */
  async #repair(
    provider: PaymentProvider,
    finding: Finding,
  ): Promise<string | undefined> {
    const { kind, paymentId, objectId } = finding;
    if (!paymentId) {
      return undefined;
    }
    if (kind === 'missing-there') {
      // The provider knows our keys for a day; later the same key would be a new movement.
      const repeated =
        !finding.old &&
        (await this.#options.driver.repeat(paymentId, objectId));
      return repeated ? 'repeated' : undefined;
    }
    return kind === 'missing-here'
      ? this.#takeIn(provider, { ...finding, paymentId })
      : undefined;
  }

  async #takeIn(
    provider: PaymentProvider,
    finding: Finding & { paymentId: string },
  ): Promise<string | undefined> {
    const { payments, driver, store } = this.#options;
    const { paymentId, objectId, movement } = finding;
    const before = await payments.find(paymentId);
    if (!before) {
      return undefined;
    }
    await driver.refresh(before);
    const payment = (await payments.find(paymentId)) ?? before;
    const known =
      payment.operations.find(({ operationId }) => operationId === objectId)
        ?.state === 'succeeded' ||
      payment.disputes.some(({ disputeId }) => disputeId === objectId);
    if (known) {
      return 'settled';
    }
    if (movement !== 'capture' && movement !== 'refund') {
      return undefined;
    }
    const reusable =
      UUID.test(objectId) &&
      !payment.operations.some(({ operationId }) => operationId === objectId);
    const adopted = await store.adopt({
      provider: provider.name,
      paymentId,
      operationId: reusable ? objectId : newId(),
      movement,
      objectId,
      amount: finding.there!,
      event: {
        topic: 'shop.payments',
        type: 'shop.payment.updated.v1',
        aggregateId: paymentId,
        aggregateVersion: payment.version + 1,
        partitionKey: payment.orderId,
        data: {
          paymentId,
          orderId: payment.orderId,
          state: payment.state,
        },
      },
    });
    return adopted ? 'adopted' : undefined;
  }
}
