import pg from 'pg';

/** Settings of a server whose statements are counted. */
export const countStatements = {
  shared_preload_libraries: 'pg_stat_statements',
  'pg_stat_statements.track_planning': 'on',
  'pg_stat_statements.max': '10000',
};

/** What a server did, by statement, since {@link StatementCounts.begin}. */
export class StatementCounts {
  readonly #client: pg.Client;

  /** @throws Error when the server does not count statements */
  static async begin(url: string): Promise<StatementCounts> {
    const client = new pg.Client(url);
    await client.connect();
    await client.query('create extension if not exists pg_stat_statements');
    await client.query('select pg_stat_statements_reset()');
    return new StatementCounts(client);
  }

  private constructor(client: pg.Client) {
    this.#client = client;
  }

  /** Prints the costliest statements: milliseconds in all, calls, of which planning, WAL. */
  async print(limit = 70): Promise<void> {
    const { rows } = await this.#client.query(
      `select d.datname, calls::int, round((total_exec_time + total_plan_time)::numeric) as ms,
         round(((total_exec_time + total_plan_time) / calls)::numeric, 2) as mean,
         round((100 * total_plan_time / nullif(total_exec_time + total_plan_time, 0))::numeric) as plan_share,
         round(wal_bytes / 1024) as wal_kib, shared_blks_hit::int as hits,
         left(regexp_replace(query, '\\s+', ' ', 'g'), 110) as query
       from pg_stat_statements s join pg_database d on d.oid = s.dbid where calls > 0
       order by total_exec_time + total_plan_time desc limit $1`,
      [limit],
    );
    console.table(rows);
  }

  async end(): Promise<void> {
    await this.#client.end();
  }
}

/**
 * Brings the planner's statistics of every database up to date, as autovacuum does
 * within minutes: a shop that sells is never as young as its databases are here.
 */
export async function analyzeAll(url: string): Promise<void> {
  const admin = new pg.Client(url);
  await admin.connect();
  const { rows } = await admin.query<{ datname: string }>(
    'select datname from pg_database where datallowconn and not datistemplate',
  );
  await admin.end();
  for (const { datname } of rows) {
    const address = new URL(url);
    address.pathname = `/${datname}`;
    const client = new pg.Client(address.href);
    await client.connect();
    await client.query('vacuum analyze');
    await client.end();
  }
}
