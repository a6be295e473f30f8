import { newId, type PooledDatabase } from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { TestService } from '@shopfloor/service-kit/src/testing/TestService.ts';
import { type InventoryConfig, readInventoryConfig } from '../config.ts';
import { createParts, type Parts } from '../createParts.ts';
import { migrateInventory } from '../migrateInventory.ts';

/** Quantities of one SKU over all warehouses, as rows and as sums of the ledger. */
export interface Totals {
  onHand: number;
  held: number;
  allocated: number;
}

const SUMS =
  'coalesce(sum(on_hand), 0)::int as "onHand", coalesce(sum(held), 0)::int as held, coalesce(sum(allocated), 0)::int as allocated';

/** Inventory on a database of its own, without HTTP and events. */
export class TestInventory {
  readonly test: TestDatabase;
  readonly service: TestService<InventoryConfig>;
  readonly database: PooledDatabase;
  readonly config: InventoryConfig;
  readonly parts: Parts;

  static async create(
    env: Record<string, string> = {},
  ): Promise<TestInventory> {
    const test = await TestDatabase.create();
    const { connectionString } = test;
    await migrateInventory({ connectionString, sampleData: true });
    const service = TestService.create({
      name: 'inventory',
      read: readInventoryConfig,
      env: {
        DATABASE_URL: connectionString,
        DATABASE_STATEMENT_TIMEOUT_MS: '20000',
        DATABASE_CONNECT_TIMEOUT_MS: '20000',
        ...env,
      },
    });
    return new TestInventory(test, service);
  }

  private constructor(
    test: TestDatabase,
    service: TestService<InventoryConfig>,
  ) {
    this.test = test;
    this.service = service;
    const { config, database } = service.base.parts;
    this.config = config;
    this.database = database;
    this.parts = createParts({ config, database });
  }

  /** The parts of another instance on the same database. */
  another(): Parts {
    return createParts({ config: this.config, database: this.database });
  }

  async close(): Promise<void> {
    await this.service.close();
    await this.test.drop();
  }

  /** Makes a SKU with so much in each of some warehouses. */
  async stock(sku: string, amounts: Record<string, number>): Promise<void> {
    await this.database.transaction(tx =>
      this.parts.ledger.learnProduct(tx, {
        productId: newId(),
        version: 1,
        skus: [sku],
        sample: false,
        deleted: false,
      }),
    );
    for (const [warehouseId, quantity] of Object.entries(amounts)) {
      await this.parts.stock.receive(
        { receiptId: newId(), warehouseId, lines: [{ sku, quantity }] },
        'staff:test',
      );
    }
  }

  /** What the rows of a SKU say. */
  async totals(sku: string): Promise<Totals> {
    const [row] = await this.test.query<Totals>(
      `select ${SUMS} from stock where sku = $1`,
      [sku],
    );
    return row;
  }

  /** What the ledger of a SKU adds up to. */
  async ledger(sku: string): Promise<Totals> {
    const [row] = await this.test.query<Totals>(
      `select ${SUMS} from movements where sku = $1`,
      [sku],
    );
    return row;
  }

  /** Events that wait in the outbox, oldest first. */
  async events(): Promise<{ data: any; version: number }[]> {
    return this.test.query(
      'select data, aggregate_version::int as version from outbox order by id',
    );
  }

  /** Lets the time of a hold be over, by the database's own rows. */
  async expire(reservationId: string): Promise<void> {
    await this.test.query(
      `update reservations set expires_at = now() - interval '1 second' where id = $1`,
      [reservationId],
    );
  }

  /** @throws Error when stock, ledger and reservations disagree anywhere */
  async assertAgreement(): Promise<void> {
    const found = await this.test.query(`
      select s.sku, s.warehouse_id, s.on_hand, s.held, s.allocated, m.*, k.*
      from stock s
      left join lateral (
        select coalesce(sum(on_hand), 0) as m_on_hand, coalesce(sum(held), 0) as m_held,
          coalesce(sum(allocated), 0) as m_allocated
        from movements m where m.sku = s.sku and m.warehouse_id = s.warehouse_id
      ) m on true
      left join lateral (
        select coalesce(sum(remaining) filter (where r.state = 'held'), 0) as k_held,
          coalesce(sum(remaining) filter (where r.state = 'confirmed'), 0) as k_allocated
        from reservation_lines l join reservations r
          on r.id = l.reservation_id and r.generation = l.generation
        where l.sku = s.sku and l.warehouse_id = s.warehouse_id
      ) k on true
      where s.on_hand <> m_on_hand or s.held <> m_held or s.allocated <> m_allocated
        or s.held <> k_held or s.allocated <> k_allocated`);
    if (found.length > 0) {
      throw new Error(`Stock is not right: ${JSON.stringify(found)}`);
    }
  }
}
