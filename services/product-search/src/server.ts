import {
  Health,
  namedWork,
  runMain,
  ServiceBase,
} from '@shopfloor/service-kit';
import { readProductSearchConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { createParts } from './createParts.ts';

runMain(async () => {
  const config = readProductSearchConfig(process.env);
  const base = ServiceBase.create({ name: 'product-search', config });
  const faults = await base.openFaults();
  const log = await base.openEventLog();
  const parts = await createParts({ ...base.parts, log });
  const health = new Health({
    checks: [{ name: 'index', check: () => parts.check() }],
  });
  const app = await createApp({
    ...base.parts,
    parts,
    access: base.createAccess(),
    faults,
    health,
  });
  await base.run({ app, health, work: [namedWork('parts', parts)] });
});
