import {
  createLogger,
  type Database,
  Health,
  loadConfig,
  ServiceMetrics,
  type ServiceApp,
  Tracing,
  EventConsumer,
  RefusedEvents,
} from '@shopfloor/service-kit';
import { inventoryConfigSpec } from './config.ts';
import { createApp } from './createApp.ts';
import { createParts } from './createParts.ts';

/** How the committed document is renewed. */
export const REGENERATE = 'yarn workspace @shopfloor/inventory openapi';

const refuse = () => Promise.reject(new Error('There is no database here'));

/** Refuses every query: the document needs none. */
const noDatabase: Database = {
  query: refuse,
  transaction: refuse,
  ping: refuse,
  close: () => Promise.resolve(),
};

/** An application that is only asked for its OpenAPI document. */
export async function createDocumentedApp(): Promise<ServiceApp> {
  const service = {
    name: 'inventory',
    version: '0.0.0',
    release: 'v1',
    environment: 'none',
    instance: 'none',
  };
  const logger = createLogger({ service, level: 'fatal' });
  const { DATABASE_URL, ...keys } = inventoryConfigSpec;
  const config = loadConfig(keys, {});
  const metrics = ServiceMetrics.create({ processMetrics: false });
  const tracing = Tracing.create({ service });
  const database = noDatabase;
  return createApp({
    service,
    config,
    parts: createParts({ config, database }),
    access: {
      verifier: { verify: refuse },
      policy: { decide: () => 'forbidden' },
      allowedCallers: [],
    },
    events: {
      consumers: [
        EventConsumer.create({
          log: { consume: refuse },
          database,
          group: 'inventory',
          topics: [],
          handlers: {},
          metrics,
          tracing,
          logger,
        }),
      ],
      refused: RefusedEvents.create({ database, logger }),
    },
    health: new Health(),
    metrics,
    tracing,
    logger,
  });
}
