import { createContractAjv } from '../ajv.ts';

/** A JSON Schema as the contracts use it: a plain object, no references. */
export type JsonSchema = Record<string, unknown>;

/** Where in a document, and what about it. */
export interface Difference {
  /** JSON pointer; `*` stands for every item, a pattern for its properties. */
  path: string;
  message: string;
}

/** Says nothing about which documents are valid. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  'title',
  'description',
  'examples',
  'example',
  'default',
  'deprecated',
  '$comment',
  'x-unit',
]);

const LOWER_BOUNDS = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems'];
const UPPER_BOUNDS = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems'];
/** Keywords without an order: equal, or absent in the wider schema. */
const EXACT = ['pattern', 'format', 'multipleOf', 'uniqueItems'];

const KNOWN = new Set([
  ...ANNOTATIONS,
  ...LOWER_BOUNDS,
  ...UPPER_BOUNDS,
  ...EXACT,
  'type',
  'enum',
  'const',
  'anyOf',
  'oneOf',
  'allOf',
  'properties',
  'patternProperties',
  'additionalProperties',
  'required',
  'items',
]);

const ajv = createContractAjv({ strict: false });

const same = (a: unknown, b: unknown) =>
  JSON.stringify(a) === JSON.stringify(b);

/** A schema without references; absent and `true` allow everything. */
export function asSchema(schema: unknown): JsonSchema {
  if (schema === undefined || schema === true) {
    return {};
  }
  return schema === false ? { enum: [] } : (schema as JsonSchema);
}

function typesOf(schema: JsonSchema): string[] | undefined {
  if (schema.type === undefined) {
    return undefined;
  }
  return Array.isArray(schema.type)
    ? (schema.type as string[])
    : [schema.type as string];
}

/** The listed values, when a schema allows nothing else. */
export function valuesOf(schema: JsonSchema): unknown[] | undefined {
  if ('const' in schema) {
    return [schema.const];
  }
  if (Array.isArray(schema.enum)) {
    return schema.enum;
  }
  const branches = (schema.anyOf ?? schema.oneOf) as unknown[] | undefined;
  if (branches) {
    const lists = branches.map(branch => valuesOf(asSchema(branch)));
    return lists.includes(undefined)
      ? undefined
      : lists.flatMap(list => list as unknown[]);
  }
  return undefined;
}

function branchesOf(schema: JsonSchema): JsonSchema[] | undefined {
  const branches = (schema.anyOf ?? schema.oneOf) as unknown[] | undefined;
  if (!branches) {
    return undefined;
  }
  const { anyOf: _any, oneOf: _one, ...rest } = schema;
  return branches.map(branch => mergeAll([rest, asSchema(branch)]));
}

/** All of several schemas as one, where they speak of different things. */
export function mergeAll(schemas: readonly JsonSchema[]): JsonSchema {
  const merged: JsonSchema = {};
  for (const schema of schemas) {
    for (const [keyword, value] of Object.entries(schema)) {
      if (!(keyword in merged) || ANNOTATIONS.has(keyword)) {
        merged[keyword] = value;
      } else if (keyword === 'required') {
        merged.required = [
          ...new Set([
            ...(merged.required as string[]),
            ...(value as string[]),
          ]),
        ];
      } else if (keyword === 'properties') {
        const known = merged.properties as Record<string, JsonSchema>;
        merged.properties = { ...known };
        for (const [name, property] of Object.entries(value as object)) {
          (merged.properties as JsonSchema)[name] = known[name]
            ? mergeAll([known[name], property])
            : property;
        }
      } else if (!same(merged[keyword], value)) {
        throw new Error(
          `These schemas cannot be merged: both have ${keyword}, and it differs`,
        );
      }
    }
  }
  return merged;
}

function flatten(schema: JsonSchema): JsonSchema {
  if (!Array.isArray(schema.allOf)) {
    return schema;
  }
  const { allOf, ...rest } = schema;
  return mergeAll([rest, ...allOf.map(part => flatten(asSchema(part)))]);
}

/** Whether a value of the JSON type `narrow` is one of the types. */
function typeIsAllowed(narrow: string, wide: readonly string[]): boolean {
  return (
    wide.includes(narrow) || (narrow === 'integer' && wide.includes('number'))
  );
}

function objectOf(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}

/** Whether a schema allows no value at all. */
function isNothing(schema: JsonSchema): boolean {
  return same(schema, { enum: [] });
}

function patternOf(schema: JsonSchema, name: string): JsonSchema | undefined {
  const match = Object.entries(objectOf(schema.patternProperties)).find(
    ([pattern]) => new RegExp(pattern, 'u').test(name),
  );
  return match && flatten(asSchema(match[1]));
}

/** The schema of a property, listed or not. */
function propertyOf(schema: JsonSchema, name: string): JsonSchema {
  const listed = objectOf(schema.properties)[name];
  return listed === undefined
    ? (patternOf(schema, name) ??
        flatten(asSchema(schema.additionalProperties)))
    : flatten(asSchema(listed));
}

/**
 * Where a document that `narrow` allows may be one that `wide` does not. Nothing
 * found means: each document valid under `narrow` is valid under `wide`. It errs
 * on the side of finding too much; keywords it does not know count as a difference.
 */
