import { SchedulerService } from '@backstage/backend-plugin-api';
import { ApprovalsConfig } from './config';
import { Announcer } from './notices/Announcer';
import { PolicyLoader } from './policies/PolicyLoader';
import { Clock } from './service/Clock';
import { NoticeStore } from './store/NoticeStore';
import { OutcomeStore } from './store/OutcomeStore';

/**
 * Schedules the background work. Each task runs in one instance of the portal at a time, whichever is there, and nothing of
 * it while the plugin starts.
 */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  config: ApprovalsConfig;
  loader: PolicyLoader;
  clock: Clock;
  announcer: Announcer;
  notices: NoticeStore;
  outcomes: OutcomeStore;
  now: () => Date;
}): Promise<void> {
  const { scheduler, config, loader, clock, announcer } = options;
  await scheduler.scheduleTask({
    id: 'approvals-policies',
    frequency: { seconds: config.syncIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 2 },
    fn: () => loader.run(),
  });
  await scheduler.scheduleTask({
    id: 'approvals-clock',
    frequency: { seconds: config.clockIntervalSeconds },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 10 },
    fn: signal => clock.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'approvals-notices',
    frequency: { seconds: 5 },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 10 },
    fn: signal => announcer.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'approvals-tidy',
    frequency: { hours: 6 },
    timeout: { minutes: 10 },
    initialDelay: { minutes: 10 },
    fn: async () => {
      const before = new Date(
        options.now().getTime() - config.outcomeRetentionDays * 86_400_000,
      );
      await options.outcomes.tidy(before);
      await options.notices.tidy(before);
    },
  });
}
