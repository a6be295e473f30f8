import {
  createDocumentStore,
  namedWork,
  OutboxRelay,
  readBuildInfo,
  RefusedEvents,
  RepeatedWork,
  runMain,
  ServiceBase,
  WorkLease,
} from '@shopfloor/service-kit';
import { readProductsConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { DOCUMENT_SCHEMA } from './domain/productDocuments.ts';
import { CatalogueJobs } from './domain/CatalogueJobs.ts';
import { parseFeatures } from './features.ts';
import { DatabasePriceListWriter } from './store/DatabasePriceListWriter.ts';
import { DatabaseProductWriter } from './store/DatabaseProductWriter.ts';

runMain(async () => {
  const config = readProductsConfig(process.env);
  const base = ServiceBase.create({ name: 'products', config });
  const { database, metrics, logger } = base.parts;
  const features = parseFeatures(readBuildInfo().features);
  const documents = base.open(
    'documents',
    await createDocumentStore({ config, schema: DOCUMENT_SCHEMA, database }),
  );
  await documents.prepare();
  const log = await base.openEventLog();
  const ratings = features.has('ratings');
  const jobs = CatalogueJobs.create({
    products: DatabaseProductWriter.create({ database, ratings }),
    priceLists: DatabasePriceListWriter.create({ database, ratings }),
  });
  const app = await createApp({
    ...base.parts,
    features,
    documents,
    access: base.createAccess(),
    events: { refused: RefusedEvents.create({ database, logger }) },
  });
  await base.run({
    app,
    work: [
      RepeatedWork.create({
        name: 'catalogue',
        intervalMs: config.CATALOGUE_INTERVAL_MS,
        round: signal => jobs.round(signal),
        lease: WorkLease.create({ database, name: 'catalogue', seconds: 30 }),
        metrics,
        logger,
      }),
      namedWork('relay', OutboxRelay.create({ ...base.parts, log })),
    ],
  });
});