export function findBeyond(
  narrowSchema: unknown,
  wideSchema: unknown,
  path = '',
): Difference[] {
  const narrow = flatten(asSchema(narrowSchema));
  const wide = flatten(asSchema(wideSchema));
  if (same(narrow, wide)) {
    return [];
  }
  const unknown = [...Object.keys(narrow), ...Object.keys(wide)].filter(
    keyword => !KNOWN.has(keyword) && !same(narrow[keyword], wide[keyword]),
  );
  if (unknown.length > 0) {
    return [
      { path, message: `${unknown.join(', ')} differs and cannot be compared` },
    ];
  }
  if (isNothing(wide)) {
    return [{ path, message: 'is no longer allowed' }];
  }
  const narrowValues = valuesOf(narrow);
  if (narrowValues) {
    const lost = narrowValues.filter(value => !ajv.validate(wide, value));
    return lost.length === 0
      ? []
      : [{ path, message: `no longer allows ${lost.map(String).join(', ')}` }];
  }
  if (valuesOf(wide)) {
    return [{ path, message: 'is no longer any value, but a listed one' }];
  }
  const narrowBranches = branchesOf(narrow);
  if (narrowBranches) {
    return narrowBranches.flatMap(branch => findBeyond(branch, wide, path));
  }
  const wideBranches = branchesOf(wide);
  if (wideBranches) {
    const attempts = wideBranches.map(branch =>
      findBeyond(narrow, branch, path),
    );
    return attempts.some(found => found.length === 0)
      ? []
      : [{ path, message: 'fits none of the alternatives' }];
  }
  return [
    ...compareTypes(narrow, wide, path),
    ...compareBounds(narrow, wide, path),
    ...compareObjects(narrow, wide, path),
    ...compareItems(narrow, wide, path),
  ];
}

function compareTypes(
  narrow: JsonSchema,
  wide: JsonSchema,
  path: string,
): Difference[] {
  const wideTypes = typesOf(wide);
  if (!wideTypes) {
    return [];
  }
  const narrowTypes = typesOf(narrow);
  if (!narrowTypes) {
    return [{ path, message: `is now only ${wideTypes.join(' or ')}` }];
  }
  const lost = narrowTypes.filter(type => !typeIsAllowed(type, wideTypes));
  return lost.length === 0
    ? []
    : [
        {
          path,
          message: `was ${[...new Set(lost)].join(' or ')}, is ${wideTypes.join(' or ')}`,
        },
      ];
}

function compareBounds(
  narrow: JsonSchema,
  wide: JsonSchema,
  path: string,
): Difference[] {
  const found: Difference[] = [];
  const tightened = (keyword: string) =>
    found.push({
      path,
      message: `${keyword} ${String(wide[keyword])} is stricter than ${String(narrow[keyword] ?? 'none')}`,
    });
  for (const keyword of LOWER_BOUNDS) {
    const bound = wide[keyword] as number | undefined;
    const was = (narrow[keyword] as number | undefined) ?? -Infinity;
    if (bound !== undefined && was < bound) {
      tightened(keyword);
    }
  }
  for (const keyword of UPPER_BOUNDS) {
    const bound = wide[keyword] as number | undefined;
    const was = (narrow[keyword] as number | undefined) ?? Infinity;
    if (bound !== undefined && was > bound) {
      tightened(keyword);
    }
  }
  for (const keyword of EXACT) {
    if (wide[keyword] !== undefined && !same(narrow[keyword], wide[keyword])) {
      tightened(keyword);
    }
  }
  return found;
}

function mayBe(schema: JsonSchema, type: string): boolean {
  return typesOf(schema)?.includes(type) ?? true;
}

function compareObjects(
  narrow: JsonSchema,
  wide: JsonSchema,
  path: string,
): Difference[] {
  if (!mayBe(narrow, 'object') || !mayBe(wide, 'object')) {
    return [];
  }
  const found: Difference[] = [];
  const required = new Set((narrow.required as string[] | undefined) ?? []);
  for (const name of (wide.required as string[] | undefined) ?? []) {
    if (!required.has(name)) {
      found.push({ path: `${path}/${name}`, message: 'is now required' });
    }
  }
  // A name that was never declared was never promised: open objects grow that way.
  for (const name of Object.keys(objectOf(narrow.properties))) {
    found.push(
      ...findBeyond(
        propertyOf(narrow, name),
        propertyOf(wide, name),
        `${path}/${name}`,
      ),
    );
  }
  for (const name of Object.keys(objectOf(wide.properties))) {
    const was = patternOf(narrow, name);
    if (was && !Object.hasOwn(objectOf(narrow.properties), name)) {
      found.push(...findBeyond(was, propertyOf(wide, name), `${path}/${name}`));
    }
  }
  for (const [pattern, was] of Object.entries(
    objectOf(narrow.patternProperties),
  )) {
    const is =
      objectOf(wide.patternProperties)[pattern] ?? wide.additionalProperties;
    found.push(...findBeyond(was, is, `${path}/${pattern}`));
  }
  if (narrow.additionalProperties !== false) {
    found.push(
      ...findBeyond(
        narrow.additionalProperties,
        wide.additionalProperties,
        `${path}/*`,
      ),
    );
  }
  return found;
}

function compareItems(
  narrow: JsonSchema,
  wide: JsonSchema,
  path: string,
): Difference[] {
  if (!mayBe(narrow, 'array') || wide.items === undefined) {
    return [];
  }
  return findBeyond(narrow.items, wide.items, `${path}/*`);
}
