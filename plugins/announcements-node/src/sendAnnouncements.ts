import { LoggerService } from '@backstage/backend-plugin-api';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { AnnouncementStore } from './AnnouncementStore';

const MAX_PER_ROUND = 200;

/**
 * Sends what is to be announced through the notifications of the portal, at least once each. What cannot be sent ends the
 * round and is tried again in the next one.
 */
export async function sendAnnouncements(options: {
  announcements: AnnouncementStore;
  notifications: NotificationService;
  logger: LoggerService;
  now: () => Date;
  signal?: AbortSignal;
}): Promise<void> {
  const { announcements, notifications, logger, now, signal } = options;
  for (let sent = 0; sent < MAX_PER_ROUND; sent += 1) {
    signal?.throwIfAborted();
    const more = await announcements.takeOne(
      async ({ recipients, payload, key }) => {
        try {
          await notifications.send({
            recipients: { type: 'entity', entityRef: recipients },
            payload,
          });
        } catch (error) {
          logger.warn(`"${key}" could not be announced`, error as Error);
          throw error;
        }
      },
      now(),
    );
    if (!more) {
      return;
    }
  }
}
