import {
  type Database,
  LeaseLostError,
  newId,
  type ServiceBase,
  ServiceMetrics,
  WorkLease,
} from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { Retention } from './background/Retention.ts';
import { readOrdersConfig, retentionOf } from './config.ts';
import { parseRetention } from './domain/retention.ts';
import { migrateOrders } from './migrateOrders.ts';

describe('what is written about years', () => {
  it('has years for every country, and others for some', () => {
    expect(parseRetention({ years: 10, byCountry: '' })).toEqual({
      years: 10,
      byCountry: {},
    });
    expect(parseRetention({ years: 8, byCountry: 'FR=10, JP=7' })).toEqual({
      years: 8,
      byCountry: { FR: 10, JP: 7 },
    });
  });

  it.each([
    ['fr=10', /"fr=10".*such as FR=10/],
    ['FR=0', /"FR=0"/],
    ['FR=101', /"FR=101"/],
    ['FR', /"FR"/],
    ['FR=10,FR=7', /names FR twice/],
  ])('stops the start when it is %s', (byCountry, message) => {
    expect(() =>
      readOrdersConfig({
        DATABASE_URL: 'postgresql://none',
        ORDERS_RETENTION_YEARS_BY_COUNTRY: byCountry,
      }),
    ).toThrow(message);
  });
});

