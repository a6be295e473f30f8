import { CHECK_OUTCOMES, CheckOutcome } from '@shopfloor/plugin-checks-common';
import { Knex } from 'knex';
import { ResultCriteria, ResultQuery } from '../service/criteria';

/** How many came out how. */
export type OutcomeCounts = Record<CheckOutcome, number>;

/** Nothing of anything. */
export function noCounts(): OutcomeCounts {
  return Object.fromEntries(
    CHECK_OUTCOMES.map(outcome => [outcome, 0]),
  ) as OutcomeCounts;
}

/** Whether criteria can be met by all results of an entity and category or by none, so that tallies suffice to count. */
export function isTallied(criteria: ResultCriteria): boolean {
  if ('allOf' in criteria) return criteria.allOf.every(isTallied);
  if ('anyOf' in criteria) return criteria.anyOf.every(isTallied);
  if ('not' in criteria) return isTallied(criteria.not);
  return !('checks' in (criteria as ResultQuery));
}

/** Counts anew the results of entities whose rows the transaction holds. */
export async function saveTallies(
  tx: Knex.Transaction,
  entityRefs: string[],
): Promise<void> {
  if (entityRefs.length === 0) {
    return;
  }
  await tx.raw(
    `with counted as (
       select entity_ref, category, count(*) filter (where outcome = 'pass') as pass,
         count(*) filter (where outcome = 'fail') as fail, count(*) filter (where outcome = 'unknown') as unknown,
         count(*) filter (where outcome = 'not-applicable') as not_applicable,
         min(stale_at) filter (where outcome <> 'unknown') as stale_at
       from checks_results where entity_ref = any(?) group by entity_ref, category),
     gone as (
       delete from checks_tallies t where entity_ref = any(?) and not exists (
         select 1 from counted c where c.entity_ref = t.entity_ref and c.category = t.category))
     insert into checks_tallies as t (entity_ref, category, pass, fail, unknown, not_applicable, stale_at)
     select entity_ref, category, pass, fail, unknown, not_applicable, stale_at from counted
     on conflict (entity_ref, category) do update set
       pass = excluded.pass, fail = excluded.fail, unknown = excluded.unknown,
       not_applicable = excluded.not_applicable, stale_at = excluded.stale_at`,
    [entityRefs, entityRefs],
  );
}

/**
 * Counts by outcome from the tallies. Of tallies of which something went stale, the results themselves are counted.
 *
 * @param tallies - a query over `checks_tallies as r`, narrowed to what counts
 */
export async function countTallies(
  db: Knex,
  tallies: Knex.QueryBuilder,
): Promise<OutcomeCounts> {
  const { rows } = await db.raw(
    `with t as (?),
     fresh as (select * from t where stale_at is null or stale_at > now()),
     aged as (
       select r.outcome, (r.outcome <> 'unknown' and coalesce(r.stale_at <= now(), false)) as stale
       from t join checks_results r using (entity_ref, category)
       where t.stale_at <= now())
     select outcome, sum(count)::int as count from (
       select v.outcome, v.count from
         (select sum(pass) as pass, sum(fail) as fail, sum(unknown) as unknown, sum(not_applicable) as na from fresh) f,
         lateral (values ('pass', f.pass), ('fail', f.fail), ('unknown', f.unknown), ('not-applicable', f.na)) v(outcome, count)
       union all
       select case when stale then 'stale' else outcome end, count(*) from aged group by 1) as counted
     group by outcome`,
    [
      tallies.select(
        'r.entity_ref',
        'r.category',
        'r.pass',
        'r.fail',
        'r.unknown',
        'r.not_applicable',
        'r.stale_at',
      ),
    ],
  );
  const counts = noCounts();
  for (const { outcome, count } of rows) {
    counts[outcome as CheckOutcome] = count ?? 0;
  }
  return counts;
}
