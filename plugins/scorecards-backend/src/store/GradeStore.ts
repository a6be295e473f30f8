import { Announcement } from '@shopfloor/plugin-announcements-node';
import { GradeFigures } from '@shopfloor/plugin-scorecards-common';
import { Knex } from 'knex';
import { saveAnnouncements } from './AnnouncementStore';
import { recordset } from './database';
import { checksAt, GradeRow, StoredGrade, toGrade } from './gradeRow';

/** A grade to write, and what follows from it. */
export interface GradeChangeToSave {
  grade: StoredGrade;
  /** It became another one: a row of the history is written. */
  changed: boolean;
  announcement?: Announcement;
}

/** A row of the history. */
export interface HistoryEntry {
  entityRef: string;
  at: Date;
  figures: GradeFigures;
  outcomes: Record<string, string>;
}

/** Writes grades and their history. */
export class GradeStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** The grades of these entities. */
  async ofEntities(entityRefs: string[]): Promise<StoredGrade[]> {
    const rows: GradeRow[] = await this.#db('scorecards_grades').whereRaw(
      'entity_ref = any(?::text[])',
      [entityRefs],
    );
    return rows.map(toGrade);
  }

  /** Entities of whose grades something goes stale until now. */
  async due(now: Date): Promise<string[]> {
    const rows = await this.#db('scorecards_grades')
      .where('next_at', '<=', now)
      .distinct('entity_ref');
    return rows.map(({ entity_ref }) => entity_ref);
  }

  /**
   * Writes grades, their history and what is to be announced together. A grade that another instance has written since it
   * was read is left alone with all that would follow from it. Those of a scorecard or entity that is gone meanwhile too.
   */
  async save(changes: GradeChangeToSave[]): Promise<void> {
    if (changes.length === 0) {
      return;
    }
    await this.#db.transaction(async tx => {
      const { rows: written } = await tx.raw(
        `insert into scorecards_grades as g
           (scorecard, entity_ref, version, fingerprint, state, rank, possible_rank, passed, unseen, asked,
            without_waivers, checks, outcomes, last_known, observed_at, graded_at, since, next_at)
         select r.scorecard, r.entity_ref, r.version + 1, r.fingerprint, r.state, r.rank, r.possible_rank,
           r.passed, r.unseen, r.asked, r.without_waivers, r.checks, r.outcomes, r.last_known, r.observed_at, r.graded_at, r.since, r.next_at
         from jsonb_to_recordset(?::jsonb) as r(scorecard text, entity_ref text, version bigint, fingerprint text,
           state text, rank int, possible_rank int, passed int, unseen int, asked int, without_waivers jsonb,
           checks jsonb, outcomes text[], last_known jsonb, observed_at timestamptz, graded_at timestamptz, since timestamptz, next_at timestamptz)
         join scorecards_definitions d on d.name = r.scorecard
         join scorecards_entities e on e.entity_ref = r.entity_ref
         order by r.scorecard, r.entity_ref
         on conflict (scorecard, entity_ref) do update set
           version = excluded.version, fingerprint = excluded.fingerprint, state = excluded.state,
           rank = excluded.rank, possible_rank = excluded.possible_rank, passed = excluded.passed,
           unseen = excluded.unseen, asked = excluded.asked, without_waivers = excluded.without_waivers,
           checks = excluded.checks, outcomes = excluded.outcomes, last_known = excluded.last_known, observed_at = excluded.observed_at,
           graded_at = excluded.graded_at, since = excluded.since, next_at = excluded.next_at
         where g.version = excluded.version - 1
         returning scorecard, entity_ref`,
        [recordset(changes.map(({ grade }) => toRow(grade)))],
      );
      const keys = new Set(
        written.map(
          (row: { scorecard: string; entity_ref: string }) =>
            `${row.scorecard} ${row.entity_ref}`,
        ),
      );
      const kept = changes.filter(({ grade }) =>
        keys.has(`${grade.scorecard} ${grade.entityRef}`),
      );
      const history = kept.filter(({ changed }) => changed);
      if (history.length > 0) {
        await tx('scorecards_history')
          .insert(
            history.map(({ grade }) => ({
              scorecard: grade.scorecard,
              entity_ref: grade.entityRef,
              at: grade.gradedAt,
              figures: JSON.stringify(grade.figures),
              outcomes: JSON.stringify(
                Object.fromEntries(
                  checksAt(grade.checks, grade.gradedAt).map(
                    ({ check, outcome }) => [check, outcome],
                  ),
                ),
              ),
            })),
          )
          .onConflict(['scorecard', 'entity_ref', 'at'])
          .ignore();
      }
      await saveAnnouncements(
        tx,
        kept.flatMap(({ announcement }) => announcement ?? []),
      );
    });
  }

  /** Forgets grades of scorecards that do not apply to an entity any more. */
  async remove(
    keys: Array<{ scorecard: string; entityRef: string }>,
  ): Promise<void> {
    for (const { scorecard, entityRef } of keys) {
      await this.#db('scorecards_grades')
        .where({ scorecard, entity_ref: entityRef })
        .delete();
    }
  }

  /** What happened to an entity on a scorecard, oldest first. */
  async history(options: {
    scorecard: string;
    entityRef: string;
    since: Date;
  }): Promise<HistoryEntry[]> {
    const { scorecard, entityRef, since } = options;
    const rows = await this.#db('scorecards_history')
      .where({ scorecard, entity_ref: entityRef })
      .where('at', '>', since)
      .orderBy('at');
    return rows.map(toEntry);
  }

  /** Deletes what is past its time, but of each grade the row that still holds. */
  async tidy(options: { now: Date; retentionDays: number }): Promise<void> {
    const limit = new Date(
      options.now.getTime() - options.retentionDays * 86_400_000,
    );
    await this.#db('scorecards_history as h')
      .where('h.at', '<', limit)
      .whereExists(later =>
        later
          .select(this.#db.raw('1'))
          .from('scorecards_history as l')
          .whereRaw(
            'l.scorecard = h.scorecard and l.entity_ref = h.entity_ref and l.at > h.at and l.at < ?',
            [limit],
          ),
      )
      .delete();
    await this.#db('scorecards_announcements')
      .where('sent_at', '<', limit)
      .delete();
  }
}

