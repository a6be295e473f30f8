import { LoggerService, SchedulerService } from '@backstage/backend-plugin-api';
import { NotificationService } from '@backstage/plugin-notifications-node';
import {
  AnnouncementStore,
  sendAnnouncements,
} from '@shopfloor/plugin-announcements-node';
import { ChangeTeller } from './changes/ChangeTeller';
import { SecretsConfig } from './config';
import { DeclarationLoader } from './declarations/DeclarationLoader';
import { ReviewStore } from './store/ReviewStore';
import { GrantWorker } from './worker/GrantWorker';
import { PlatformAdopter } from './worker/PlatformAdopter';
import { RotationKeeper } from './worker/RotationKeeper';
import { Sweeper } from './worker/Sweeper';

/**
 * Schedules the background work. Nothing of it runs while the plugin starts. All but the worker run in one instance at a time; of
 * the worker there may be as many as there are instances, since grants are leased.
 */
export async function scheduleTasks(options: {
  scheduler: SchedulerService;
  config: SecretsConfig;
  adopter: PlatformAdopter;
  announcements: AnnouncementStore;
  notifications: NotificationService;
  loader: DeclarationLoader;
  rotations: RotationKeeper;
  reviews: ReviewStore;
  sweeper: Sweeper;
  teller: ChangeTeller;
  worker: GrantWorker;
  logger: LoggerService;
  now: () => Date;
}): Promise<void> {
  const { scheduler, config, sweeper } = options;
  const { announcements, notifications, logger, now } = options;
  const every = (
    id: string,
    seconds: number,
    initialSeconds: number,
    fn: (signal: AbortSignal) => Promise<void>,
    scope: 'global' | 'local' = 'global',
  ) =>
    scheduler.scheduleTask({
      id: `secrets-${id}`,
      frequency: { seconds },
      timeout: { minutes: 10 },
      initialDelay: { seconds: initialSeconds },
      scope,
      fn,
    });
  await every(
    'work',
    config.workSeconds,
    5,
    signal => options.worker.run(signal),
    'local',
  );
  await every('declarations', 60, 3, signal => options.loader.run(signal));
  await every('drift', config.driftSeconds, 30, signal =>
    sweeper.compareWithVault(signal),
  );
  await every('catalog', 60, 45, signal => sweeper.followCatalog(signal));
  await every('platform', 60, 40, signal => options.adopter.run(signal));
  await every('ends', 300, 20, () => sweeper.announceEnds());
  await every('rotations', 600, 60, signal => options.rotations.run(signal));
  await every('reviews', 300, 60, () => options.reviews.closeDue(now()));
  await every('changes', 3, 8, signal => options.teller.run(signal));
  await every('announcements', 5, 10, signal =>
    sendAnnouncements({ announcements, notifications, logger, now, signal }),
  );
}
