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

/** One that cannot be sent so often is given up. */
const MAX_ATTEMPTS = 20;

/** What {@link AnnouncementStore} needs. */
export interface AnnouncementStoreOptions {
  db: Knex;
  /** The plugin's own table, with the columns that the README names. */
  table: string;
}

/**
 * Notifications to send, in a table of the plugin's own, so that they are written in one transaction with what they are
 * about.
 */
export class AnnouncementStore {
  readonly #db: Knex;
  readonly #table: string;

  static create(options: AnnouncementStoreOptions): AnnouncementStore {
    return new AnnouncementStore(options);
  }

  private constructor(options: AnnouncementStoreOptions) {
    this.#db = options.db;
    this.#table = options.table;
  }

  /** Adds announcements; with `tx` in that transaction. */
  async add(announcements: Announcement[], tx: Knex = this.#db): Promise<void> {
    if (announcements.length === 0) {
      return;
    }
    await tx(this.#table)
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

  /**
   * Hands out one that was not sent yet, and notes that it was when `send` succeeds; no other instance takes it meanwhile.
   * A process that dies in between sends it again.
   *
   * @returns whether there was one that could be sent
   */
  async takeOne(
    send: (announcement: Announcement) => Promise<void>,
    now: Date,
  ): Promise<boolean> {
    return this.#db.transaction(async tx => {
      const row = await tx(this.#table)
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
        tx(this.#table).where({ key: row.key }).update(columns);
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

  /** Deletes what was written before a moment. */
  async deleteBefore(moment: Date): Promise<void> {
    await this.#db(this.#table).where('created_at', '<', moment).delete();
  }
}
