import { createHash } from 'crypto';
import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import {
  BURN_NOW_SECONDS,
  EvaluationFailure,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';
import {
  DefinitionRow,
  PointRow,
  SourceRow,
  toPoint,
  toSlo,
  toSource,
} from './rows';
import {
  DiscoveredSlo,
  Measurement,
  SaveSourceOptions,
  SloStore,
  StoredPoint,
  StoredSlo,
  StoredSource,
} from './SloStore';

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;

/** Folder of the migrations. */
export const migrationsDirectory = resolvePackagePath(
  '@shopfloor/plugin-slo-backend',
  'migrations',
);

/** {@link SloStore} in PostgreSQL. */
export class DatabaseSloStore implements SloStore {
  readonly #db: Knex;

  /** Migrates the database unless that is left to an operator. */
  static async create(options: {
    database: DatabaseService;
  }): Promise<DatabaseSloStore> {
    const db = await options.database.getClient();
    if (!options.database.migrations?.skip) {
      await db.migrate.latest({ directory: migrationsDirectory });
    }
    return new DatabaseSloStore(db);
  }

  private constructor(db: Knex) {
    this.#db = db;
  }

  async saveSource(options: SaveSourceOptions): Promise<void> {
    const { entityRef, slos, keepOthers } = options;
    await this.#db.transaction(async tx => {
      await tx('slo_sources')
        .insert({
          entity_ref: entityRef,
          file: options.file,
          url: options.url ?? null,
          content: options.content,
          read_at: options.readAt,
          failure: null,
          problems: JSON.stringify(options.problems),
          uses_older_definitions: false,
          missing_since: null,
        })
        .onConflict('entity_ref')
        .merge();
      const earlier = await tx('slo_definitions')
        .where({ entity_ref: entityRef })
        .select('id', 'measure_hash');
      const hashes = new Map(earlier.map(row => [row.id, row.measure_hash]));
      const kept = new Set(slos.map(slo => slo.id));
      const others = earlier.map(row => row.id).filter(id => !kept.has(id));
      if (keepOthers && others.length > 0) {
        await tx('slo_sources')
          .where({ entity_ref: entityRef })
          .update({ uses_older_definitions: true });
      } else {
        await tx('slo_definitions').whereIn('id', others).delete();
      }
      for (const slo of slos) {
        const hash = measureHash(slo.definition);
        if (hashes.has(slo.id) && hashes.get(slo.id) !== hash) {
          await tx('slo_results').where({ slo_id: slo.id }).delete();
          await tx('slo_points').where({ slo_id: slo.id }).delete();
        }
        await tx('slo_definitions')
          .insert(definitionRow(slo, hash))
          .onConflict('id')
          .merge();
      }
    });
  }

  async saveSourceFailure(options: {
    entityRef: string;
    file: string;
    url?: string;
    failure: string;
  }): Promise<void> {
    const { entityRef, file, url, failure } = options;
    const others = await this.#db('slo_definitions')
      .where({ entity_ref: entityRef })
      .first('id');
    await this.#db('slo_sources')
      .insert({
        entity_ref: entityRef,
        file,
        url: url ?? null,
        failure,
        problems: JSON.stringify([]),
        uses_older_definitions: others !== undefined,
        missing_since: null,
      })
      .onConflict('entity_ref')
      .merge(['failure', 'uses_older_definitions', 'missing_since']);
  }

  async retainEntities(entityRefs: string[], now: Date): Promise<void> {
    for (const table of ['slo_sources', 'slo_definitions']) {
      await this.#db(table)
        .whereRaw('not (entity_ref = any(?))', [entityRefs])
        .whereNull('missing_since')
        .update({ missing_since: now });
      await this.#db(table)
        .whereRaw('entity_ref = any(?)', [entityRefs])
        .whereNotNull('missing_since')
        .update({ missing_since: null });
    }
  }

  async listSlos(): Promise<StoredSlo[]> {
    return (await this.#slos().orderBy('d.id')).map(toSlo);
  }

  async getSlo(id: string): Promise<StoredSlo | undefined> {
    const row = await this.#slos().where('d.id', id).first();
    return row && toSlo(row);
  }

  async listSources(): Promise<StoredSource[]> {
    const rows: SourceRow[] = await this.#db('slo_sources')
      .whereNull('missing_since')
      .orderBy('entity_ref')
      .select(
        'entity_ref',
        'file',
        'url',
        'read_at',
        'failure',
        'problems',
        'uses_older_definitions',
      );
    return rows.map(toSource);
  }

  async saveMeasurement(id: string, measurement: Measurement): Promise<void> {
    const { observedAt, windows, coverage, notes } = measurement;
    const counts = (seconds: number) =>
      windows.find(window => window.seconds === seconds) ?? {
        bad: 0,
        total: 0,
      };
    const window = counts(coverage.windowSeconds);
    const recent = counts(BURN_NOW_SECONDS);
    await this.#db('slo_results')
      .insert({
        slo_id: id,
        observed_at: observedAt,
        result: JSON.stringify({ windows, coverage, notes }),
        failure_code: null,
        failure: null,
        failing_since: null,
      })
      .onConflict('slo_id')
      .merge();
    await this.#db('slo_points')
      .insert({
        slo_id: id,
        at: new Date(
          Math.floor(observedAt.getTime() / MINUTE_MILLISECONDS) *
            MINUTE_MILLISECONDS,
        ),
        bad: window.bad,
        total: window.total,
        recent_bad: recent.bad,
        recent_total: recent.total,
      })
      .onConflict(['slo_id', 'at'])
      .ignore();
  }

  async saveFailure(
    id: string,
    failure: { code: EvaluationFailure['code']; message: string; at: Date },
  ): Promise<void> {
    await this.#db('slo_results')
      .insert({
        slo_id: id,
        failure_code: failure.code,
        failure: failure.message,
        failing_since: failure.at,
      })
      .onConflict('slo_id')
      .merge({
        failure_code: failure.code,
        failure: failure.message,
        failing_since: this.#db.raw(
          'coalesce(slo_results.failing_since, excluded.failing_since)',
        ),
      });
  }

  async listPoints(id: string, since: Date): Promise<StoredPoint[]> {
    const rows: PointRow[] = await this.#db('slo_points')
      .where({ slo_id: id })
      .where('at', '>', since)
      .orderBy('at');
    return rows.map(toPoint);
  }

  async tidy(options: { now: Date; retentionDays: number }): Promise<void> {
    const before = (days: number) =>
      new Date(options.now.getTime() - days * DAY_MILLISECONDS);
    const limit = before(options.retentionDays);
    await this.#db('slo_points').where('at', '<', limit).delete();
    await this.#db('slo_points')
      .where('at', '<', before(1))
      .whereRaw('extract(minute from at)::int % 15 <> 0')
      .delete();
    await this.#db('slo_sources').where('missing_since', '<', limit).delete();
  }

  #slos(): Knex.QueryBuilder<any, DefinitionRow[]> {
    return this.#db('slo_definitions as d')
      .leftJoin('slo_results as r', 'r.slo_id', 'd.id')
      .whereNull('d.missing_since')
      .select(
        'd.id',
        'd.entity_ref',
        'd.environment',
        'd.owner',
        'd.system',
        'd.file',
        'd.url',
        'd.definition',
        'r.observed_at',
        'r.result',
        'r.failure_code',
        'r.failure',
        'r.failing_since',
      );
  }
}

function definitionRow(slo: DiscoveredSlo, hash: string) {
  return {
    id: slo.id,
    entity_ref: slo.entityRef,
    environment: slo.environment,
    name: slo.definition.name,
    owner: slo.owner ?? null,
    system: slo.system ?? null,
    file: slo.file,
    url: slo.url ?? null,
    definition: JSON.stringify(slo.definition),
    measure_hash: hash,
    missing_since: null,
  };
}

/** Stays the same as long as the counted events and their window do; a new target does not change it. */
function measureHash(definition: SloDefinition): string {
  const { indicator, timeWindow } = definition;
  return createHash('sha256')
    .update(
      JSON.stringify([
        timeWindow,
        indicator?.numerator,
        indicator?.counted.query,
        indicator?.total.query,
      ]),
    )
    .digest('hex');
}
