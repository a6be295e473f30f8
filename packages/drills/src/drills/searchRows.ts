import type { ShopStack } from '../stack/ShopStack.ts';

/** A column that holds one of the texts that were looked for. */
export interface HoldingColumn {
  /** `<database>: <schema>.<table>.<column>` */
  where: string;
  rows: number;
}

/** A pattern that finds each of the texts, however it is cased and also as bytes, in the text of a row. */
function patternOf(needles: readonly string[]): string {
  return needles
    .flatMap(needle => [needle, Buffer.from(needle).toString('hex')])
    .map(text => text.toLowerCase().replace(/[^\w ]/g, '\\$&'))
    .join('|');
}

/** Counts by table, in one statement, the rows that match; a row's text has all its columns. */
const TABLES = `
  select t.table_schema || '.' || t.table_name as name,
    (xpath('/row/rows/text()', query_to_xml(format(
      'select count(*) as rows from %I.%I t where lower(t::text) ~ %L', t.table_schema, t.table_name, $1::text),
      false, true, '')))[1]::text::int as rows
  from information_schema.tables t
  where t.table_type = 'BASE TABLE' and t.table_schema not in ('pg_catalog', 'information_schema')`;

const COLUMNS = `
  select c.table_schema || '.' || c.table_name || '.' || c.column_name as name,
    (xpath('/row/rows/text()', query_to_xml(format(
      'select count(*) as rows from %I.%I t where lower(t.%I::text) ~ %L',
      c.table_schema, c.table_name, c.column_name, $1::text), false, true, '')))[1]::text::int as rows
  from information_schema.columns c
  where c.table_schema || '.' || c.table_name = any($2)`;

/** Looks for texts in all columns of all tables of all databases of a stack, whatever their types. */
export async function searchRows(
  stack: ShopStack,
  needles: readonly string[],
): Promise<{ holding: HoldingColumn[]; tables: number }> {
  const pattern = patternOf(needles);
  const holding: HoldingColumn[] = [];
  let tables = 0;
  for (const database of [
    'events',
    ...stack.services.map(({ name }) => name),
  ]) {
    const read = (text: string, values: unknown[]) =>
      stack.databases.query<{ name: string; rows: number }>(
        database,
        text,
        values,
      );
    const all = await read(TABLES, [pattern]);
    tables += all.length;
    const hits = all.filter(({ rows }) => rows > 0).map(({ name }) => name);
    if (hits.length > 0) {
      const columns = await read(COLUMNS, [pattern, hits]);
      holding.push(
        ...columns
          .filter(({ rows }) => rows > 0)
          .map(({ name, rows }) => ({ where: `${database}: ${name}`, rows })),
      );
    }
  }
  return { holding, tables };
}
