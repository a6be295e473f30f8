import { SchedulerService } from '@backstage/backend-plugin-api';
import { ApprovalsService } from '@shopfloor/plugin-approvals-node';
import { AskedChanges } from './approvals/AskedChanges';
import { ChangeTeller } from './changes/ChangeTeller';
import { PendingReconciler } from './service/PendingReconciler';

/** Schedules the background work, each task in one instance of the portal at a time. */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  approvals: ApprovalsService;
  asked: AskedChanges;
  reconciler: PendingReconciler;
  teller: ChangeTeller;
}): Promise<void> {
  const { scheduler, approvals, asked, reconciler, teller } = options;
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
  await approvals.outcomes.follow({
    id: 'traffic-outcomes',
    handle: outcome => asked.apply(outcome),
  });
}
