import { hash } from 'node:crypto';
import type { Statement } from '../../postgres/Database.ts';
import type { SearchSchema } from '../types.ts';

/** The table of a generation. The name of an index was checked, so it is safe in SQL. */
export function tableOf(schema: SearchSchema, generation: number): string {
  return `search_${schema.name}_${generation}`;
}

/** Its words, which misspelt ones are compared with. */
export function wordsTableOf(schema: SearchSchema, generation: number): string {
  return `${tableOf(schema, generation)}_words`;
}

/** A statement whose name follows from its text: shapes and generations are few. */
export function statementOf(purpose: string, text: string): Statement {
  return {
    name: `search_${purpose}_${hash('sha1', text, 'hex').slice(0, 12)}`,
    text,
  };
}

/** Column of a keyword. */
export const keywordColumn = (field: string): string => `k_${field}`;

/** Column of a number or date. */
export const numberColumn = (field: string): string => `n_${field}`;

/** Without the list of pending entries, which each read would have to go through. */
const GIN_OPTIONS = 'with (fastupdate = off)';

/** Statements that make the tables of a generation. */
export function createTables(
  schema: SearchSchema,
  generation: number,
): Statement[] {
  const table = tableOf(schema, generation);
  const columns: string[] = [];
  const indexes: string[] = [];
  for (const [field, { kind }] of Object.entries(schema.fields)) {
    if (kind === 'keyword') {
      columns.push(`${keywordColumn(field)} text[] not null`);
      indexes.push(
        `create index on ${table} using gin (${keywordColumn(field)}) ${GIN_OPTIONS}`,
      );
    } else if (kind !== 'text') {
      columns.push(`${numberColumn(field)} float8`);
      indexes.push(
        `create index on ${table} (${numberColumn(field)}, id) where not deleted`,
      );
    }
  }
  const texts = [
    `create table ${table} (
      id text collate "C" primary key,
      version bigint not null,
      deleted boolean not null,
      source jsonb,
      words tsvector not null,
      starts tsvector not null,
      suggestions text[] not null
      ${columns.map(column => `, ${column}`).join('\n')}
    )`,
    `create index on ${table} using gin (words) ${GIN_OPTIONS}`,
    `create index on ${table} using gin (starts) ${GIN_OPTIONS}`,
    ...indexes,
    `create table ${wordsTableOf(schema, generation)} (word text collate "C" primary key)`,
    `create index on ${wordsTableOf(schema, generation)} using gist (word gist_trgm_ops)`,
  ];
  return texts.map(text => statementOf('create', text));
}

/** Statements that drop the tables of a generation. */
export function dropTables(
  schema: SearchSchema,
  generation: number,
): Statement[] {
  return [tableOf(schema, generation), wordsTableOf(schema, generation)].map(
    table => statementOf('drop', `drop table if exists ${table}`),
  );
}
