/**
 * Orders as their history grows: `node bench/orders/growth.mts --orders 10000,1000000` needs SHOPFLOOR_TEST_POSTGRES_URL, a scratch
 * PostgreSQL. Orders, lines and history are made by SQL in the shape that the service writes; each statement is then run as the
 * service runs it, prepared and with its own parameters.
 */
import { parseArgs } from 'node:util';
import pg from 'pg';
import {
  createLogger,
  databaseConfigSpec,
  loadConfig,
  newId,
  PooledDatabase,
  ServiceMetrics,
  Tracing,
} from '../../packages/service-kit/src/index.ts';
import { TestDatabase } from '../../packages/service-kit/src/testing/TestDatabase.ts';
import { migrateOrders } from '../../services/orders/src/migrateOrders.ts';
import {
  countStatesStatement,
  uncomparedStatement,
  wakeStuckStatement,
} from '../../services/orders/src/store/jobStatements.ts';
import { OrderReadStore } from '../../services/orders/src/store/OrderReadStore.ts';

const RUNS = 50;
/** Orders of the one customer who orders most. */
const MOST = 500;
const BATCH = 50_000;

/** A shop with so many orders of the last two years: five for each customer, a hundredth under way, a few in care. */
async function grow(test: TestDatabase, orders: number): Promise<void> {
  const client = new pg.Client(test.connectionString);
  await client.connect();
  try {
    for (let from = 0; from < orders; from += BATCH) {
      const count = Math.min(BATCH, orders - from);
      await client.query(
        `with made as (
           insert into orders (id, order_number, owner, placed_by, idempotency_key, body_hash, quote_id, cart_id, cart_version, state,
             currency, total, shipped_value, captured, content, email, language, address, shipping_option_id, payment_id, shipment_id,
             compensation_id, placed_at, confirmed_at, shipped_at, delivered_at, updated_at, reconciled_at, care_reason)
           select uuidv7(- (interval '730 days') * (1 - n::float8 / $3::bigint)), 'SF-' || n,
             case when n % ($3::bigint / ${MOST} + 1) = 0 then 'customer:most' else 'customer:' || (n / 5) end,
             'customer:' || (n / 5), 'key-' || n, '\\x00', gen_random_uuid(), gen_random_uuid(), 1, s.state,
             'EUR', 4990, case when s.state = 'completed' then 4990 else 0 end, case when s.state = 'completed' then 4990 else 0 end,
             jsonb_build_object('lines', jsonb_build_array(jsonb_build_object('sku', 'SKU-' || n % 7000, 'quantity', 1, 'name',
               jsonb_build_object('en', 'A cup of porcelain', 'zh', '瓷杯'))), 'totals', '{}'::jsonb),
             'sample' || n || '@larkfield.example', 'en', '{"country": "DE"}', 'standard', gen_random_uuid(), gen_random_uuid(),
             gen_random_uuid(), t.at, t.at, t.at, t.at, t.at, t.at, case when s.state = 'care' then 'sample' end
           from generate_series($1::bigint, $2::bigint) n
           cross join lateral (select case when n % 100 = 0 then 'fulfilling' when n % 5003 = 0 then 'care'
             when n % 50 = 1 then 'cancelled' else 'completed' end as state) s
           cross join lateral (select now() - interval '730 days' * (1 - n::float8 / $3::bigint) as at) t
           returning id, state
         ), lines as (
           insert into order_lines (order_id, sku, quantity, shipped)
           select id, 'SKU-' || line, 1, (state = 'completed')::int from made, generate_series(1, 2) line
         )
         insert into order_history (order_id, from_state, to_state, signal, actor)
         select id, 'confirming', state, 'sample', 'process' from made, generate_series(1, 5)`,
        [from + 1, from + count, orders],
      );
    }
    await client.query('vacuum analyze');
  } finally {
    await client.end();
  }
}

async function measure(orders: number): Promise<Map<string, string>> {
  const test = await TestDatabase.create();
  try {
    const { connectionString } = test;
    await migrateOrders({ connectionString });
    const began = performance.now();
    await grow(test, orders);
    process.stderr.write(
      `${orders} orders after ${Math.round((performance.now() - began) / 1000)} s\n`,
    );
    const service = {
      name: 'orders',
      version: '0',
      release: 'v1',
      environment: 'bench',
      instance: 'bench',
    };
    const database = PooledDatabase.create({
      config: loadConfig(databaseConfigSpec, {
        DATABASE_URL: connectionString,
        DATABASE_STATEMENT_TIMEOUT_MS: '60000',
        DATABASE_POOL_MAX: '1',
      }),
      applicationName: 'bench',
      metrics: ServiceMetrics.create({ processMetrics: false }),
      tracing: Tracing.create({ service }),
      logger: createLogger({ service, level: 'fatal' }),
    });
    const reads = OrderReadStore.create({ database });
    const [middle] = await test.query<{
      id: string;
      owner: string;
      order_number: string;
    }>(
      `select id, owner, order_number from orders where state = 'completed' order by id offset ${Math.floor(orders / 2)} limit 1`,
    );
    const [most] = await test.query<{ id: string }>(
      `select id from orders where owner = 'customer:most' order by id desc offset ${MOST / 2} limit 1`,
    );
    const cases: [string, () => Promise<unknown>][] = [
      [
        'own orders, newest 20',
        () => reads.listOwned(middle.owner, undefined, 21),
      ],
      [
        'of who has most, in the middle',
        () => reads.listOwned('customer:most', most.id, 21),
      ],
      ['one order, of its owner', () => reads.details(middle.id, middle.owner)],
      ['its history', () => reads.history(middle.id)],
      ['by its number', () => reads.findByNumber(middle.order_number)],
      ['in care, newest 50', () => reads.listForCare('care', undefined, 51)],
      [
        'under way, newest 50',
        () => reads.listForCare('fulfilling', undefined, 51),
      ],
      [
        'in a state that none is in',
        () => reads.listForCare('releasing', undefined, 51),
      ],
      [
        'with money in dispute, none',
        () => reads.listForCare('disputed', undefined, 51),
      ],
      ['all of a customer, for a copy', () => reads.exportOf(middle.owner)],
      [
        'claims of an address that nobody used',
        () => reads.claimGuestOrders(newId(), 'nobody@larkfield.example'),
      ],
      [
        'orders by state, for metrics',
        () => database.query(countStatesStatement),
      ],
      ['stuck ones, none', () => database.query(wakeStuckStatement)],
      [
        'changed since their money was compared, none',
        () => database.query(uncomparedStatement, [0, 100]),
      ],
    ];
    const medians = new Map<string, string>();
    for (const [name, run] of cases) {
      const times: number[] = [];
      for (let turn = 0; turn < RUNS; turn += 1) {
        const started = performance.now();
        await run();
        times.push(performance.now() - started);
      }
      times.sort((a, b) => a - b);
      medians.set(name, times[RUNS / 2].toFixed(2));
    }
    await database.close();
    return medians;
  } finally {
    await test.drop();
  }
}

const { values } = parseArgs({
  options: { orders: { type: 'string', default: '10000,1000000' } },
});
const columns: [number, Map<string, string>][] = [];
for (const size of values.orders.split(',').map(Number)) {
  columns.push([size, await measure(size)]);
}
console.table(
  Object.fromEntries(
    [...columns[0][1].keys()].map(name => [
      name,
      Object.fromEntries(
        columns.map(([size, medians]) => [`${size}, ms`, medians.get(name)]),
      ),
    ]),
  ),
);
