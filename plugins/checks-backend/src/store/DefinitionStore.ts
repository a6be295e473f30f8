import { Knex } from 'knex';
import {
  CheckDefinition,
  CheckProblem,
  InvalidDefinition,
} from '@shopfloor/plugin-checks-common';
import { hashOf } from './hash';

/** A file as it was read. */
export interface ReadFile {
  file: string;
  url?: string;
  content: string;
}

/** What came of reading a file. */
export interface SavedFile extends ReadFile {
  definitions: CheckDefinition[];
  problems: CheckProblem[];
  /** Names whose older definitions stay; `all` those of the file. */
  keep: string[] | 'all';
}

/** Where the definitions stand. */
export interface DefinitionState {
  revision: number;
  readAt?: Date;
  failure?: string;
}

/** Definitions in use and the files that they come from. */
export class DefinitionStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  async state(db: Knex = this.#db): Promise<DefinitionState> {
    const row = await db('checks_revision').first();
    return {
      revision: Number(row.revision),
      readAt: row.read_at ?? undefined,
      failure: row.failure ?? undefined,
    };
  }

  /** By name. */
  async list(db: Knex = this.#db): Promise<CheckDefinition[]> {
    const rows = await db('checks_definitions').orderBy('name');
    return rows.map(row => row.definition);
  }

  /** Files with problems. */
  async listInvalid(): Promise<InvalidDefinition[]> {
    const rows = await this.#db('checks_definition_files')
      .whereRaw('jsonb_array_length(problems) > 0')
      .orderBy('file');
    return rows.map(row => ({
      file: row.file,
      ...(row.url && { url: row.url }),
      problems: row.problems,
      usesOlder: row.uses_older,
    }));
  }

  /**
   * Writes all files at once.
   *
   * @returns whether the definitions in use changed
   */
  async save(files: SavedFile[]): Promise<boolean> {
    return this.#db.transaction(async tx => {
      await tx('checks_revision').forUpdate().first();
      const before = await this.list(tx);
      const next = new Map<string, CheckDefinition>();
      const kept = new Map<string, string[]>();
      for (const file of files) {
        for (const definition of file.definitions) {
          next.set(definition.name, definition);
        }
      }
      for (const { file, keep } of files) {
        const older = before.filter(
          definition =>
            definition.source.file === file &&
            !next.has(definition.name) &&
            (keep === 'all' || keep.includes(definition.name)),
        );
        older.forEach(definition => next.set(definition.name, definition));
        kept.set(
          file,
          older.map(({ name }) => name),
        );
      }
      await tx('checks_definition_files').delete();
      for (const { file, url, content, problems } of files) {
        await tx('checks_definition_files').insert({
          file,
          url: url ?? null,
          hash: hashOf(content),
          problems: JSON.stringify(problems),
          uses_older: kept.get(file) ?? [],
        });
      }
      await tx('checks_definitions').delete();
      for (const definition of next.values()) {
        await tx('checks_definitions').insert({
          name: definition.name,
          file: definition.source.file,
          definition: JSON.stringify(definition),
        });
      }
      const after = [...next.values()].sort((a, b) =>
        a.name < b.name ? -1 : 1,
      );
      const changed = hashOf(before as never) !== hashOf(after as never);
      await tx('checks_revision').update({
        read_at: tx.fn.now(),
        failure: null,
        ...(changed && { revision: tx.raw('revision + 1') }),
      });
      return changed;
    });
  }

  /** Notes why the files could not be read; what is in use stays in use. */
  async saveFailure(failure: string): Promise<void> {
    await this.#db('checks_revision').update({ failure });
  }
}
