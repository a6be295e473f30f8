import { request } from 'undici';
import pg from 'pg';

/** What a process and its database have used so far. All grow. */
export interface Counters {
  /** Requests that it answered, probes aside. */
  requests: number;
  /** Events that it published. */
  published: number;
  /** Events that its groups handled. */
  handled: number;
}

/** What a database has done. */
export interface DatabaseCounters {
  /** Statements, those that begin and end transactions too. */
  statements: number;
  /** Transactions that ended; a statement alone is one. */
  transactions: number;
  /** Time of statements in milliseconds, planning too. */
  statementMs: number;
  /** Write-ahead log of statements, in bytes. */
  walBytes: number;
}

function sumOf(text: string, name: string, label = ''): number {
  return text
    .split('\n')
    .filter(line => line.startsWith(`${name}{`) && line.includes(label))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Reads the metrics of a service. */
export async function countersOf(url: string): Promise<Counters> {
  const { body } = await request(`${url}/metrics`);
  const text = await body.text();
  return {
    requests: sumOf(text, 'http_server_request_duration_seconds_count'),
    published: sumOf(text, 'events_published_total'),
    handled: sumOf(text, 'events_consumed_total', 'outcome="handled"'),
  };
}

/** Reads what each database of a server has done, by its name; the server counts statements. */
export async function databaseCounters(
  url: string,
): Promise<Map<string, DatabaseCounters>> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    const { rows } = await client.query<{
      name: string;
      statements: number;
      transactions: number;
      ms: number;
      wal: number;
    }>(
      `select d.datname as name, (d.xact_commit + d.xact_rollback)::float8 as transactions,
         coalesce(sum(s.calls), 0)::float8 as statements,
         coalesce(sum(s.total_exec_time + s.total_plan_time) filter (where s.toplevel), 0)::float8 as ms,
         coalesce(sum(s.wal_bytes) filter (where s.toplevel), 0)::float8 as wal
       from pg_stat_database d left join pg_stat_statements s on s.dbid = d.datid
       where d.datname is not null
       group by d.datname, d.xact_commit, d.xact_rollback`,
    );
    return new Map(
      rows.map(row => [
        row.name,
        {
          statements: row.statements,
          transactions: row.transactions,
          statementMs: row.ms,
          walBytes: row.wal,
        },
      ]),
    );
  } finally {
    await client.end();
  }
}
