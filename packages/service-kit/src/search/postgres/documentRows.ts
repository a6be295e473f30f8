import { analyse, hanTerms, normalise } from '../analyse.ts';
import { latestById, toKeywords, toNumber } from '../checkSchema.ts';
import type { Statement } from '../../postgres/Database.ts';
import type { SearchDocument, SearchRemoval, SearchSchema } from '../types.ts';
import {
  keywordColumn,
  numberColumn,
  statementOf,
  tableOf,
  wordsTableOf,
} from './generationTables.ts';

/** A document, or its tombstone, as a row of JSON. */
export type DocumentRow = Record<string, unknown> & {
  id: string;
  version: number;
};

/** A lexeme in the text form of `tsvector` and `tsquery`. */
export function quoteLexeme(lexeme: string): string {
  return `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** The Chinese of a text, and the words between, in the text form of `tsvector`. */
function hanVector(text: string, weight: string): string {
  const terms = [...hanTerms(text), ...analyse(text).words];
  return terms
    .map((term, index) => `${quoteLexeme(term)}:${index + 1}${weight}`)
    .join(' ');
}

/** Texts are cut by PostgreSQL's limit of a megabyte for a vector; nobody looks for the end of a novel. */
const MAX_TEXT = 100_000;

/** The row of a document. @throws TypeError for a value of the wrong kind */
export function documentRow(
  schema: SearchSchema,
  document: SearchDocument<unknown>,
): DocumentRow {
  const row: DocumentRow = {
    id: document.id,
    version: document.version,
    deleted: false,
    source: document.source,
  };
  const suggestions: string[] = [];
  for (const [field, definition] of Object.entries(schema.fields)) {
    const value = document.fields[field];
    if (definition.kind === 'keyword') {
      row[keywordColumn(field)] = toKeywords(value);
    } else if (definition.kind !== 'text') {
      row[numberColumn(field)] = toNumber(value, field) ?? null;
    } else {
      const text = toKeywords(value)
        .join('\n')
        .replaceAll('\0', '')
        .slice(0, MAX_TEXT);
      row[`t_${field}`] =
        definition.language === 'zh'
          ? hanVector(text, definition.weight)
          : normalise(text);
      if (definition.suggest && text) {
        suggestions.push(...toKeywords(value));
      }
    }
  }
  row.suggestions = suggestions;
  const starts = suggestions.join('\n');
  row.starts = [...new Set([...hanTerms(starts), ...allWords(starts)])]
    .map(quoteLexeme)
    .join(' ');
  return row;
}

function allWords(text: string): string[] {
  return text.split('\n').flatMap(line => analyse(line).words);
}

/** The tombstone of a document. */
export function tombstoneRow(
  schema: SearchSchema,
  removal: SearchRemoval,
): DocumentRow {
  return {
    ...documentRow(schema, { ...removal, fields: {}, source: null }),
    deleted: true,
  };
}

/**
 * Writes rows, given as one JSON array, into a generation; a row that is not
 * newer than what is there changes nothing.
 */
export function writeStatement(
  schema: SearchSchema,
  generation: number,
): Statement {
  const table = tableOf(schema, generation);
  const typed = [
    'id text',
    'version bigint',
    'deleted boolean',
    'source jsonb',
  ];
  typed.push('starts text', 'suggestions text[]');
  const columns = ['id', 'version', 'deleted', 'source', 'suggestions'];
  const spelt: string[] = [];
  const han: string[] = [];
  for (const [field, definition] of Object.entries(schema.fields)) {
    if (definition.kind === 'keyword') {
      typed.push(`${keywordColumn(field)} text[]`);
      columns.push(keywordColumn(field));
    } else if (definition.kind !== 'text') {
      typed.push(`${numberColumn(field)} float8`);
      columns.push(numberColumn(field));
    } else {
      typed.push(`t_${field} text`);
      if (definition.language === 'zh') {
        han.push(`t_${field}::tsvector`);
      } else {
        const words = definition.language === 'en' ? 'english' : 'simple';
        spelt.push(
          `setweight(to_tsvector('${words}', t_${field}), '${definition.weight}')`,
        );
      }
    }
  }
  const vector = (parts: string[]) =>
    parts.length > 0 ? parts.join(' || ') : `''::tsvector`;
  const written = [...columns, 'words', 'starts'];
  return statementOf(
    'write',
    `with given as (
       select *, ${vector(spelt)} as spelt, ${vector(han)} as han
       from jsonb_to_recordset($1::jsonb) as row (${typed.join(', ')})
     ), learnt as (
       insert into ${wordsTableOf(schema, generation)} (word)
       select distinct word from given, unnest(tsvector_to_array(spelt)) as word
       where length(word) <= 40
       order by word
       on conflict do nothing
     )
     insert into ${table} as document (${written.join(', ')})
     select ${columns.join(', ')}, spelt || han, starts::tsvector
     from given order by id
     on conflict (id) do update set ${written
       .filter(column => column !== 'id')
       .map(column => `${column} = excluded.${column}`)
       .join(', ')}
     where document.version < excluded.version`,
  );
}

/** Rows for one statement: the last version of each document, in the order of ids. */
export function rowsFor(rows: readonly DocumentRow[]): string {
  return JSON.stringify(latestById(rows));
}
