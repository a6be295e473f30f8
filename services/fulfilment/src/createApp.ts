import {
  type AccessPluginOptions,
  type BackgroundWork,
  connectEvents,
  createServiceApp,
  type Database,
  type EventLog,
  namedWork,
  RepeatedWork,
  type ServiceApp,
  type ServiceParts,
  workToEnd,
} from '@shopfloor/service-kit';
import { Carriers } from './carriers/Carriers.ts';
import { ManualCarrier } from './carriers/ManualCarrier.ts';
import { SampleCarrier } from './carriers/SampleCarrier.ts';
import type { FulfilmentConfig } from './config.ts';
import { ShipmentService } from './domain/ShipmentService.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  shipmentEventHandlers,
} from './events/handlers.ts';
import { registerInternalRoutes } from './http/internalRoutes.ts';
import { namedSchemas } from './http/schemas.ts';
import { registerStaffRoutes } from './http/staffRoutes.ts';
import { rateTable } from './rates/index.ts';
import { DatabaseShipmentStore } from './store/DatabaseShipmentStore.ts';
import type { ShipmentStore } from './store/ShipmentStore.ts';
import { CarrierWorker } from './work/CarrierWorker.ts';
import { ErasureWorker } from './work/ErasureWorker.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<FulfilmentConfig, 'DATABASE_URL'>
> {
  database: Database;
  log: EventLog;
  access: Omit<AccessPluginOptions, 'service'>;
}

/** The application, and the work that runs beside it. */
export interface Fulfilment {
  app: ServiceApp;
  store: ShipmentStore;
  /** In the order in which it is closed. */
  work: readonly BackgroundWork[];
}

/** Builds the application of fulfilment. It does not listen, and its work does not run. */
export async function createApp(
  options: CreateAppOptions,
): Promise<Fulfilment> {
  const { database, config, metrics, tracing, logger } = options;
  const app = await createServiceApp({
    ...options,
    load: config,
    openApi: {
      title: 'Fulfilment',
      version: '1.0.0',
      description:
        'What delivery costs, shipments with their tracking, and returns. Amounts are whole numbers in the minor unit of their currency.',
      tags: [
        { name: 'quotes', description: 'What delivery costs.' },
        { name: 'shipments', description: 'For other services.' },
        { name: 'warehouse', description: 'For staff.' },
        { name: 'privacy', description: 'What is kept about a person.' },
        { name: 'events', description: 'Dead letters, for staff.' },
      ],
    },
  });
  const store = DatabaseShipmentStore.create({ database });
  const rates = rateTable(config.RATES_VERSION);
  const carriers = Carriers.create({
    current: config.CARRIER,
    carriers: [
      ManualCarrier.create(),
      SampleCarrier.create({
        database,
        dispatchSeconds: config.SAMPLE_CARRIER_DISPATCH_SECONDS,
        deliverySeconds: config.SAMPLE_CARRIER_DELIVERY_SECONDS,
      }),
    ],
  });
  const shipments = ShipmentService.create({ store, carriers, rates });
  const carrierWorker = CarrierWorker.create({
    store,
    shipments,
    carriers,
    metrics,
    tracing,
    logger,
  });
  const carrierWork = RepeatedWork.create({
    name: 'carriers',
    round: () => carrierWorker.round(),
    intervalMs: config.CARRIER_POLL_INTERVAL_MS,
    metrics,
    logger,
  });
  const erasureWorker = ErasureWorker.create({
    store,
    retentionDays: config.ADDRESS_RETENTION_DAYS,
  });
  const erasureWork = RepeatedWork.create({
    name: 'erasure',
    round: () => erasureWorker.round(),
    intervalMs: config.ERASURE_INTERVAL_MS,
    metrics,
    logger,
  });
  for (const schema of namedSchemas()) {
    app.addSchema(schema);
  }
  registerInternalRoutes(app, {
    rates,
    shipments,
    store,
    makeShipment: async request => {
      const made = await carrierWorker.make(request);
      if (made.waits) {
        carrierWork.nudge();
      }
      return made;
    },
  });
  registerStaffRoutes(app, { shipments });
  const { consumer, relay } = connectEvents(app, {
    ...options,
    group: CONSUMER_GROUP,
    topics: CONSUMED_TOPICS,
    handlers: shipmentEventHandlers({
      store,
      onErasure: () => erasureWork.nudge(),
    }),
    access: 'staff:fulfilment-admin',
  });
  return {
    app,
    store,
    work: [
      namedWork('consumer', consumer),
      carrierWork,
      workToEnd('new shipments', () => carrierWorker.idle()),
      erasureWork,
      namedWork('relay', relay),
    ],
  };
}
