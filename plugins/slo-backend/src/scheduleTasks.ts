import { SchedulerService } from '@backstage/backend-plugin-api';
import { ApprovalsService } from '@shopfloor/plugin-approvals-node';
import { EpisodeStore } from './announce/EpisodeStore';
import { EpisodeWatch } from './announce/EpisodeWatch';
import { SloConfig } from './config';
import { SloDiscovery } from './discovery/SloDiscovery';
import { SloEvaluation } from './evaluation/SloEvaluation';
import { ExclusionApprovals } from './exclusions/ExclusionApprovals';
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
  episodes: EpisodeWatch;
  episodeStore: EpisodeStore;
  approvals: ApprovalsService;
  exclusions: ExclusionApprovals;
  /** Absent when no rules are written. */
  rules?: SloRules;
  /** Absent when no routes are written. */
  routes?: { run(): Promise<void> };
}): Promise<void> {
  const { scheduler, config, store, discovery, evaluation } = options;
  const { rules, routes, episodes, episodeStore, approvals, exclusions } =
    options;
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
  await scheduler.scheduleTask({
    id: 'slo-episodes',
    frequency: { seconds: config.evaluationIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 12 },
    fn: signal => episodes.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'slo-exclusions',
    frequency: { seconds: 30 },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 10 },
    fn: signal => exclusions.run(signal),
  });
  await approvals.outcomes.follow({
    id: 'slo-outcomes',
    handle: outcome => exclusions.apply(outcome),
  });
  if (routes) {
    await scheduler.scheduleTask({
      id: 'slo-routes',
      frequency: { seconds: config.rulesIntervalSeconds },
      timeout: { minutes: 2 },
      initialDelay: { seconds: 15 },
      fn: () => routes.run(),
    });
  }
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
    fn: async () => {
      const retention = {
        now: new Date(),
        retentionDays: config.retentionDays,
      };
      await store.tidy(retention);
      await episodeStore.tidy(retention);
    },
  });
}
