/**
 * Processor time of this process for a statement: of a narrow row, of a wide one, and of a transaction of two.
 *
 *     SHOPFLOOR_TEST_POSTGRES_URL=postgresql://… node bench/kit/statements.mts --statements 20000
 */
import { parseArgs } from 'node:util';
import {
  createLogger,
  databaseConfigSpec,
  loadConfig,
  PooledDatabase,
  ServiceMetrics,
  Tracing,
} from '../../packages/service-kit/src/index.ts';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';

const { values } = parseArgs({
  options: { statements: { type: 'string', default: '20000' } },
});
const count = Number(values.statements);
const COLUMNS = 36;

const test = await TestDatabase.create();
try {
  const service = {
    name: 'bench',
    version: '0',
    release: 'v1',
    environment: 'bench',
    instance: 'bench',
  };
  const database = PooledDatabase.create({
    config: loadConfig(databaseConfigSpec, {
      DATABASE_URL: test.connectionString,
      DATABASE_POOL_MAX: '4',
      DATABASE_STATEMENT_TIMEOUT_MS: '60000',
    }),
    applicationName: 'bench',
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger: createLogger({ service, level: 'fatal' }),
  });
  const narrow = { name: 'narrow', text: 'select $1::int as n' };
  const wide = {
    name: 'wide',
    text: `select ${Array.from({ length: COLUMNS }, (_, n) => `$1::int + ${n} as column_${n}`).join(', ')}`,
  };
  const cases: [string, () => Promise<unknown>][] = [
    ['narrow row', () => database.query(narrow, [1])],
    [`row of ${COLUMNS} columns`, () => database.query(wide, [1])],
    [
      'transaction of two',
      () =>
        database.transaction(async tx => {
          await tx.query(narrow, [1]);
          await tx.query(narrow, [2]);
        }),
    ],
  ];
  const table: Record<string, { 'CPU, µs': string }> = {};
  for (const [name, run] of cases) {
    for (let n = 0; n < 2000; n += 1) await run();
    const before = process.cpuUsage();
    for (let n = 0; n < count; n += 1) await run();
    const { user, system } = process.cpuUsage(before);
    table[name] = { 'CPU, µs': ((user + system) / count).toFixed(1) };
  }
  console.table(table);
  await database.close();
} finally {
  await test.drop();
}
