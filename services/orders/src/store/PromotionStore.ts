import type { Queryable, Statement } from '@shopfloor/service-kit';
import type { Promotion } from '@shopfloor/pricing';

/** A promotion as staff sees it. */
export interface StoredPromotion {
  promotion: Promotion;
  active: boolean;
  limitTotal?: number;
  limitPerShopper?: number;
  used: number;
  version: number;
}

interface PromotionRow {
  id: string;
  definition: Record<string, unknown>;
  active: boolean;
  limit_total: string | null;
  limit_per_shopper: string | null;
  used: string;
  version: string;
}

const COLUMNS =
  'id, definition, active, limit_total, limit_per_shopper, used, version';

const listStatement: Statement = {
  name: 'list_promotions',
  text: `select ${COLUMNS} from promotions order by id limit 1000`,
};

const openStatement: Statement = {
  name: 'list_open_promotions',
  text: `
  select ${COLUMNS}, extract(epoch from now()) * 1000 as now_ms from promotions
  where active and (limit_total is null or used < limit_total)
  order by id limit 1000`,
};

const usedUpStatement: Statement = {
  name: 'list_used_up_promotions',
  text: `
  select promotion_id from promotion_shoppers
  where owner = $1 and promotion_id = any($2::uuid[]) and used >= use_limit`,
};

const findStatement: Statement = {
  name: 'find_promotion',
  text: `select ${COLUMNS} from promotions where id = $1`,
};

/** Creates at version 0, changes at the version given. */
const putStatement: Statement = {
  name: 'put_promotion',
  text: `
  insert into promotions (id, code, definition, active, limit_total, limit_per_shopper)
  select $1, $2, $3, $4, $5, $6 where $7::bigint = 0
    or exists (select from promotions where id = $1)
  on conflict (id) do update set code = excluded.code, definition = excluded.definition,
    active = excluded.active, limit_total = excluded.limit_total,
    limit_per_shopper = excluded.limit_per_shopper,
    version = promotions.version + 1, updated_at = now()
    where promotions.version = $7::bigint
  returning ${COLUMNS}`,
};

/** Amounts are bigint in the domain and whole numbers in JSON. */
function toPromotion(row: PromotionRow): Promotion {
  const promotion = {
    ...(row.definition as unknown as Promotion),
    id: row.id,
    limited: row.limit_total !== null || row.limit_per_shopper !== null,
  };
  if (promotion.effect.kind === 'amount-off') {
    promotion.effect = {
      ...promotion.effect,
      amount: BigInt(promotion.effect.amount),
    };
  }
  const { minimumSubtotal } = promotion.conditions;
  if (minimumSubtotal) {
    promotion.conditions = {
      ...promotion.conditions,
      minimumSubtotal: {
        ...minimumSubtotal,
        amount: BigInt(minimumSubtotal.amount),
      },
    };
  }
  return promotion;
}

function toStored(row: PromotionRow): StoredPromotion {
  const limit = (value: string | null) =>
    value === null ? undefined : Number(value);
  return {
    promotion: toPromotion(row),
    active: row.active,
    limitTotal: limit(row.limit_total),
    limitPerShopper: limit(row.limit_per_shopper),
    used: Number(row.used),
    version: Number(row.version),
  };
}

/** Promotions in PostgreSQL. */
export class PromotionStore {
  readonly #database: Queryable;

  static create(options: { database: Queryable }): PromotionStore {
    return new PromotionStore(options.database);
  }

  private constructor(database: Queryable) {
    this.#database = database;
  }

  async list(): Promise<StoredPromotion[]> {
    const rows = await this.#database.query<PromotionRow>(listStatement);
    return rows.map(toStored);
  }

  /** Those with a use left, and the database's clock in epoch milliseconds when there are any. */
  async listOpen(): Promise<{ promotions: StoredPromotion[]; nowMs?: number }> {
    const rows = await this.#database.query<PromotionRow & { now_ms: string }>(
      openStatement,
    );
    return {
      promotions: rows.map(toStored),
      nowMs: rows[0] && Number(rows[0].now_ms),
    };
  }

  /** Of the promotions given, those of which this shopper has no use left. */
  async usedUpBy(
    owner: string,
    promotionIds: readonly string[],
  ): Promise<Set<string>> {
    const rows = await this.#database.query<{ promotion_id: string }>(
      usedUpStatement,
      [owner, promotionIds],
    );
    return new Set(rows.map(row => row.promotion_id));
  }

  async find(id: string): Promise<StoredPromotion | undefined> {
    const [row] = await this.#database.query<PromotionRow>(findStatement, [id]);
    return row && toStored(row);
  }

  /**
   * Writes a promotion: version 0 makes it, another changes that very version.
   *
   * @returns undefined when it has another version
   */
  async put(options: {
    id: string;
    definition: object;
    code?: string;
    active: boolean;
    limitTotal?: number;
    limitPerShopper?: number;
    version: number;
  }): Promise<StoredPromotion | undefined> {
    const [row] = await this.#database.query<PromotionRow>(putStatement, [
      options.id,
      options.code?.toLowerCase(),
      JSON.stringify(options.definition),
      options.active,
      options.limitTotal,
      options.limitPerShopper,
      options.version,
    ]);
    return row && toStored(row);
  }
}
