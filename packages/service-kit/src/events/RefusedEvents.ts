import type { Logger } from 'pino';
import type { Database, Statement } from '../postgres/Database.ts';
import { NotFoundError } from '../problems/DomainError.ts';

/** An event of the outbox that the log refuses. */
export interface RefusedEvent {
  eventId: string;
  topic: string;
  type: string;
  key: string;
  reason: string;
  occurredAt: Date;
  /** Events of its key that wait behind it. */
  behind: number;
}

const LIST: Statement = {
  name: 'outbox_refused_list',
  text: `
    select r.event_id as "eventId", r.topic, r.type, r.partition_key as key,
      r.refused_reason as reason, r.occurred_at as "occurredAt",
      (select count(*)::int from outbox o
        where o.topic = r.topic and o.partition_key = r.partition_key
          and o.id > r.id and o.refused_reason = 'behind') as behind
    from outbox r where r.refused_reason is not null and r.refused_reason <> 'behind'
    order by r.id limit $1`,
};

const RETRY: Statement = {
  name: 'outbox_refused_retry',
  text: `
    update outbox set refused_reason = null
    where refused_reason is not null and refused_reason <> 'behind'
      and ($1::uuid is null or event_id = $1::uuid)
    returning event_id`,
};

const DISCARD: Statement = {
  name: 'outbox_refused_discard',
  text: `
    delete from outbox
    where refused_reason is not null and refused_reason <> 'behind' and event_id = $1::uuid
    returning type`,
};

/** Options of {@link RefusedEvents}. */
export interface RefusedEventsOptions {
  database: Database;
  logger: Logger;
}

/** Events that could not leave the service, and what staff can do about them. */
export class RefusedEvents {
  readonly #options: RefusedEventsOptions;

  static create(options: RefusedEventsOptions): RefusedEvents {
    return new RefusedEvents(options);
  }

  private constructor(options: RefusedEventsOptions) {
    this.#options = options;
  }

  async list(limit: number): Promise<RefusedEvent[]> {
    return this.#options.database.query<RefusedEvent>(LIST, [limit]);
  }

  /** Sends one, or all, again: after its topic was made or its right was given. */
  async retry(eventId?: string): Promise<{ retried: number }> {
    const rows = await this.#options.database.query(RETRY, [eventId]);
    return { retried: rows.length };
  }

  /** Gives one up for good; what waits behind it leaves shortly after. @throws NotFoundError */
  async discard(
    eventId: string,
    decision: { by: string; reason: string },
  ): Promise<void> {
    const { database, logger } = this.#options;
    const [row] = await database.query<{ type: string }>(DISCARD, [eventId]);
    if (!row) {
      throw new NotFoundError({
        code: 'refused-event-not-found',
        message: `The outbox has no refused event ${eventId}.`,
      });
    }
    logger.warn(
      { event: eventId, type: row.type, by: decision.by, why: decision.reason },
      'A refused event was discarded',
    );
  }
}
