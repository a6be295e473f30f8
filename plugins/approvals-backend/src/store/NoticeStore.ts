import { Knex } from 'knex';
import { Notice } from '../notices/notices';

/** A notice that is to be sent. */
export interface QueuedNotice {
  /** The same thing is not told twice. */
  key: string;
  notice: Notice;
  at: Date;
}

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Notices to send, written together with what they are about. */
export class NoticeStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /**
   * Hands out one that was not sent yet, and notes that it was when `send` succeeds; no other instance takes it meanwhile.
   * A process that dies in between sends it again, and what cannot be sent is tried again, ever more seldom, for ever.
   *
   * @returns whether there was one
   */
  async takeOne(
    send: (notice: QueuedNotice) => Promise<void>,
    now: Date,
  ): Promise<boolean> {
    return this.#db.transaction(async tx => {
      const row = await tx('approvals_notices')
        .whereNull('sent_at')
        .where('next_at', '<=', now)
        .orderBy([{ column: 'next_at' }, { column: 'key' }])
        .forUpdate()
        .skipLocked()
        .first();
      if (!row) {
        return false;
      }
      const mark = (columns: object) =>
        tx('approvals_notices').where({ key: row.key }).update(columns);
      try {
        await send({ key: row.key, notice: row.notice, at: row.created_at });
        await mark({ sent_at: now });
      } catch {
        const pauseMs = Math.min(
          FIRST_PAUSE_MS * 2 ** Math.min(row.attempts, 20),
          LONGEST_PAUSE_MS,
        );
        await mark({
          attempts: row.attempts + 1,
          next_at: new Date(now.getTime() + pauseMs),
        });
      }
      return true;
    });
  }

  /** Forgets what was sent before a time. */
  async tidy(before: Date): Promise<void> {
    await this.#db('approvals_notices').where('sent_at', '<', before).delete();
  }
}

/** Adds notices in a transaction. */
export async function saveNotices(
  tx: Knex.Transaction,
  notices: QueuedNotice[],
): Promise<void> {
  if (notices.length > 0) {
    await tx('approvals_notices').insert(
      notices.map(({ key, notice, at }) => ({
        key,
        notice: JSON.stringify(notice),
        created_at: at,
        next_at: at,
      })),
    );
  }
}
