import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { request } from 'undici';
import type { ShopStack } from '../stack/ShopStack.ts';
import type { TraceCollector } from '../stack/TraceCollector.ts';

/** Where something was found, never the thing itself. */
export interface Found {
  /** Which of the things searched for, by its place in the list. */
  needle: number;
  where: string;
}

/** What separates groups of digits when people write a number. */
const SEPARATORS = /[ .\u00a0-]/g;

/** Which of the texts a text contains, also when written in groups. */
export function needlesIn(text: string, needles: readonly string[]): number[] {
  const joined = text.replace(SEPARATORS, '');
  return needles.flatMap((needle, index) =>
    text.includes(needle) || joined.includes(needle.replace(SEPARATORS, ''))
      ? [index]
      : [],
  );
}

/** Lengths of all log files, to search only what is written from now on. */
export function markLogs(stack: ShopStack): Map<string, number> {
  return new Map(
    stack.services.map(({ logFile, name }) => {
      const stat = statSync(logFile, { throwIfNoEntry: false });
      return [name, stat?.size ?? 0];
    }),
  );
}

/** What services have logged since the marks were set, by service. */
export function logsSince(
  stack: ShopStack,
  marks: ReadonlyMap<string, number>,
): Map<string, string> {
  return new Map(
    stack.services.map(({ logFile, name }) => {
      const from = marks.get(name) ?? 0;
      const length = Math.max(0, statSync(logFile).size - from);
      const buffer = Buffer.alloc(length);
      const file = openSync(logFile, 'r');
      readSync(file, buffer, 0, length, from);
      closeSync(file);
      return [name, buffer.toString('utf8')];
    }),
  );
}

interface Column {
  schema: string;
  table: string;
  column: string;
  bytes: boolean;
}

/**
 * Searches every column of every table that can hold text: text, character, JSON, bytes, and arrays of them; numbers, too, since a
 * card number fits into a bigint.
 */
export async function searchTables(
  stack: ShopStack,
  database: string,
  needles: readonly string[],
): Promise<{ found: Found[]; columns: number }> {
  const columns = await stack.databases.query<Column>(
    database,
    `select c.table_schema as schema, c.table_name as table, c.column_name as column, c.udt_name = 'bytea' as bytes
     from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
     where t.table_type = 'BASE TABLE' and c.table_schema not in ('pg_catalog', 'information_schema')
       and c.udt_name in ('text', 'varchar', 'bpchar', 'json', 'jsonb', 'bytea', 'int8', 'numeric', 'xml', 'tsvector', 'citext',
         '_text', '_varchar', '_jsonb', '_json', '_int8')`,
  );
  const found: Found[] = [];
  const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
  for (const { schema, table, column, bytes } of columns) {
    const name = quoted(column);
    const condition = bytes
      ? `position(convert_to(n.needle, 'UTF8') in t.${name}) > 0`
      : `(strpos(t.${name}::text, n.needle) > 0
          or strpos(translate(t.${name}::text, ' .-' || chr(160), ''), n.joined) > 0)`;
    const rows = await stack.databases.query<{ needle: number; count: number }>(
      database,
      `select n.position::int - 1 as needle, count(*)::int as count
       from ${quoted(schema)}.${quoted(table)} t
       join unnest($1::text[], $2::text[]) with ordinality as n(needle, joined, position) on ${condition}
       group by 1`,
      [needles, needles.map(needle => needle.replace(SEPARATORS, ''))],
    );
    found.push(
      ...rows.map(({ needle, count }) => ({
        needle,
        where: `${database}: ${count} rows of ${schema}.${table}.${column}`,
      })),
    );
  }
  return { found, columns: columns.length };
}

/** How much was searched, and what was found in it. */
export interface SearchResult {
  found: Found[];
  /** By kind of place: how much there was. */
  searched: Record<
    'columns' | 'logBytes' | 'spans' | 'metricBytes' | 'mails',
    number
  >;
}

/** Searches all tables of all databases but those left out, what was logged since, all spans, all metrics and all mail. */
export async function searchEverything(options: {
  stack: ShopStack;
  traces: TraceCollector;
  marks: ReadonlyMap<string, number>;
  needles: readonly string[];
  /** Databases that may hold them. */
  leaveOut: readonly string[];
}): Promise<SearchResult> {
  const { stack, traces, marks, needles } = options;
  const found: Found[] = [];
  const searched = {
    columns: 0,
    logBytes: 0,
    spans: traces.spanCount,
    metricBytes: 0,
    mails: 0,
  };
  const look = (text: string, where: string) =>
    found.push(...needlesIn(text, needles).map(needle => ({ needle, where })));
  for (const database of [
    'events',
    ...stack.services.map(({ name }) => name),
  ]) {
    if (!options.leaveOut.includes(database)) {
      const result = await searchTables(stack, database, needles);
      found.push(...result.found);
      searched.columns += result.columns;
    }
  }
  for (const [name, text] of logsSince(stack, marks)) {
    searched.logBytes += text.length;
    look(text, `log of ${name}`);
  }
  for (const { name, url } of stack.services) {
    const { body } = await request(`${url}/metrics`);
    const text = await body.text();
    searched.metricBytes += text.length;
    look(text, `metrics of ${name}`);
  }
  for (const body of traces.bodies) look(body, 'a span');
  for (const mail of stack.mailbox.store.list()) {
    searched.mails += 1;
    look(JSON.stringify(mail), 'a mail');
  }
  return { found, searched };
}
