import { eventTopics } from '@shopfloor/contracts';
import pg from 'pg';
import {
  migrateDatabase,
  type MigrationOutcome,
} from '../../postgres/migrate.ts';
import { EVENT_PARTITIONS } from '../partitioning.ts';
import { eventLogMigrations } from './eventLogMigrations.ts';

/** Options of {@link migrateEventLog}. */
export interface MigrateEventLogOptions {
  /** Connection string of the event log's own database, with a role that owns it. */
  adminConnectionString: string;
  /** Topics that must exist. Default: those of packages/contracts. */
  topics?: readonly string[];
  /** How long events are kept. Absent: as it is, 7 days at first. */
  retentionDays?: number;
}

async function withClient<T>(
  connectionString: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({
    connectionString,
    application_name: 'migrate event log',
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Brings the database of the event log up to date and adds missing topics. Safe to run again and at once. */
export async function migrateEventLog(
  options: MigrateEventLogOptions,
): Promise<MigrationOutcome> {
  const outcome = await migrateDatabase({
    connectionString: options.adminConnectionString,
    lockName: 'event-log',
    migrations: eventLogMigrations,
  });
  await withClient(options.adminConnectionString, async client => {
    await client.query(
      `insert into event_log.topics (name)
       select asked.name from unnest($1::text[]) as asked(name)
       where not exists (select from event_log.topics t where t.name = asked.name)
       on conflict do nothing`,
      [options.topics ?? eventTopics],
    );
    await client.query(
      `insert into event_log.partitions (topic_id, partition)
       select t.id, n from event_log.topics t, generate_series(0, $1::int - 1) n
       on conflict do nothing`,
      [EVENT_PARTITIONS],
    );
    if (options.retentionDays !== undefined) {
      await client.query(
        `update event_log.settings set retention = make_interval(secs => $1::float8 * 86400)`,
        [options.retentionDays],
      );
    }
  });
  return outcome;
}

/** What a service's role may do. */
export interface EventLogGrant {
  adminConnectionString: string;
  /** The database role of the service. */
  role: string;
  /** Topics it publishes to. */
  append: readonly string[];
  /** Groups it is, and the topics each reads. */
  consume: readonly { group: string; topics: readonly string[] }[];
}

/**
 * Gives a role exactly these rights on the event log, and takes back any other it
 * had. It reaches no table, only the functions, which look its grants up by the
 * role that connected.
 *
 * @throws Error when a topic does not exist
 */
export async function grantEventLog(grant: EventLogGrant): Promise<void> {
  const rows = [
    ...grant.append.map(topic => ({ action: 'append', topic, group: '' })),
    ...grant.consume.flatMap(({ group, topics }) =>
      topics.map(topic => ({ action: 'consume', topic, group })),
    ),
  ];
  await withClient(grant.adminConnectionString, async client => {
    await client.query('begin');
    // Two grants on one schema at once make PostgreSQL give up with "tuple concurrently updated".
    await client.query(
      `select pg_advisory_xact_lock(hashtextextended('shopfloor:grant-event-log', 0))`,
    );
    const role = client.escapeIdentifier(grant.role);
    const { rows: missing } = await client.query<{ topic: string }>(
      `select distinct asked.topic from unnest($1::text[]) as asked(topic)
       where not exists (select from event_log.topics t where t.name = asked.topic)`,
      [rows.map(({ topic }) => topic)],
    );
    if (missing.length > 0) {
      throw new Error(
        `The event log has no topic ${missing.map(({ topic }) => topic).join(', ')}; migrateEventLog adds topics`,
      );
    }
    const { rows: here } = await client.query<{ name: string }>(
      'select current_database() as name',
    );
    await client.query(
      `grant connect on database ${client.escapeIdentifier(here[0].name)} to ${role}`,
    );
    await client.query(`grant usage on schema event_log to ${role}`);
    await client.query(
      `grant execute on all functions in schema event_log to ${role}`,
    );
    await client.query('delete from event_log.grants where role_name = $1', [
      grant.role,
    ]);
    await client.query(
      `insert into event_log.grants (role_name, action, topic_id, group_name)
       select distinct $1::name, r.action, t.id, r.group_name
       from unnest($2::text[], $3::text[], $4::text[]) as r(action, topic, group_name)
       join event_log.topics t on t.name = r.topic`,
      [
        grant.role,
        rows.map(({ action }) => action),
        rows.map(({ topic }) => topic),
        rows.map(({ group }) => group),
      ],
    );
    await client.query('commit');
  });
}
