import { LocalizedText } from '@shopfloor/plugin-checks-common';
import { Knex } from 'knex';
import { CompiledCheck } from '../definitions/compileCheck';
import {
  CurrentEvidence,
  gradeEntity,
  GradedResult,
  GradingInput,
} from '../grading/gradeEntity';
import { markChanged } from './ChangeStore';
import { saveTallies } from './tallies';

/** Definitions in use, compiled. */
export interface CheckSet {
  revision: number;
  checks: CompiledCheck[];
}

interface EvidenceRow {
  entity_ref: string;
  collector: string;
  key: string;
  id: string;
  value: unknown;
  unknown: unknown;
  observed_at: Date;
  stale_at: Date;
}

/** Grades entities on the evidence that is stored, and writes what comes of it. */
export class GradingStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** What one entity is graded on, and the database's time. */
  async input(
    entityRef: string,
  ): Promise<(GradingInput & { now: Date }) | undefined> {
    const input = (await readGradingInputs(this.#db, [entityRef])).get(
      entityRef,
    );
    const { rows } = await this.#db.raw('select now() as now');
    return input && { ...input, now: rows[0].now };
  }

  /**
   * Grades a batch of entities that were not graded with these definitions yet. Several instances share the work; an instance
   * that still has older definitions leaves alone what a newer one graded.
   *
   * @returns how many were graded; fewer than `limit` when none are left that nobody else is at
   */
  async gradeOutdated(set: CheckSet, limit: number): Promise<number> {
    return this.#db.transaction(async tx => {
      const rows = await tx('checks_entities')
        .where('graded_revision', '<', set.revision)
        .orderBy('graded_revision')
        .orderBy('entity_ref')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .select('entity_ref');
      const refs = rows.map(row => row.entity_ref);
      await gradeLocked(tx, refs, set);
      return refs.length;
    });
  }
}

/** What is known of entities, by entity ref. */
async function readGradingInputs(db: Knex, entityRefs: string[]) {
  const [entities, work, evidence] = await Promise.all([
    db('checks_entities')
      .whereRaw('entity_ref = any(?)', [entityRefs])
      .select('entity_ref', 'facets'),
    db('checks_work')
      .whereRaw('entity_ref = any(?)', [entityRefs])
      .select('entity_ref', 'collector', 'failure'),
    db('checks_evidence_current as c')
      .join('checks_evidence as e', 'e.id', 'c.evidence_id')
      .whereRaw('c.entity_ref = any(?)', [entityRefs])
      .select<EvidenceRow[]>(
        'c.entity_ref',
        'c.collector',
        'c.key',
        'e.id',
        'e.value',
        'e.unknown',
        'c.observed_at',
        'c.stale_at',
      ),
  ]);
  const inputs = new Map(
    entities.map(row => [
      row.entity_ref as string,
      {
        facets: new Set<string>(row.facets),
        evidence: new Map<string, CurrentEvidence>(),
        collectors: new Map<string, { failure?: string }>(),
      },
    ]),
  );
  for (const row of work) {
    inputs
      .get(row.entity_ref)
      ?.collectors.set(row.collector, { failure: row.failure ?? undefined });
  }
  for (const row of evidence) {
    inputs.get(row.entity_ref)?.evidence.set(`${row.collector}/${row.key}`, {
      id: row.id,
      ...(row.unknown
        ? { unknown: row.unknown as CurrentEvidence['unknown'] }
        : { value: row.value as CurrentEvidence['value'] }),
      observedAt: row.observed_at,
      staleAfter: row.stale_at,
    });
  }
  return inputs;
}

/**
 * Grades entities whose rows the transaction holds. What came out as before is not written again, so that grading all anew
 * costs little more than reading.
 */
