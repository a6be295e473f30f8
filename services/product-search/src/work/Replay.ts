import { validateEvent, type ShopEvent } from '@shopfloor/contracts';
import type {
  createLogger,
  Database,
  EventLog,
  LogConsumer,
  LogEvent,
} from '@shopfloor/service-kit';
import { CONSUMED_TOPICS, REPLAY_GROUP } from '../events/handlers.ts';
import type { RebuildStore } from '../store/RebuildStore.ts';
import type {
  ProductChange,
  SourceStore,
  StockChange,
} from '../store/SourceStore.ts';

/** Options of {@link Replay}. */
export interface ReplayWorkOptions {
  rebuildId: string;
  /** Generation that gets the documents. */
  generation: number;
  log: Pick<EventLog, 'consume'>;
  database: Database;
  store: SourceStore;
  rebuilds: RebuildStore;
  /** How long nothing old may come before it counts as caught up. */
  quietMs: number;
  logger: ReturnType<typeof createLogger>;
  /** Milliseconds on a clock that only moves forward. */
  now?: () => number;
}

interface Changes {
  products: ProductChange[];
  stock: StockChange[];
}

/** What the events of a batch tell, those that break their contract left out: the live group parks them. */
export function changesOf(
  events: readonly Pick<LogEvent, 'value'>[],
  onBroken: (problems: string[]) => void,
): Changes {
  const changes: Changes = { products: [], stock: [] };
  for (const { value } of events) {
    let event: ShopEvent | undefined;
    try {
      event = JSON.parse(value);
    } catch {
      onBroken(['it is no JSON']);
      continue;
    }
    const problems = validateEvent(event);
    if (problems.length > 0) {
      onBroken(problems);
    } else if (event?.type === 'shop.product.changed.v1') {
      changes.products.push({
        product: event.data,
        version: event.aggregateversion,
      });
    } else if (event?.type === 'shop.stock.changed.v1') {
      changes.stock.push({ ...event.data, version: event.aggregateversion });
    }
  }
  return changes;
}

/**
 * Reads the topics from zero into a generation. The place of the group is kept by
 * the log, so another process goes on where this one ended.
 */
export class Replay {
  readonly #options: ReplayWorkOptions;
  readonly #now: () => number;
  readonly #startedAt: number;
  #busy = false;
  #lastOldAt: number;
  #trouble = false;
  #consumer: LogConsumer | undefined;

  static async start(options: ReplayWorkOptions): Promise<Replay> {
    const replay = new Replay(options);
    replay.#consumer = await options.log.consume({
      group: REPLAY_GROUP,
      topics: CONSUMED_TOPICS,
      onBatch: events => replay.#take(events),
      onTrouble: error => {
        replay.#trouble = error !== undefined;
      },
    });
    return replay;
  }

  private constructor(options: ReplayWorkOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#startedAt = this.#now();
    this.#lastOldAt = this.#startedAt;
  }

  get rebuildId(): string {
    return this.#options.rebuildId;
  }

  /** Whether nothing from before the rebuild has come for a while. */
  caughtUp(): boolean {
    if (this.#trouble || this.#busy) {
      this.#lastOldAt = this.#now();
      return false;
    }
    return this.#now() - this.#lastOldAt >= this.#options.quietMs;
  }

  async close(): Promise<void> {
    await this.#consumer?.close();
  }

  async #take(events: LogEvent[]): Promise<void> {
    this.#busy = true;
    try {
      await this.#apply(events);
    } finally {
      this.#busy = false;
      const now = this.#now();
      if (events.some(({ ageMs }) => ageMs > now - this.#startedAt)) {
        this.#lastOldAt = now;
      }
    }
  }

  async #apply(events: LogEvent[]): Promise<void> {
    const { database, store, rebuilds, generation, rebuildId, logger } =
      this.#options;
    const { products, stock } = changesOf(events, problems =>
      logger.warn(
        { problems: problems.slice(0, 5) },
        'An event that breaks its contract is left out of the rebuild',
      ),
    );
    const options = { generation, again: true };
    await database.transaction(async tx => {
      await store.applyProducts(tx, products, options);
      await store.applyStock(tx, stock, options);
    });
    await rebuilds.countReplayed(rebuildId, events.length);
  }
}