export function toEntry(row: {
  entity_ref: string;
  at: Date;
  figures: GradeFigures;
  outcomes: Record<string, string>;
}): HistoryEntry {
  return {
    entityRef: row.entity_ref,
    at: row.at,
    figures: row.figures,
    outcomes: row.outcomes,
  };
}

/** When the first outcome that still counts goes stale. */
function nextStale({ checks, gradedAt }: StoredGrade): Date | undefined {
  const times = checks
    .flatMap(({ outcome, staleAfter }) =>
      outcome !== 'unknown' && staleAfter ? Date.parse(staleAfter) : [],
    )
    .filter(time => time > gradedAt.getTime());
  return times.length > 0 ? new Date(Math.min(...times)) : undefined;
}

function toRow(grade: StoredGrade): object {
  const { figures } = grade;
  return {
    scorecard: grade.scorecard,
    entity_ref: grade.entityRef,
    version: grade.version,
    fingerprint: grade.fingerprint,
    state: figures.state,
    rank: figures.rank,
    possible_rank: figures.possibleRank,
    passed: figures.passed,
    unseen: figures.unseen,
    asked: figures.asked,
    without_waivers: grade.withoutWaivers,
    checks: grade.checks,
    outcomes: checksAt(grade.checks, grade.gradedAt).flatMap(
      ({ check, outcome, waived }) => [
        `${check}=${outcome}`,
        ...(waived ? [`${check}=waived`] : []),
      ],
    ),
    last_known: grade.lastKnown,
    observed_at: grade.observedAt?.toISOString() ?? null,
    graded_at: grade.gradedAt.toISOString(),
    since: grade.since.toISOString(),
    next_at: nextStale(grade)?.toISOString() ?? null,
  };
}
