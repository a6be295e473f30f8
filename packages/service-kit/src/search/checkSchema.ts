import type { SearchDocument, SearchSchema } from './types.ts';

const NAME = /^[a-z][a-z0-9_]{0,29}$/;

/** @throws Error for a schema that no adapter could hold */
export function checkSchema(schema: SearchSchema): void {
  for (const name of [schema.name, ...Object.keys(schema.fields)]) {
    if (!NAME.test(name)) {
      throw new Error(
        `"${name}" is no name for an index or field: lower case letters, digits and _, at most 30`,
      );
    }
  }
}

/** The name of a field of the schema. @throws Error when it has no such field of such a kind */
export function requireField(
  schema: SearchSchema,
  field: string,
  kinds: readonly SearchSchema['fields'][string]['kind'][],
): string {
  const found = schema.fields[field];
  if (!found || !kinds.includes(found.kind)) {
    throw new Error(
      `Index ${schema.name} has no field ${field} of kind ${kinds.join(' or ')}`,
    );
  }
  return field;
}

/** A number as it is; a date as milliseconds since 1970. */
export function toNumber(value: unknown, field: string): number | undefined {
  if (value === undefined) {
    return undefined;
  }
  const number = typeof value === 'string' ? Date.parse(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) {
    throw new TypeError(`Field ${field} of a document is no number or date`);
  }
  return number;
}

/** Values of a keyword as a list. */
export function toKeywords(value: unknown): string[] {
  return value === undefined ? [] : ([value].flat() as unknown[]).map(String);
}

/** The last version of each document, in the order of ids, so that two writers never wait for each other in a circle. */
export function latestById<
  T extends Pick<SearchDocument<unknown>, 'id' | 'version'>,
>(items: readonly T[]): T[] {
  const latest = new Map<string, T>();
  for (const item of items) {
    const known = latest.get(item.id);
    if (!known || known.version < item.version) {
      latest.set(item.id, item);
    }
  }
  return [...latest.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}
