import type { Database, Statement } from '../postgres/Database.ts';
import type { EventLog, ReplayOptions } from './types.ts';

/** Options of {@link replayGroup}. */
export interface ReplayGroupOptions extends ReplayOptions {
  log: Pick<EventLog, 'replay' | 'generations'>;
  /** The database of the service whose group it is. */
  database: Database;
}

const FORGET: Statement = {
  name: 'inbox_forget',
  text: `
    with batch as (
      select ctid from inbox where group_name = $1 limit 5000
    ), gone as (
      delete from inbox where ctid in (select ctid from batch) returning 1
    )
    select count(*)::int as forgotten from gone`,
};

/**
 * Lets a group handle again what the log still keeps. Handlers see old events after
 * newer ones, so they must go by the aggregate's version.
 *
 * In the PostgreSQL log a group may run meanwhile. Kafka moves only a group that
 * nobody reads as: stop its consumers first.
 *
 * @throws ConflictError `group-active` when it has to be stopped
 */
export async function replayGroup(options: ReplayGroupOptions): Promise<void> {
  const { log, database, group, topics, from } = options;
  await log.replay({ group, topics, from });
  if (!log.generations) {
    let forgotten = 1;
    while (forgotten > 0) {
      [{ forgotten }] = await database.query<{ forgotten: number }>(FORGET, [
        group,
      ]);
    }
  }
}
