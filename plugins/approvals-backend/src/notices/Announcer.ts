import { LoggerService } from '@backstage/backend-plugin-api';
import { NotificationService } from '@backstage/plugin-notifications-node';
import { PersonDirectory } from '../people/PersonDirectory';
import { NoticeStore } from '../store/NoticeStore';

const MAX_PER_ROUND = 500;

/** What {@link Announcer} needs. */
export interface AnnouncerOptions {
  notices: NoticeStore;
  notifications: NotificationService;
  people: PersonDirectory;
  logger: LoggerService;
  now: () => Date;
}

/** Sends notices through the notifications of the portal, at least once each. */
export class Announcer {
  readonly #options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    this.#options = options;
  }

  /** One round. What cannot be sent is tried again later. */
  async run(signal?: AbortSignal): Promise<void> {
    const { notices, notifications, people, logger, now } = this.#options;
    for (let sent = 0; sent < MAX_PER_ROUND; sent += 1) {
      signal?.throwIfAborted();
      const more = await notices.takeOne(async ({ key, notice }) => {
        try {
          const { recipients, except, delegatesFor, payload } = notice;
          const delegates = delegatesFor
            ? await people.delegatesOf(recipients, delegatesFor)
            : [];
          await notifications.send({
            recipients: {
              type: 'entity',
              entityRef: [...new Set([...recipients, ...delegates])],
              excludeEntityRef: except,
            },
            payload,
          });
        } catch (error) {
          logger.warn(`The notice "${key}" could not be sent`, error as Error);
          throw error;
        }
      }, now());
      if (!more) {
        return;
      }
    }
  }
}
