import { SchedulerService } from '@backstage/backend-plugin-api';
import { sendAnnouncements } from '@shopfloor/plugin-announcements-node';
import { ApprovalsService } from '@shopfloor/plugin-approvals-node';
import { AskedChanges } from './approvals/AskedChanges';
import { ChangeTeller } from './changes/ChangeTeller';
import { PendingReconciler } from './service/PendingReconciler';

/** What was told longer ago is not kept. */
const KEPT_MS = 90 * 86_400_000;

/** Schedules the background work, each task in one instance of the portal at a time. */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  approvals: ApprovalsService;
  asked: AskedChanges;
  reconciler: PendingReconciler;
  teller: ChangeTeller;
  announcing: Omit<Parameters<typeof sendAnnouncements>[0], 'signal'>;
}): Promise<void> {
  const { scheduler, approvals, asked, reconciler, teller, announcing } =
    options;
  await scheduler.scheduleTask({
    id: 'reconcile-pending-changes',
    frequency: { seconds: 10 },
    timeout: { minutes: 1 },
    fn: () => reconciler.run(),
  });
  await scheduler.scheduleTask({
    id: 'tell-changes',
    frequency: { seconds: 3 },
    timeout: { minutes: 1 },
    initialDelay: { seconds: 5 },
    fn: signal => teller.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'traffic-approvals',
    frequency: { seconds: 30 },
    timeout: { minutes: 5 },
    initialDelay: { seconds: 10 },
    fn: signal => asked.run(signal),
  });
  await scheduler.scheduleTask({
    id: 'traffic-announcements',
    frequency: { seconds: 5 },
    timeout: { minutes: 1 },
    initialDelay: { seconds: 10 },
    fn: signal => sendAnnouncements({ ...announcing, signal }),
  });
  await scheduler.scheduleTask({
    id: 'traffic-announcements-tidy',
    frequency: { hours: 24 },
    timeout: { minutes: 1 },
    initialDelay: { minutes: 10 },
    fn: () =>
      announcing.announcements.deleteBefore(
        new Date(announcing.now().getTime() - KEPT_MS),
      ),
  });
  await approvals.outcomes.follow({
    id: 'traffic-outcomes',
    handle: outcome => asked.apply(outcome),
  });
}