describe('retention', () => {
  let test: TestDatabase;
  let service: TestService<ReturnType<typeof readOrdersConfig>>;
  let base: ServiceBase<ReturnType<typeof readOrdersConfig>>;
  let database: Database;

  beforeAll(async () => {
    test = await TestDatabase.create();
    await migrateOrders({ connectionString: test.connectionString });
    service = TestService.create({
      name: 'orders',
      read: readOrdersConfig,
      env: {
        DATABASE_URL: test.connectionString,
        ORDERS_RETENTION_YEARS_BY_COUNTRY: 'JP=7,CH=20',
      },
    });
    base = service.base;
    database = base.parts.database;
  });

  afterAll(async () => {
    await service?.close();
    await test?.drop();
  });

  let number = 0;

  /** An order whose last event was at a time, such as `2015-12-31 23:59:59Z` where the year is relative to this one. */
  async function order(options: {
    yearsAgo: number;
    at?: string;
    state?: string;
    country?: string;
  }): Promise<string> {
    const {
      yearsAgo,
      at = '06-30 12:00:00Z',
      state = 'completed',
      country = 'DE',
    } = options;
    const id = newId();
    number += 1;
    await test.query(
      `insert into orders (id, order_number, owner, placed_by, idempotency_key, body_hash, quote_id, cart_id,
         cart_version, state, currency, total, content, language, address, shipping_option_id, payment_id,
         shipment_id, compensation_id, updated_at)
       values ($1, $2, 'guest:a', 'guest:a', $2, '', uuidv7(), uuidv7(), 1, $3, 'EUR', 100, '{}', 'en',
         jsonb_build_object('country', $4::text), 'standard', uuidv7(), uuidv7(), uuidv7(),
         ((extract(year from now() at time zone 'UTC')::int - $5::int) || '-' || $6)::timestamptz)`,
      [id, `SF-${number}`, state, country, yearsAgo, at],
    );
    await test.query(
      `insert into order_history (order_id, to_state, signal, actor) values ($1, $2, 'test', 'test')`,
      [id, state],
    );
    await test.query(
      `insert into order_lines (order_id, sku, quantity) values ($1, 'CUP', 1)`,
      [id],
    );
    return id;
  }

  const left = async () =>
    new Set(
      (await test.query<{ id: string }>('select id from orders')).map(
        ({ id }) => id,
      ),
    );

  const retention = (
    options: { batch?: number; lease?: WorkLease } = {},
  ): { retention: Retention; lease: WorkLease } => {
    const lease =
      options.lease ??
      WorkLease.create({ database, name: 'retention', seconds: 60 });
    return {
      lease,
      retention: Retention.create({
        policy: retentionOf(base.parts.config),
        lease,
        metrics: ServiceMetrics.create({ processMetrics: false }),
        logger: base.parts.logger,
        batch: options.batch,
      }),
    };
  };

  /** Rounds until nothing is left to do, as the loop of the service does them. */
  async function run(batch?: number): Promise<number> {
    const one = retention({ batch });
    let rounds = 0;
    do {
      await one.lease.take();
      rounds += 1;
    } while (await one.retention.round());
    await one.lease.drop();
    return rounds;
  }

  beforeEach(async () => {
    await test.query(
      'truncate orders, order_lines, money_moves, returns, disputes, counted_parcels',
    );
  });

  it('counts from the end of the year, by country of delivery', async () => {
    const lastOfYear = '12-31 23:59:59Z';
    const firstOfYear = '01-01 00:00:00Z';
    const gone = [
      await order({ yearsAgo: 11, at: lastOfYear }),
      await order({ yearsAgo: 30 }),
      await order({ yearsAgo: 8, at: lastOfYear, country: 'JP' }),
      await order({ yearsAgo: 21, at: lastOfYear, country: 'CH' }),
    ];
    const kept = [
      await order({ yearsAgo: 10, at: firstOfYear }),
      await order({ yearsAgo: 7, at: firstOfYear, country: 'JP' }),
      await order({ yearsAgo: 20, at: firstOfYear, country: 'CH' }),
      await order({ yearsAgo: 0, at: firstOfYear }),
    ];
    await run();
    expect(await left()).toEqual(new Set(kept));
    expect(
      await test.query(
        `select from order_history where order_id = any($1)
         union all select from order_lines where order_id = any($1)`,
        [gone],
      ),
    ).toEqual([]);
  });

  it('keeps what is not over, disputed or owed, however old', async () => {
    const old = { yearsAgo: 40 };
    const kept = [
      await order({ ...old, state: 'care' }),
      await order({ ...old, state: 'fulfilling' }),
    ];
    const [disputed, owed] = [await order(old), await order(old)];
    await test.query(
      `insert into disputes (id, order_id, amount, state) values ('d', $1, 5, 'opened')`,
      [disputed],
    );
    await test.query(
      `insert into money_moves (id, order_id, kind, amount, reason, actor) values (uuidv7(), $1, 'refund', 5, 'r', 'a')`,
      [owed],
    );
    await run();
    expect(await left()).toEqual(new Set([...kept, disputed, owed]));
    await test.query(`update disputes set state = 'lost'`);
    await test.query(`update money_moves set state = 'done'`);
    await run();
    expect(await left()).toEqual(new Set(kept));
  });

  it('goes on in batches until nothing is left', async () => {
    for (let count = 0; count < 7; count += 1) {
      await order({ yearsAgo: 20, state: 'rejected' });
    }
    expect(await run(3)).toBe(3);
    expect((await left()).size).toBe(0);
  });

  it('deletes nothing when another replica has taken over', async () => {
    const id = await order({ yearsAgo: 20 });
    const late = retention();
    await late.lease.take();
    await test.query(`update work_leases set expires_at = '-infinity'`);
    const next = retention();
    expect(await next.lease.take()).toBe(true);
    await expect(late.retention.round()).rejects.toThrow(LeaseLostError);
    expect(await left()).toEqual(new Set([id]));
    await next.retention.round();
    expect((await left()).size).toBe(0);
    await next.lease.drop();
  });

  it('never lets the history of a living order go', async () => {
    const id = await order({ yearsAgo: 20, state: 'care' });
    await expect(
      test.query('delete from order_history where order_id = $1', [id]),
    ).rejects.toThrow(/goes with its order alone/);
    await expect(
      test.query(`update order_history set actor = 'x'`),
    ).rejects.toThrow(/append-only/);
    await expect(test.query('truncate order_history')).rejects.toThrow(
      /append-only/,
    );
  });
});
