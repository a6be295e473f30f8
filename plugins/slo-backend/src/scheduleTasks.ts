import { SchedulerService } from '@backstage/backend-plugin-api';
import { SloConfig } from './config';
import { SloDiscovery } from './discovery/SloDiscovery';
import { SloEvaluation } from './evaluation/SloEvaluation';
import { SloRules } from './rules/SloRules';
import { SloStore } from './store/SloStore';

/**
 * Schedules the background work. Each task runs in one instance of the portal at a time, and nothing of it while the
 * plugin starts.
 */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  config: SloConfig;
  store: SloStore;
  discovery: SloDiscovery;
  evaluation: SloEvaluation;
  /** Absent when no rules are written. */
  rules?: SloRules;
}): Promise<void> {
  const { scheduler, config, store, discovery, evaluation, rules } = options;
  await scheduler.scheduleTask({
    id: 'slo-discovery',
    frequency: { seconds: config.discoveryIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 3 },
    fn: signal => discovery.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'slo-evaluation',
    frequency: { seconds: config.evaluationIntervalSeconds },
    timeout: { seconds: config.deadlineSeconds + 30 },
    initialDelay: { seconds: 6 },
    fn: signal => evaluation.run(signal),
  });
  if (rules) {
    await scheduler.scheduleTask({
      id: 'slo-rules',
      frequency: { seconds: config.rulesIntervalSeconds },
      timeout: { minutes: 5 },
      initialDelay: { seconds: 10 },
      fn: signal => rules.run(signal),
    });
  }
  await scheduler.scheduleTask({
    id: 'slo-tidy',
    frequency: { hours: 1 },
    timeout: { minutes: 10 },
    initialDelay: { minutes: 5 },
    fn: () =>
      store.tidy({ now: new Date(), retentionDays: config.retentionDays }),
  });
}
