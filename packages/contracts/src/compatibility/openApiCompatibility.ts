import { findLostPromises } from './schemaCompatibility.ts';
import {
  asSchema,
  type Difference,
  findBeyond,
  type JsonSchema,
} from './schemaSubset.ts';

/** An OpenAPI 3.1 document as plain data. */
export type OpenApiDocument = Record<string, unknown>;

const METHODS = [
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
];

/** Deepest nesting that is compared; only a schema that contains itself goes deeper. */
const MAX_DEPTH = 12;

function objectOf(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}

/** Puts what references point at in their place, down to a bounded depth. */
function resolve(
  document: OpenApiDocument,
  value: unknown,
  depth = 0,
): unknown {
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (depth > MAX_DEPTH * 2) {
    return {};
  }
  if (Array.isArray(value)) {
    return value.map(item => resolve(document, item, depth + 1));
  }
  const { $ref, ...rest } = value as Record<string, unknown>;
  if (typeof $ref === 'string') {
    let target: unknown = document;
    for (const part of $ref.replace(/^#\//, '').split('/')) {
      target =
        objectOf(target)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
    }
    return {
      ...(resolve(document, target, depth + 1) as object),
      ...(resolve(document, rest, depth + 1) as object),
    };
  }
  return Object.fromEntries(
    Object.entries(rest).map(([key, child]) => [
      key,
      resolve(document, child, depth + 1),
    ]),
  );
}

interface Operation {
  /** Method and path with its parameters unnamed. */
  key: string;
  parameters: Map<string, { required: boolean; schema: unknown }>;
  body?: { required: boolean; schema: JsonSchema };
  responses: Map<string, JsonSchema>;
}

function schemaOfContent(holder: unknown): JsonSchema {
  const content = objectOf(objectOf(holder).content);
  const media =
    content['application/json'] ?? Object.values(content)[0] ?? undefined;
  return asSchema(objectOf(media).schema);
}

/** A path parameter may be renamed: callers give it by place. */
function pathKey(path: string): string {
  return path.replaceAll(/\{[^}]*\}/g, '{}');
}

function operationsOf(document: OpenApiDocument): Map<string, Operation> {
  const operations = new Map<string, Operation>();
  for (const [path, item] of Object.entries(objectOf(document.paths))) {
    const shared = (objectOf(item).parameters as unknown[] | undefined) ?? [];
    for (const method of METHODS) {
      const raw = objectOf(item)[method];
      if (raw) {
        const operation = objectOf(resolve(document, raw));
        const key = `${method.toUpperCase()} ${pathKey(path)}`;
        const body = objectOf(operation.requestBody);
        operations.set(key, {
          key,
          parameters: parametersOf(path, [
            ...(resolve(document, shared) as unknown[]),
            ...((operation.parameters as unknown[] | undefined) ?? []),
          ]),
          body: operation.requestBody
            ? {
                required: body.required === true,
                schema: schemaOfContent(body),
              }
            : undefined,
          responses: new Map(
            Object.entries(objectOf(operation.responses)).map(
              ([status, response]) => [status, schemaOfContent(response)],
            ),
          ),
        });
      }
    }
  }
  return operations;
}

function parametersOf(path: string, list: unknown[]): Operation['parameters'] {
  const places = [...path.matchAll(/\{([^}]*)\}/g)].map(match => match[1]);
  return new Map(
    list.map(entry => {
      const parameter = objectOf(entry);
      const name =
        parameter.in === 'path'
          ? `{${places.indexOf(String(parameter.name))}}`
          : String(parameter.name).toLowerCase();
      return [
        `${String(parameter.in)} ${name}`,
        { required: parameter.required === true, schema: parameter.schema },
      ];
    }),
  );
}

function under(place: string, differences: Difference[]): Difference[] {
  return differences.map(({ path, message }) => ({
    path: `${place}${path}`,
    message,
  }));
}

function compareRequests(older: Operation, newer: Operation): Difference[] {
  const found: Difference[] = [];
  for (const [name, { required, schema }] of newer.parameters) {
    const was = older.parameters.get(name);
    const place = `${older.key} ${name}`;
    if (!was && required) {
      found.push({ path: place, message: 'is a new required parameter' });
    } else if (was) {
      if (required && !was.required) {
        found.push({ path: place, message: 'is now required' });
      }
      found.push(...under(place, findBeyond(was.schema, schema)));
    }
  }
  for (const name of older.parameters.keys()) {
    if (!newer.parameters.has(name)) {
      found.push({
        path: `${older.key} ${name}`,
        message: 'is a parameter that was removed',
      });
    }
  }
  const place = `${older.key} body`;
  if (newer.body) {
    if (!older.body) {
      if (newer.body.required) {
        found.push({ path: place, message: 'is now required' });
      }
    } else {
      if (newer.body.required && !older.body.required) {
        found.push({ path: place, message: 'is now required' });
      }
      found.push(
        ...under(place, findBeyond(older.body.schema, newer.body.schema)),
      );
    }
  }
  return found;
}

function compareResponses(older: Operation, newer: Operation): Difference[] {
  const found: Difference[] = [];
  for (const [status, schema] of older.responses) {
    const is = newer.responses.get(status);
    const place = `${older.key} ${status}`;
    if (is) {
      found.push(...under(place, findLostPromises(schema, is)));
    } else if (status.startsWith('2')) {
      found.push({ path: place, message: 'is an answer that was removed' });
    }
  }
  return found;
}

/**
 * What a caller of `older` would trip over in `newer`: operations, answers and
 * properties that are gone, and requests that were good and are refused now.
 */
export function findBreakingApiChanges(
  older: OpenApiDocument,
  newer: OpenApiDocument,
): Difference[] {
  const now = operationsOf(newer);
  return [...operationsOf(older).values()].flatMap(operation => {
    const same = now.get(operation.key);
    return same
      ? [
          ...compareRequests(operation, same),
          ...compareResponses(operation, same),
        ]
      : [{ path: operation.key, message: 'was removed' }];
  });
}
