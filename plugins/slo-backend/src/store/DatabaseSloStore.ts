import { DatabaseService } from '@backstage/backend-plugin-api';
import { migrationsOf, openDatabase } from '@shopfloor/plugin-database-node';
import { Knex } from 'knex';
import { PointRow, SloRow, SourceRow, toPoint, toSource } from './rows';
import { measureHash } from './measureHash';
import { saveMaintenance } from './saveMaintenance';
import { SloLoader } from './SloLoader';
import {
  DiscoveredSlo,
  SavedFailure,
  SavedMeasurement,
  SaveSourceOptions,
  SloStore,
  StoredPoint,
  StoredSlo,
  StoredSource,
} from './SloStore';

const MINUTE_MILLISECONDS = 60_000;
const DAY_MILLISECONDS = 86_400_000;

/** Folder of the migrations. */
export const migrationsDirectory = migrationsOf(
  '@shopfloor/plugin-slo-backend',
);

/** {@link SloStore} in PostgreSQL. */
export class DatabaseSloStore implements SloStore {
  readonly #db: Knex;
  readonly #loader: SloLoader;

  /** Migrates the database unless that is left to an operator. */
  static async create(options: {
    database: DatabaseService;
  }): Promise<DatabaseSloStore> {
    return new DatabaseSloStore(
      await openDatabase({ ...options, migrations: migrationsDirectory }),
    );
  }

  private constructor(db: Knex) {
    this.#db = db;
    this.#loader = SloLoader.create({ db });
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
          await tx('slo_definitions')
            .where({ id: slo.id })
            .update({ recorded_since: null });
        }
        await tx('slo_definitions')
          .insert(definitionRow(slo, hash))
          .onConflict('id')
          .merge();
        await saveMaintenance(tx, slo, options.readAt);
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
    return this.#loader.complete(await this.#slos().orderBy('d.id'));
  }

  async getSlo(id: string): Promise<StoredSlo | undefined> {
    const [slo] = await this.#loader.complete(
      await this.#slos().where('d.id', id),
    );
    return slo;
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

  async saveMeasurements(measurements: SavedMeasurement[]): Promise<void> {
    const results = measurements.map(({ id, measurement }) => {
      const { observedAt, ...result } = measurement;
      return { id, at: observedAt, result };
    });
    const points = measurements.flatMap(({ id, measurement, points: kept }) =>
      kept.map(({ part, window, recent }) => ({
        id,
        part,
        at: new Date(
          Math.floor(measurement.observedAt.getTime() / MINUTE_MILLISECONDS) *
            MINUTE_MILLISECONDS,
        ),
        bad: window.bad,
        total: window.total,
        recent_bad: recent.bad,
        recent_total: recent.total,
      })),
    );
    // Joined with the definitions, since some may have gone meanwhile.
    await this.#db.raw(
      `insert into slo_results (slo_id, observed_at, result)
       select r.id, r.at, r.result from jsonb_to_recordset(?::jsonb) as r(id text, at timestamptz, result jsonb)
       join slo_definitions d on d.id = r.id order by r.id
       on conflict (slo_id) do update set observed_at = excluded.observed_at, result = excluded.result,
         failure_code = null, failure = null, failing_since = null`,
      [JSON.stringify(results)],
    );
    await this.#db.raw(
      `insert into slo_points (slo_id, part, at, bad, total, recent_bad, recent_total)
       select r.id, r.part, r.at, r.bad, r.total, r.recent_bad, r.recent_total
       from jsonb_to_recordset(?::jsonb) as r(id text, part text, at timestamptz, bad float8, total float8,
         recent_bad float8, recent_total float8)
       join slo_definitions d on d.id = r.id order by r.id, r.part
       on conflict (slo_id, part, at) do nothing`,
      [JSON.stringify(points)],
    );
  }

  async saveFailures(failures: SavedFailure[]): Promise<void> {
    await this.#db.raw(
      `insert into slo_results (slo_id, failure_code, failure, failing_since)
       select r.id, r.code, r.message, r.at
       from jsonb_to_recordset(?::jsonb) as r(id text, code text, message text, at timestamptz)
       join slo_definitions d on d.id = r.id order by r.id
       on conflict (slo_id) do update set failure_code = excluded.failure_code, failure = excluded.failure,
         failing_since = coalesce(slo_results.failing_since, excluded.failing_since)`,
      [JSON.stringify(failures)],
    );
  }

  async markRecorded(options: {
    environment: string;
    slos: Array<Pick<StoredSlo, 'id' | 'definitionHash'>>;
    now: Date;
  }): Promise<void> {
    const { environment, now } = options;
    const slos = JSON.stringify(
      options.slos.map(({ id, definitionHash }) => ({
        id,
        hash: definitionHash,
      })),
    );
    await this.#db.raw(
      `update slo_definitions d set recorded_since = ?
       from jsonb_to_recordset(?::jsonb) as r(id text, hash text)
       where d.id = r.id and d.definition_hash = r.hash and d.environment = ? and d.recorded_since is null`,
      [now, slos, environment],
    );
    await this.#db.raw(
      `update slo_definitions d set recorded_since = null
       where d.environment = ? and d.recorded_since is not null and not exists (
         select 1 from jsonb_to_recordset(?::jsonb) as r(id text) where r.id = d.id)`,
      [environment, slos],
    );
  }

  async listPoints(
    id: string,
    since: Date,
    part: string = '0',
  ): Promise<StoredPoint[]> {
    const rows: PointRow[] = await this.#db('slo_points')
      .where({ slo_id: id, part })
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

  #slos(): Knex.QueryBuilder<any, SloRow[]> {
    return this.#db('slo_definitions as d')
      .leftJoin('slo_results as r', 'r.slo_id', 'd.id')
      .whereNull('d.missing_since')
      .select(
        'd.id',
        'd.entity_ref',
        'd.environment',
        'd.owner',
        'd.system',
        'd.tags',
        'd.file',
        'd.url',
        'd.definition_hash',
        'd.recorded_since',
        'r.observed_at',
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
    tags: slo.tags ?? [],
    file: slo.file,
    url: slo.url ?? null,
    definition: JSON.stringify(slo.definition),
    measure_hash: hash,
    missing_since: null,
  };
}
