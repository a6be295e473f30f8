import { NotificationPayload } from '@backstage/plugin-notifications-common';
import { Knex } from 'knex';

/** Something to tell people. */
export interface Announcement {
  /** The same thing is not announced twice. */
  key: string;
  /** Entity refs of users and groups. */
  recipients: string[];
  payload: NotificationPayload;
  at: Date;
}

const MAX_ATTEMPTS = 20;

/** Notifications to send, written together with what they are about. */
export class AnnouncementStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async add(announcements: Announcement[]): Promise<void> {
    await saveAnnouncements(this.#db, announcements);
  }

  /**
   * Hands out one that was not sent yet, and notes that it was when `send` succeeds; no other instance takes it meanwhile.
   * A process that dies in between sends it again.
   *
   * @returns whether there was one
   */
  async takeOne(
    send: (announcement: Announcement) => Promise<void>,
    now: Date,
  ): Promise<boolean> {
    return this.#db.transaction(async tx => {
      const row = await tx('slo_announcements')
        .whereNull('sent_at')
        .where('attempts', '<', MAX_ATTEMPTS)
        .orderBy([{ column: 'attempts' }, { column: 'created_at' }])
        .forUpdate()
        .skipLocked()
        .first();
      if (!row) {
        return false;
      }
      const mark = (columns: object) =>
        tx('slo_announcements').where({ key: row.key }).update(columns);
      try {
        await send({
          key: row.key,
          recipients: row.recipients,
          payload: row.payload,
          at: row.created_at,
        });
        await mark({ sent_at: now });
        return true;
      } catch {
        await mark({ attempts: row.attempts + 1 });
        return false;
      }
    });
  }
}

/** Adds announcements in a transaction. */
export async function saveAnnouncements(
  db: Knex,
  announcements: Announcement[],
): Promise<void> {
  if (announcements.length === 0) {
    return;
  }
  await db('slo_announcements')
    .insert(
      announcements.map(({ key, recipients, payload, at }) => ({
        key,
        recipients,
        payload: JSON.stringify(payload),
        created_at: at,
      })),
    )
    .onConflict('key')
    .ignore();
}
