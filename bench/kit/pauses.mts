/**
 * Processor time of one statement, at PostgreSQL's backend and at this process, by how long both rest between two: a shop that wakes
 * many processes a little pays the second kind of price, not that of a tight loop.
 *
 *     SHOPFLOOR_TEST_POSTGRES_URL=postgresql://… node bench/kit/pauses.mts
 *
 * Linux only: the backend's time is read from `/proc`, so the server has to run on this machine.
 */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';

/** Pauses in milliseconds, and how many statements tell. */
const ROUNDS = [
  { pauseMs: 0, statements: 6000 },
  { pauseMs: 2, statements: 1500 },
  { pauseMs: 10, statements: 500 },
  { pauseMs: 40, statements: 150 },
];

/** A change with two rows of history, as a step of an order is. */
const STEP = {
  name: 'step',
  text: `
    with moved as (update things set done = done + 1 where id = $1 returning id, done),
      history as (insert into notes (thing, done, note) select id, done, $2 from moved),
      event as (insert into notes (thing, done, note) select id, done, $2 from moved)
    select * from moved`,
};

const test = await TestDatabase.create();
const client = new pg.Client(test.connectionString);
try {
  await client.connect();
  await client.query(`
    create table things (id integer primary key, done integer not null);
    create table notes (id bigint generated always as identity primary key, thing integer, done integer, note text);
    insert into things select n, 0 from generate_series(1, 20000) n;
    analyze things`);
  const { rows } = await client.query<{ pid: number }>(
    'select pg_backend_pid() as pid',
  );
  const backendMicros = () =>
    Number(
      readFileSync(`/proc/${rows[0].pid}/schedstat`, 'utf8').split(' ')[0],
    ) / 1000;
  const step = () =>
    client.query({
      ...STEP,
      values: [1 + Math.floor(Math.random() * 20_000), 'moved on'],
    });
  for (let warm = 0; warm < 500; warm += 1) await step();
  const results = [];
  for (const { pauseMs, statements } of ROUNDS) {
    const backend = backendMicros();
    const own = process.cpuUsage();
    for (let done = 0; done < statements; done += 1) {
      await step();
      if (pauseMs > 0) await delay(pauseMs);
    }
    const { user, system } = process.cpuUsage(own);
    results.push({
      'pause, ms': pauseMs,
      'PostgreSQL, µs': ((backendMicros() - backend) / statements).toFixed(0),
      'Node, µs': ((user + system) / statements).toFixed(0),
    });
  }
  console.table(results);
} finally {
  await client.end();
  await test.drop();
}
