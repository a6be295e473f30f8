import {
  namedWork,
  RepeatedWork,
  runMain,
  ServiceBase,
  WorkLease,
} from '@shopfloor/service-kit';
import { readInventoryConfig } from './config.ts';
import { createApp } from './createApp.ts';
import { createEvents } from './createEvents.ts';
import { createParts } from './createParts.ts';

runMain(async () => {
  const config = readInventoryConfig(process.env);
  const base = ServiceBase.create({ name: 'inventory', config });
  const { database, metrics, logger } = base.parts;
  const log = await base.openEventLog();
  const parts = createParts({ config, database });
  const { sweeper, reconciler, reconcileLease, ledger } = parts;
  const events = createEvents({ ...base.parts, log, ledger });
  const { relay, consumer, refused } = events;
  const app = await createApp({
    ...base.parts,
    parts,
    access: base.createAccess(),
    events: { consumers: [consumer], refused },
  });
  await base.run({
    app,
    work: [
      RepeatedWork.create({
        name: 'sweep',
        intervalMs: config.SWEEP_INTERVAL_MS,
        round: async signal => {
          await sweeper.run(signal);
        },
        lease: WorkLease.create({ database, name: 'sweep', seconds: 15 }),
        metrics,
        logger,
      }),
      RepeatedWork.create({
        name: 'reconcile',
        intervalMs: config.RECONCILE_POLL_MS,
        round: signal => reconciler.round(signal),
        lease: reconcileLease,
        metrics,
        logger,
      }),
      namedWork('consumer', consumer),
      namedWork('relay', relay),
    ],
  });
});
