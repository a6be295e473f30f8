import {
  GradingStatus,
  gradingFingerprint,
  InvalidScorecardFile,
  LocatedDefinition,
  ScorecardDefinition,
  ScorecardProblem,
} from '@shopfloor/plugin-scorecards-common';
import { Knex } from 'knex';
import { CheckScope } from '../facts/CheckFacts';

/** A scorecard in use. */
export interface StoredDefinition {
  definition: ScorecardDefinition;
  fingerprint: string;
  file: string;
  url?: string;
  line: number;
}

/** What was read from a file. */
export interface LoadedFile {
  file: string;
  url?: string;
  definitions: LocatedDefinition[];
  problems: ScorecardProblem[];
}

/** What a round of grading went by. */
export interface GradedWith {
  /** Of the feed of checks. */
  cursor: string;
  /** When all results were read. */
  readAt: Date;
  /** Hash of the scorecards. */
  definitions: string;
  scopes: CheckScope[];
}

const STATUS_ID = 1;

/** Scorecards in use, their files and how the background work goes. */
export class DefinitionStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /**
   * Puts what was read into use. A scorecard that is gone from a file with problems stays as it was; every other one that
   * is gone is forgotten with its grades.
   */
  async replace(files: LoadedFile[], now: Date): Promise<void> {
    const rows = files.flatMap(({ file, url, definitions }) =>
      definitions.map(({ definition, line }) => ({
        name: definition.name,
        file,
        url: url ?? null,
        line,
        owner: definition.owner.toLocaleLowerCase('en-US'),
        definition: JSON.stringify(definition),
        fingerprint: gradingFingerprint(definition),
      })),
    );
    const broken = files
      .filter(({ problems }) => problems.length > 0)
      .map(({ file }) => file);
    await this.#db.transaction(async tx => {
      const names = rows.map(({ name }) => name);
      await tx('scorecards_definitions')
        .whereRaw('not (name = any(?::text[]))', [names])
        .whereRaw('not (file = any(?::text[]))', [broken])
        .delete();
      if (rows.length > 0) {
        await tx('scorecards_definitions')
          .insert(rows)
          .onConflict('name')
          .merge();
      }
      const kept: Array<{ name: string; file: string }> = await tx(
        'scorecards_definitions',
      )
        .whereRaw('not (name = any(?::text[]))', [names])
        .select('name', 'file')
        .orderBy('name');
      await tx('scorecards_files').delete();
      if (files.length > 0) {
        await tx('scorecards_files').insert(
          files.map(({ file, url, problems }) => ({
            file,
            url: url ?? null,
            problems: JSON.stringify(problems),
            uses_older: JSON.stringify(
              kept.filter(other => other.file === file).map(({ name }) => name),
            ),
          })),
        );
      }
      await saveStatus(tx, {
        definitions_read_at: now,
        definitions_failure: null,
      });
    });
  }

  /** Notes why the files could not be read; what is in use stays. */
  async saveFailure(message: string): Promise<void> {
    await saveStatus(this.#db, { definitions_failure: message });
  }

  /** Notes what was graded with, and from where to go on. */
  async saveGraded(graded: GradedWith & { now: Date }): Promise<void> {
    await saveStatus(this.#db, {
      graded_at: graded.now,
      grading_failure: null,
      known_checks: JSON.stringify(graded.scopes),
      facts_cursor: graded.cursor,
      facts_read_at: graded.readAt,
      graded_definitions: graded.definitions,
    });
  }

  /** What was graded with the last time; undefined when that went wrong or never was. */
  async gradedWith(): Promise<GradedWith | undefined> {
    const row = await this.#db('scorecards_status')
      .where({ id: STATUS_ID })
      .first();
    return row?.facts_cursor && !row.grading_failure
      ? {
          cursor: row.facts_cursor,
          readAt: row.facts_read_at,
          definitions: row.graded_definitions,
          scopes: row.known_checks,
        }
      : undefined;
  }

  /** Notes why results of checks could not be read. */
  async saveGradingFailure(message: string): Promise<void> {
    await saveStatus(this.#db, { grading_failure: message });
  }

  async list(): Promise<StoredDefinition[]> {
    const rows = await this.#db('scorecards_definitions').orderBy('name');
    return rows.map(({ definition, fingerprint, file, url, line }) => ({
      definition,
      fingerprint,
      file,
      line,
      ...(url && { url }),
    }));
  }

  async listInvalid(): Promise<InvalidScorecardFile[]> {
    const rows = await this.#db('scorecards_files')
      .whereRaw('jsonb_array_length(problems) > 0')
      .orderBy('file');
    return rows.map(({ file, url, problems, uses_older }) => ({
      file,
      problems,
      usesOlder: uses_older,
      ...(url && { url }),
    }));
  }

  /** How the work goes, and the checks that there were at the last grading. */
  async status(): Promise<GradingStatus & { knownChecks?: CheckScope[] }> {
    const row = await this.#db('scorecards_status')
      .where({ id: STATUS_ID })
      .first();
    return {
      ...(row?.definitions_read_at && {
        definitionsReadAt: row.definitions_read_at.toISOString(),
      }),
      ...(row?.definitions_failure && {
        definitionsFailure: row.definitions_failure,
      }),
      ...(row?.graded_at && { gradedAt: row.graded_at.toISOString() }),
      ...(row?.grading_failure && { gradingFailure: row.grading_failure }),
      ...(row?.known_checks && { knownChecks: row.known_checks }),
    };
  }
}

async function saveStatus(db: Knex, columns: object): Promise<void> {
  await db('scorecards_status')
    .insert({ id: STATUS_ID, ...columns })
    .onConflict('id')
    .merge();
}
