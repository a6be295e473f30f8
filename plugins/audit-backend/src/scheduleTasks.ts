import { SchedulerService } from '@backstage/backend-plugin-api';
import { IncidentKeeper } from './alertmanager/IncidentKeeper';
import { AuditConfig } from './config';
import { EntityDiscovery } from './entities/EntityDiscovery';
import { DeploymentObserver } from './kubernetes/DeploymentObserver';
import { TrailArchiver } from './trail/TrailArchiver';
import { TrailKeeper } from './trail/TrailKeeper';

/** Schedules the background work, nothing of it while the plugin starts, each task in one instance of the portal at a time. */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  config: AuditConfig;
  discovery: EntityDiscovery;
  keeper: IncidentKeeper;
  observer: DeploymentObserver;
  trailKeeper: TrailKeeper;
  /** Absent: nothing leaves the database. */
  archiver?: TrailArchiver;
}): Promise<void> {
  const { scheduler, config, discovery, keeper, observer, trailKeeper } =
    options;
  const { archiver } = options;
  await scheduler.scheduleTask({
    id: 'audit-discovery',
    frequency: { seconds: config.discoveryIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 5 },
    fn: async signal => {
      await discovery.run(signal);
      await keeper.link();
    },
  });
  await scheduler.scheduleTask({
    id: 'audit-deployments',
    frequency: { seconds: config.deploymentsIntervalSeconds },
    timeout: { minutes: 2 },
    initialDelay: { seconds: 10 },
    fn: signal => observer.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'audit-anchor',
    frequency: { seconds: config.anchorIntervalSeconds },
    timeout: { minutes: 2 },
    initialDelay: { seconds: 15 },
    fn: () => trailKeeper.anchor(),
  });
  if (archiver) {
    await scheduler.scheduleTask({
      id: 'audit-archive',
      frequency: { hours: 6 },
      timeout: { hours: 2 },
      initialDelay: { minutes: 10 },
      fn: signal => archiver.run(signal),
    });
  }
}
