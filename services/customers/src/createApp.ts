import {
  type AccessPluginOptions,
  type BackgroundWork,
  connectEvents,
  createServiceApp,
  type Database,
  type EventLog,
  type Faults,
  faultsPlugin,
  namedWork,
  type NotificationSource,
  refuseCardData,
  RepeatedWork,
  type ServiceApp,
  type ServiceParts,
} from '@shopfloor/service-kit';
import type { DataHolderClient } from './clients/DataHolderClient.ts';
import type { OrdersClient } from './clients/OrdersClient.ts';
import type { CustomersConfig } from './config.ts';
import { CustomerService } from './domain/CustomerService.ts';
import { JobService } from './domain/JobService.ts';
import {
  CONSUMED_TOPICS,
  CONSUMER_GROUP,
  createHandlers,
} from './events/handlers.ts';
import { registerConsentRoutes } from './http/consentRoutes.ts';
import { registerJobRoutes } from './http/jobRoutes.ts';
import { registerProfileRoutes } from './http/profileRoutes.ts';
import { namedSchemas } from './http/schemas.ts';
import { DatabaseCustomerStore } from './store/DatabaseCustomerStore.ts';
import { DatabaseJobStore } from './store/DatabaseJobStore.ts';
import { ExportWorker } from './work/ExportWorker.ts';
import { JobWatch } from './work/JobWatch.ts';

/** Options of {@link createApp}. */
export interface CreateAppOptions extends ServiceParts<
  Omit<CustomersConfig, 'DATABASE_URL'>
> {
  database: Database & Partial<NotificationSource>;
  log: Pick<EventLog, 'append' | 'consume'>;
  orders: OrdersClient;
  holders: DataHolderClient;
  access: Omit<AccessPluginOptions, 'service'>;
  /** For drills; absent: none can be injected. */
  faults?: Faults;
}

/** The application with what runs beside it, in the order in which it is closed. */
export interface CustomersApp {
  app: ServiceApp;
  work: readonly BackgroundWork[];
}

/** Builds the application of customers. It does not listen, and nothing runs beside it yet. */
export async function createApp(
  options: CreateAppOptions,
): Promise<CustomersApp> {
  const { config, database, metrics, tracing, logger } = options;
  const app = await createServiceApp({
    ...options,
    load: config,
    openApi: {
      title: 'Customers',
      version: '1.0.0',
      description:
        'What the shop knows of its customers: profile, addresses and consents, and export and erasure across all services. Everything is of the customer whose token is sent. Who somebody is stays with the sign-in provider.',
      tags: [
        { name: 'profile', description: 'Name, language, phone.' },
        { name: 'addresses', description: 'Where to deliver.' },
        { name: 'consents', description: 'What the shop may do.' },
        { name: 'claims', description: 'Orders placed as a guest.' },
        { name: 'exports', description: 'Everything the shop holds.' },
        { name: 'erasures', description: 'Being forgotten.' },
        { name: 'events', description: 'Events that went wrong, for staff.' },
      ],
    },
  });
  refuseCardData(app, { except: ['/phone'] });
  if (options.faults) {
    await app.register(faultsPlugin, { faults: options.faults });
  }
  const store = DatabaseCustomerStore.create({
    database,
    addressesPerCustomer: config.CUSTOMERS_MAX_ADDRESSES,
    erasureQuietSeconds: config.ERASURE_QUIET_SECONDS,
  });
  const jobStore = DatabaseJobStore.create({
    database,
    exportDeadlineSeconds: config.EXPORT_DEADLINE_HOURS * 3600,
    exportKeepSeconds: config.EXPORT_KEEP_HOURS * 3600,
    partLeaseSeconds: config.EXPORT_LEASE_SECONDS,
    erasureDeadlineSeconds: config.ERASURE_DEADLINE_HOURS * 3600,
    erasureRepeatSeconds: config.ERASURE_REPEAT_MINUTES * 60,
    erasureQuietSeconds: config.ERASURE_QUIET_SECONDS,
  });
  const customers = CustomerService.create({
    store,
    orders: options.orders,
    addressesPerCustomer: config.CUSTOMERS_MAX_ADDRESSES,
  });
  const exportWorker = ExportWorker.create({
    jobs: jobStore,
    holders: options.holders,
    tracing,
    logger,
  });
  const exportWork = RepeatedWork.create({
    name: 'exports',
    round: () => exportWorker.round(),
    intervalMs: config.EXPORT_POLL_INTERVAL_MS,
    metrics,
    logger,
  });
  const watch = JobWatch.create({ jobs: jobStore, metrics, logger });
  const watchWork = RepeatedWork.create({
    name: 'watch',
    round: () => watch.round(),
    intervalMs: config.JOB_WATCH_INTERVAL_MS,
    metrics,
    logger,
  });
  for (const schema of namedSchemas()) {
    app.addSchema(schema);
  }
  registerProfileRoutes(app, { customers });
  registerConsentRoutes(app, { customers });
  registerJobRoutes(app, {
    jobs: JobService.create({
      jobs: jobStore,
      customers,
      retentionYears: config.RETENTION_YEARS,
      onExport: () => exportWork.nudge(),
    }),
  });
  const { consumer, relay } = connectEvents(app, {
    ...options,
    group: CONSUMER_GROUP,
    topics: CONSUMED_TOPICS,
    handlers: createHandlers({ jobs: jobStore }),
    access: 'staff:care',
  });
  return {
    app,
    work: [
      namedWork('consumer', consumer),
      exportWork,
      watchWork,
      namedWork('outbox', relay),
    ],
  };
}
