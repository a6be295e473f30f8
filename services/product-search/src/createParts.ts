import {
  type createLogger,
  createSearchIndex,
  type Database,
  EventConsumer,
  type EventLog,
  RepeatedWork,
  type SearchIndex,
  type ServiceMetrics,
  type Tracing,
} from '@shopfloor/service-kit';
import type { ProductSearchConfig } from './config.ts';
import { productSchema } from './domain/productIndex.ts';
import { SearchService } from './domain/SearchService.ts';
import type { IndexedProduct } from './domain/types.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  createHandlers,
} from './events/handlers.ts';
import { registerIndexMetrics } from './indexMetrics.ts';
import { DatabaseRebuildStore } from './store/DatabaseRebuildStore.ts';
import { DatabaseSourceStore } from './store/DatabaseSourceStore.ts';
import type { RebuildStore } from './store/RebuildStore.ts';
import type { SourceStore } from './store/SourceStore.ts';
import { Indexer } from './work/Indexer.ts';
import { Rebuilder } from './work/Rebuilder.ts';

/** Options of {@link createParts}. */
export interface CreatePartsOptions {
  config: ProductSearchConfig;
  database: Database;
  log: EventLog;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: ReturnType<typeof createLogger>;
}

/** What the service is made of, besides HTTP. */
export interface Parts {
  index: SearchIndex<IndexedProduct>;
  store: SourceStore;
  rebuilds: RebuildStore;
  search: SearchService;
  consumer: EventConsumer;
  /** Writes changed products into the index. */
  indexing: RepeatedWork;
  /** Carries rebuilds out. */
  rebuilding: RepeatedWork;
  /** Starts everything that runs beside requests, once the index is there. */
  start(): void;
  /** Rejects until the index is there. */
  check(): Promise<void>;
  close(): Promise<void>;
}

const PREPARE_RETRY_MS = 1000;

/** Puts the parts together. Nothing runs before `start`. */
export async function createParts(options: CreatePartsOptions): Promise<Parts> {
  const { config, database, log, metrics, tracing, logger } = options;
  const index = await createSearchIndex<IndexedProduct>({
    config,
    schema: productSchema,
    database,
  });
  const store = DatabaseSourceStore.create({ database });
  const rebuilds = DatabaseRebuildStore.create({ database });
  const indexer = Indexer.create({ store, index, batch: config.INDEX_BATCH });
  const indexing = RepeatedWork.create({
    name: 'indexing',
    round: () => indexer.round(),
    intervalMs: config.INDEX_POLL_MS,
    metrics,
    logger,
  });
  const rebuilder = Rebuilder.create({
    holder: config.POD_NAME,
    rebuilds,
    store,
    index,
    log,
    database,
    onQueued: () => indexing.nudge(),
    quietMs: config.REBUILD_QUIET_MS,
    logger,
  });
  const rebuilding = RepeatedWork.create({
    name: 'rebuilding',
    round: () => rebuilder.round(),
    intervalMs: config.REBUILD_POLL_MS,
    metrics,
    logger,
  });
  const consumer = EventConsumer.create({
    log,
    database,
    group: CONSUMER_GROUP,
    topics: CONSUMED_TOPICS,
    handlers: createHandlers({ store, onChanged: () => indexing.nudge() }),
    metrics,
    tracing,
    logger,
  });
  registerIndexMetrics({ metrics, store });

  let prepared = false;
  let closed = false;
  let retry: NodeJS.Timeout | undefined;
  const prepare = async () => {
    try {
      await index.prepare();
    } catch (error) {
      logger.warn({ error }, 'The index cannot be prepared yet');
      if (!closed) {
        retry = setTimeout(prepare, PREPARE_RETRY_MS);
      }
      return;
    }
    if (!closed) {
      prepared = true;
      consumer.start();
      indexing.start();
      rebuilding.start();
    }
  };

  return {
    index,
    store,
    rebuilds,
    search: SearchService.create({ index, store }),
    consumer,
    indexing,
    rebuilding,
    start: () => void prepare(),
    check: async () => {
      if (!prepared) {
        throw new Error('the index is not there yet');
      }
      await index.ping();
    },
    close: async () => {
      closed = true;
      clearTimeout(retry);
      await consumer.close();
      await rebuilding.close();
      await rebuilder.close();
      await indexing.close();
      await index.close();
    },
  };
}
