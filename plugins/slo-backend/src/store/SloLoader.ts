import {
  DeclaredMaintenance,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';
import {
  ExcludedRow,
  MaintenanceRow,
  ResultRow,
  SloRow,
  toDefinition,
  toExcluded,
  toMaintenance,
  toMeasurement,
  toSlo,
} from './rows';
import { Measurement, StoredSlo } from './SloStore';

/** Definitions and results that are read in one query. */
const ROWS_AT_ONCE = 500;

/** Completes rows of SLOs with what is large and seldom changes, which a process reads and parses once. */
export class SloLoader {
  readonly #db: Knex;
  /** By id; a definition is read again when its hash is another one. */
  readonly #definitions = new Map<
    string,
    { hash: string; definition: SloDefinition }
  >();
  /** By id; read again when another one was observed. */
  readonly #measurements = new Map<string, Measurement>();

  static create(options: { db: Knex }): SloLoader {
    return new SloLoader(options.db);
  }

  private constructor(db: Knex) {
    this.#db = db;
  }

  /** Adds what is read once and kept: definitions by their hash, results by when they were observed. */
  async complete(rows: SloRow[]): Promise<StoredSlo[]> {
    await this.#readDefinitions(
      rows.filter(
        row => this.#definitions.get(row.id)?.hash !== row.definition_hash,
      ),
    );
    await this.#readMeasurements(
      rows.filter(
        ({ id, observed_at }) =>
          observed_at &&
          this.#measurements.get(id)?.observedAt.getTime() !==
            observed_at.getTime(),
      ),
    );
    const ids = rows.length === 1 ? [rows[0].id] : undefined;
    const [maintenance, excluded] = await Promise.all([
      this.#readMaintenance(ids),
      this.#readExcluded(ids),
    ]);
    return rows.flatMap(row => {
      const known = this.#definitions.get(row.id);
      return known
        ? toSlo(row, {
            definition: known.definition,
            maintenance: [
              ...(maintenance.get(row.id) ?? []),
              ...(excluded.get(row.id) ?? []),
            ],
            measurement: row.observed_at
              ? this.#measurements.get(row.id)
              : undefined,
          })
        : [];
    });
  }

  async #readDefinitions(rows: SloRow[]): Promise<void> {
    for (const ids of inBatches(rows)) {
      const read: Array<{
        id: string;
        definition_hash: string;
        definition: SloDefinition;
      }> = await this.#db('slo_definitions')
        .whereRaw('id = any(?)', [ids])
        .select('id', 'definition_hash', 'definition');
      for (const { id, definition_hash: hash, definition } of read) {
        this.#definitions.set(id, {
          hash,
          definition: toDefinition(definition),
        });
      }
    }
  }

  async #readMeasurements(rows: SloRow[]): Promise<void> {
    for (const ids of inBatches(rows)) {
      const read: ResultRow[] = await this.#db('slo_results')
        .whereRaw('slo_id = any(?)', [ids])
        .whereNotNull('result')
        .select('slo_id', 'observed_at', 'result');
      for (const { slo_id, observed_at, result } of read) {
        this.#measurements.set(slo_id, toMeasurement(observed_at, result));
      }
    }
  }

  /** Of some, or of all. */
  async #readMaintenance(
    ids: string[] | undefined,
  ): Promise<Map<string, DeclaredMaintenance[]>> {
    const query = this.#db('slo_maintenance');
    const rows: MaintenanceRow[] = await (ids
      ? query.whereIn('slo_id', ids)
      : query);
    return groupBySlo(rows, toMaintenance);
  }

  /** Past stretches that do not count, of some or of all. */
  async #readExcluded(
    ids: string[] | undefined,
  ): Promise<Map<string, DeclaredMaintenance[]>> {
    const query = this.#db('slo_exclusions')
      .where({ state: 'excluded' })
      .orderBy('id')
      .select('id', 'slo_id', 'from_at', 'to_at');
    const rows: ExcludedRow[] = await (ids
      ? query.whereIn('slo_id', ids)
      : query);
    return groupBySlo(rows, toExcluded);
  }
}

function groupBySlo<R extends { slo_id: string }, T>(
  rows: R[],
  read: (row: R) => T,
): Map<string, T[]> {
  const all = new Map<string, T[]>();
  for (const row of rows) {
    const known = all.get(row.slo_id);
    if (known) {
      known.push(read(row));
    } else {
      all.set(row.slo_id, [read(row)]);
    }
  }
  return all;
}

function* inBatches(rows: SloRow[]): Generator<string[]> {
  for (let at = 0; at < rows.length; at += ROWS_AT_ONCE) {
    yield rows.slice(at, at + ROWS_AT_ONCE).map(({ id }) => id);
  }
}
