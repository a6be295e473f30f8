import { DatabaseService } from '@backstage/backend-plugin-api';
import { EventCounts } from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';

/** Counts of the windows of an SLO at an earlier moment, by part. */
export type EarlierCounts = ReadonlyMap<string, EventCounts>;

/** What looking back needs of the database. It reads only. */
export interface AnalysisStore {
  /** The file of an entity as it was last read, whole. */
  readFile(
    entityRef: string,
  ): Promise<{ file: string; content?: string } | undefined>;
  /** The last points of SLOs that were kept before a moment, not older than `notBefore`, by SLO. */
  countsBefore(options: {
    ids: string[];
    before: Date;
    notBefore: Date;
  }): Promise<Map<string, EarlierCounts>>;
}

/** {@link AnalysisStore} over the tables of the plugin. */
export class DatabaseAnalysisStore implements AnalysisStore {
  readonly #db: Knex;

  /** The tables are made by `DatabaseSloStore`. */
  static async create(options: {
    database: DatabaseService;
  }): Promise<DatabaseAnalysisStore> {
    return new DatabaseAnalysisStore(await options.database.getClient());
  }

  private constructor(db: Knex) {
    this.#db = db;
  }

  async readFile(entityRef: string) {
    const row: { file: string; content: string | null } | undefined =
      await this.#db('slo_sources')
        .where({ entity_ref: entityRef })
        .whereNull('missing_since')
        .first('file', 'content');
    return row && { file: row.file, content: row.content ?? undefined };
  }

  async countsBefore(options: {
    ids: string[];
    before: Date;
    notBefore: Date;
  }) {
    const rows: Array<{
      slo_id: string;
      part?: string;
      bad: number;
      total: number;
    }> = await this.#db('slo_points as p')
      .join(
        this.#db('slo_points')
          .whereRaw('slo_id = any(?)', [options.ids])
          .where('at', '<=', options.before)
          .where('at', '>=', options.notBefore)
          .groupBy('slo_id')
          .select('slo_id')
          .max({ latest: 'at' })
          .as('l'),
        join => join.on('l.slo_id', 'p.slo_id').andOn('l.latest', 'p.at'),
      )
      .select('p.*');
    const found = new Map<string, Map<string, EventCounts>>();
    for (const { slo_id: id, part = '0', bad, total } of rows) {
      const parts = found.get(id) ?? new Map<string, EventCounts>();
      found.set(id, parts.set(part, { bad, total }));
    }
    return found;
  }
}
