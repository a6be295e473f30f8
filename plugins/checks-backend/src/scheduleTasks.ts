import { SchedulerService } from '@backstage/backend-plugin-api';
import { ChecksConfig } from './config';
import { DefinitionLoader } from './definitions/DefinitionLoader';
import { ReportStore } from './reports/ReportStore';
import { ResultStore } from './store/ResultStore';
import { CollectionWorker } from './work/CollectionWorker';
import { EntityDiscovery } from './work/EntityDiscovery';

/**
 * Schedules the background work, nothing of it while the plugin starts. Reading definitions and the catalog is for one instance
 * of the portal at a time; collecting is for all of them, which share it by leases.
 */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  config: ChecksConfig;
  loader: DefinitionLoader;
  discovery: EntityDiscovery;
  worker: CollectionWorker;
  results: ResultStore;
  reports: ReportStore;
}): Promise<void> {
  const { scheduler, config, loader, discovery, worker, results, reports } =
    options;
  await scheduler.scheduleTask({
    id: 'checks-definitions',
    frequency: { seconds: config.definitionIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 3 },
    fn: () => loader.run(),
  });
  await scheduler.scheduleTask({
    id: 'checks-discovery',
    frequency: { seconds: config.discoveryIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 8 },
    fn: signal => discovery.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'checks-collection',
    scope: 'local',
    frequency: { seconds: config.workIntervalSeconds },
    timeout: { minutes: 30 },
    initialDelay: { seconds: 10 },
    fn: signal => worker.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'checks-tidy',
    frequency: { hours: 1 },
    timeout: { minutes: 10 },
    initialDelay: { minutes: 5 },
    fn: async () => {
      await results.tidy(config.retentionDays);
      await reports.tidy(config.retentionDays);
    },
  });
}