export async function gradeLocked(
  tx: Knex.Transaction,
  entityRefs: string[],
  set: CheckSet,
): Promise<void> {
  if (entityRefs.length === 0) {
    return;
  }
  const [inputs, before] = await Promise.all([
    readGradingInputs(tx, entityRefs),
    tx<ResultRow>('checks_results').whereRaw('entity_ref = any(?)', [
      entityRefs,
    ]),
  ]);
  const earlier = new Map(before.map(row => [keyOf(row), row]));
  const changed: Array<ResultRow & { since: Date | null }> = [];
  const turned: ResultRow[] = [];
  for (const [entityRef, input] of inputs) {
    for (const result of gradeEntity(set.checks, input)) {
      const row = toRow(entityRef, result);
      const old = earlier.get(keyOf(row));
      earlier.delete(keyOf(row));
      if (!old || !isSaid(old, row)) {
        turned.push(row);
      }
      if (!old || !isSaid(old, row) || !isSeen(old, row)) {
        changed.push({
          ...row,
          since: old?.outcome === row.outcome ? old.since! : null,
        });
      }
    }
  }
  const touched = [
    ...new Set(
      [...changed, ...earlier.values()].map(({ entity_ref }) => entity_ref),
    ),
  ];
  await markChanged(tx, touched);
  for (const row of earlier.values()) {
    await tx('checks_results')
      .where({ entity_ref: row.entity_ref, check_name: row.check_name })
      .delete();
  }
  const columns = `r(entity_ref text, check_name text, check_version int, category text, outcome text, words jsonb,
    evidence_ids uuid[], observed_at timestamptz, stale_at timestamptz, since timestamptz)`;
  if (turned.length > 0) {
    await tx.raw(
      `insert into checks_transitions
         (entity_ref, check_name, check_version, outcome, words, evidence_ids, at)
       select entity_ref, check_name, check_version, outcome, words, evidence_ids, clock_timestamp()
       from jsonb_to_recordset(?::jsonb) as ${columns}`,
      [JSON.stringify(turned)],
    );
  }
  if (changed.length > 0) {
    await tx.raw(
      `insert into checks_results
         (entity_ref, check_name, check_version, category, outcome, words, evidence_ids, observed_at, stale_at, evaluated_at, since)
       select entity_ref, check_name, check_version, category, outcome, words, evidence_ids, observed_at, stale_at,
         clock_timestamp(), coalesce(since, clock_timestamp())
       from jsonb_to_recordset(?::jsonb) as ${columns}
       on conflict (entity_ref, check_name) do update set
         check_version = excluded.check_version, category = excluded.category, outcome = excluded.outcome,
         words = excluded.words, evidence_ids = excluded.evidence_ids, observed_at = excluded.observed_at,
         stale_at = excluded.stale_at, evaluated_at = excluded.evaluated_at, since = excluded.since`,
      [JSON.stringify(changed)],
    );
  }
  await saveTallies(tx, touched);
  await tx('checks_entities')
    .whereRaw('entity_ref = any(?)', [entityRefs])
    .update({ graded_revision: set.revision });
}

interface ResultRow {
  entity_ref: string;
  check_name: string;
  check_version: number;
  category: string;
  outcome: string;
  words: LocalizedText;
  evidence_ids: string[];
  observed_at: Date | null;
  stale_at: Date | null;
  since?: Date | null;
}

function keyOf(row: Pick<ResultRow, 'entity_ref' | 'check_name'>): string {
  return `${row.entity_ref} ${row.check_name}`;
}

/** Whether two results say the same. */
function isSaid(a: ResultRow, b: ResultRow): boolean {
  return (
    a.outcome === b.outcome &&
    a.words.en === b.words.en &&
    a.words.zh === b.words.zh &&
    a.check_version === b.check_version
  );
}

/** Whether two results rest on the same looks. */
function isSeen(a: ResultRow, b: ResultRow): boolean {
  return (
    a.category === b.category &&
    a.observed_at?.getTime() === b.observed_at?.getTime() &&
    a.stale_at?.getTime() === b.stale_at?.getTime() &&
    a.evidence_ids.join() === b.evidence_ids.join()
  );
}

function toRow(entityRef: string, result: GradedResult): ResultRow {
  return {
    entity_ref: entityRef,
    check_name: result.check,
    check_version: result.checkVersion,
    category: result.category,
    outcome: result.outcome,
    words: result.words,
    evidence_ids: result.evidenceIds,
    observed_at: result.observedAt ?? null,
    stale_at: result.staleAfter ?? null,
  };
}
