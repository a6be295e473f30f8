import { NotificationService } from '@backstage/plugin-notifications-node';
import { LoggerService } from '@backstage/backend-plugin-api';
import {
  AnnouncementStore,
  sendAnnouncements,
} from '@shopfloor/plugin-announcements-node';
import { EXPIRY_NOTICE_DAYS } from '@shopfloor/plugin-scorecards-common';
import { WaiverStore } from '../store/WaiverStore';
import { expiryAnnouncement } from './announcements';

/** Sends what is to be announced through the notifications of the portal, at least once each. */
export class Announcer {
  readonly #options: {
    announcements: AnnouncementStore;
    waivers: WaiverStore;
    notifications: NotificationService;
    logger: LoggerService;
    now: () => Date;
  };

  constructor(options: {
    announcements: AnnouncementStore;
    waivers: WaiverStore;
    notifications: NotificationService;
    logger: LoggerService;
    now: () => Date;
  }) {
    this.#options = options;
  }

  /** One round. What cannot be sent is tried again in the next one. */
  async run(signal?: AbortSignal): Promise<void> {
    const { announcements, waivers, notifications, logger, now } =
      this.#options;
    const until = new Date(
      now().getTime() + EXPIRY_NOTICE_DAYS * 24 * 60 * 60 * 1000,
    );
    const expiring = await waivers.expiring({ now: now(), until });
    await announcements.add(
      expiring.map(({ waiver, owner }) =>
        expiryAnnouncement(waiver, { owner, now: now() }),
      ),
    );
    await sendAnnouncements({
      announcements,
      notifications,
      logger,
      now,
      signal,
    });
  }
}
