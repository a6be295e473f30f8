import { SchedulerService } from '@backstage/backend-plugin-api';
import { ApprovalsService } from '@shopfloor/plugin-approvals-node';
import { Announcer } from './announce/Announcer';
import { ScorecardsConfig } from './config';
import { DefinitionLoader } from './definitions/DefinitionLoader';
import { EntitySync } from './grading/EntitySync';
import { GradingRound } from './grading/GradingRound';
import { GradeStore } from './store/GradeStore';
import { EngineApprovals } from './waivers/EngineApprovals';

/**
 * Schedules the background work. Each task runs in one instance of the portal at a time, and nothing of it while the
 * plugin starts.
 */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  config: ScorecardsConfig;
  loader: DefinitionLoader;
  sync: EntitySync;
  grading: GradingRound;
  announcer: Announcer;
  grades: GradeStore;
  /** Absent: people with a permission decide about waivers. */
  engine?: EngineApprovals;
  approvals: ApprovalsService;
  now: () => Date;
}): Promise<void> {
  const { scheduler, config, loader, sync, grading, announcer, grades, now } =
    options;
  const { engine } = options;
  await scheduler.scheduleTask({
    id: 'scorecards-sync',
    frequency: { seconds: config.syncIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 3 },
    fn: async signal => {
      await loader.run();
      await sync.run(signal);
    },
  });
  await scheduler.scheduleTask({
    id: 'scorecards-grading',
    frequency: { seconds: config.gradingIntervalSeconds },
    timeout: { minutes: 10 },
    initialDelay: { seconds: 8 },
    fn: signal => grading.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'scorecards-announcements',
    frequency: { seconds: 30 },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 20 },
    fn: signal => announcer.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'scorecards-tidy',
    frequency: { hours: 6 },
    timeout: { minutes: 10 },
    initialDelay: { minutes: 10 },
    fn: () => grades.tidy({ now: now(), retentionDays: config.retentionDays }),
  });
  if (engine) {
    await scheduler.scheduleTask({
      id: 'scorecards-approvals',
      frequency: { seconds: 30 },
      timeout: { minutes: 5 },
      initialDelay: { seconds: 10 },
      fn: signal => engine.run(signal),
    });
    await options.approvals.outcomes.follow({
      id: 'scorecards-outcomes',
      handle: outcome => engine.apply(outcome),
    });
  }
}
