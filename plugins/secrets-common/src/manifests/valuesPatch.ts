import { isMap, isScalar, parseDocument, stringify } from 'yaml';
import { Manifest } from '../grant/types';

/** A file of values of the platform's chart of services. */
export interface ValuesFile {
  /** Relative to the folder of the service, such as `deploy/values-production.yaml`. */
  name: string;
  /** `undefined` when there is no such file yet. */
  text?: string;
}

/** What the chart is told of a grant. */
export interface GrantValues {
  role: string;
  path: string;
  /** Absent: `kv`. */
  engine?: 'dynamic';
}

/** What {@link valuesPatch} needs. */
export interface ValuesPatchOptions {
  file: ValuesFile;
  /** Keys that lead to the value, for example `secrets`, `vault`, `role`. */
  at: string[];
  /** The name of a role, or all that an agent of its own needs. */
  value: string | GrantValues;
}

const CONTEXT_LINES = 3;

/**
 * The unified diff by which an agent of the chart takes a grant, for `git apply` in the folder of the service. Nothing but the value is
 * touched. `undefined` when the file has it already, is no YAML, or is written so that a line cannot be put in.
 */
export function valuesPatch(options: ValuesPatchOptions): Manifest | undefined {
  const { file, at, value } = options;
  const before = file.text ?? '';
  const after = withValue(before, at, value);
  return after === undefined || after === before
    ? undefined
    : {
        name: `${file.name}.diff`,
        text: unifiedDiff({
          from: file.text === undefined ? '/dev/null' : `a/${file.name}`,
          to: `b/${file.name}`,
          before,
          after,
        }),
      };
}

/** The text with a value at a path of keys. */
function withValue(
  text: string,
  path: string[],
  wanted: string | GrantValues,
): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) {
    return undefined;
  }
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) {
    const lead = text === '' || text.endsWith('\n') ? text : `${text}\n`;
    return `${lead}${nested(path, wanted)}`;
  }
  let at: unknown = contents;
  for (let depth = 0; depth < path.length; depth += 1) {
    if (!isMap(at) || at.flow || at.items.length === 0) {
      return undefined;
    }
    const pair = at.items.find(
      ({ key }) => isScalar(key) && key.value === path[depth],
    );
    const indent = columnOf(text, startOf(at.items[0].key));
    if (!pair) {
      const end = lineEndAfter(text, endOf(at));
      const lead = text.slice(0, end);
      return `${lead}${lead === '' || lead.endsWith('\n') ? '' : '\n'}${indented(
        nested(path.slice(depth), wanted),
        indent,
      )}${text.slice(end)}`;
    }
    const { value } = pair;
    const empty =
      value === null ||
      (isScalar(value) && value.value === null) ||
      (isMap(value) && value.items.length === 0);
    if (empty || depth === path.length - 1) {
      if (!empty && isMap(value) === (typeof wanted === 'string')) {
        return undefined;
      }
      if (isSame(value, wanted)) {
        return text;
      }
      const start = text.lastIndexOf('\n', startOf(pair.key) - 1) + 1;
      const end = lineEndAfter(
        text,
        value === null ? endOf(pair.key) : endOf(value),
      );
      return `${text.slice(0, start)}${indented(
        nested(path.slice(depth), wanted),
        indent,
      )}${text.slice(end)}`;
    }
    at = value;
  }
  return undefined;
}

function isSame(found: unknown, wanted: string | GrantValues): boolean {
  if (typeof wanted === 'string') {
    return isScalar(found) && found.value === wanted;
  }
  const { role, path, engine } = wanted;
  return (
    isMap(found) &&
    found.get('role') === role &&
    found.get('path') === path &&
    (found.get('engine') ?? 'kv') === (engine ?? 'kv')
  );
}

function nested(path: string[], wanted: string | GrantValues): string {
  const value =
    typeof wanted === 'string'
      ? wanted
      : {
          role: wanted.role,
          path: wanted.path,
          ...(wanted.engine && { engine: wanted.engine }),
        };
  return stringify(
    path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
    { lineWidth: 0 },
  );
}

function indented(text: string, columns: number): string {
  return text.replace(/^(?=.)/gm, ' '.repeat(columns));
}

function startOf(node: unknown): number {
  return (node as { range: [number, number, number] }).range[0];
}

/** Where a node ends, without the blanks and comments behind it. */
function endOf(node: unknown): number {
  if (isMap(node) && !node.flow && node.items.length > 0) {
    const { key, value } = node.items[node.items.length - 1];
    const ends = isScalar(value) || value ? value : key;
    return endOf(ends);
  }
  return (node as { range: [number, number, number] }).range[1];
}

function columnOf(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}

/** Behind the end of the line in which something ends; a block of text ends with its line. */
function lineEndAfter(text: string, offset: number): number {
  const last = text.slice(0, offset).trimEnd().length;
  const newline = text.indexOf('\n', last);
  return newline < 0 ? text.length : newline + 1;
}

/** One hunk: everything between the first and the last line that differ. */
function unifiedDiff(options: {
  from: string;
  to: string;
  before: string;
  after: string;
}): string {
  const old = linesOf(options.before);
  const fresh = linesOf(options.after);
  let head = 0;
  while (
    head < Math.min(old.length, fresh.length) &&
    old[head] === fresh[head]
  ) {
    head += 1;
  }
  let tail = 0;
  while (
    tail < Math.min(old.length, fresh.length) - head &&
    old[old.length - 1 - tail] === fresh[fresh.length - 1 - tail]
  ) {
    tail += 1;
  }
  const first = Math.max(0, head - CONTEXT_LINES);
  const behind = old.slice(
    old.length - tail,
    old.length - tail + CONTEXT_LINES,
  );
  const removed = old.slice(head, old.length - tail);
  const added = fresh.slice(head, fresh.length - tail);
  const lead = old.slice(first, head);
  const range = (count: number) =>
    `${count === 0 ? first : first + 1},${count}`;
  const both = lead.length + behind.length;
  return [
    `--- ${options.from}`,
    `+++ ${options.to}`,
    `@@ -${range(both + removed.length)} +${range(both + added.length)} @@`,
    ...lead.map(line => marked(' ', line)),
    ...removed.map(line => marked('-', line)),
    ...added.map(line => marked('+', line)),
    ...behind.map(line => marked(' ', line)),
    '',
  ].join('\n');
}

/** Lines with their ends, so that a last one without an end differs from one with it. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function marked(mark: string, line: string): string {
  return line.endsWith('\n')
    ? `${mark}${line.slice(0, -1)}`
    : `${mark}${line}\n\\ No newline at end of file`;
}
