import {
  asSchema,
  type Difference,
  findBeyond,
  type JsonSchema,
} from './schemaSubset.ts';

function objectOf(value: unknown): Record<string, unknown> {
  return (value ?? {}) as Record<string, unknown>;
}

function typesOf(schema: JsonSchema): string[] {
  return schema.type === undefined ? [] : [schema.type].flat().map(String);
}

/**
 * What `older` promised its readers and `newer` does not: a property that is gone
 * or no longer always there, a value of another type. More values of a list are no
 * broken promise; a reader that must not meet them says so in its expectations.
 */
export function findLostPromises(
  older: unknown,
  newer: unknown,
  path = '',
): Difference[] {
  const was = asSchema(older);
  const is = asSchema(newer);
  const found: Difference[] = [];
  const added = typesOf(is).filter(
    type =>
      typesOf(was).length > 0 &&
      !typesOf(was).includes(type) &&
      !(type === 'integer' && typesOf(was).includes('number')),
  );
  if (added.length > 0) {
    found.push({ path, message: `may now be ${added.join(' or ')}` });
  }
  const properties = objectOf(is.properties);
  const required = new Set((is.required as string[] | undefined) ?? []);
  for (const name of (was.required as string[] | undefined) ?? []) {
    if (!required.has(name)) {
      found.push({
        path: `${path}/${name}`,
        message: 'was always there and no longer is',
      });
    }
  }
  for (const [name, property] of Object.entries(objectOf(was.properties))) {
    if (Object.hasOwn(properties, name)) {
      found.push(
        ...findLostPromises(property, properties[name], `${path}/${name}`),
      );
    } else if (!((was.required as string[] | undefined) ?? []).includes(name)) {
      found.push({ path: `${path}/${name}`, message: 'was removed' });
    }
  }
  for (const [pattern, property] of Object.entries(
    objectOf(was.patternProperties),
  )) {
    found.push(
      ...findLostPromises(
        property,
        objectOf(is.patternProperties)[pattern] ?? is.additionalProperties,
        `${path}/${pattern}`,
      ),
    );
  }
  if (was.items !== undefined) {
    found.push(...findLostPromises(was.items, is.items, `${path}/*`));
  }
  return found;
}

/**
 * Why `newer` may not follow `older` within one version of a type: what was written
 * under `older` must stay valid (backward), and what its readers rely on must stay.
 * Backward-transitive is this against every published schema, not only the last.
 */
export function findBreakingChanges(
  older: unknown,
  newer: unknown,
): Difference[] {
  return unique([
    ...findBeyond(older, newer),
    ...findLostPromises(older, newer),
  ]);
}

/**
 * Why a consumer's expectation does not hold for a producer: what the producer may
 * send and the consumer does not take, and what the consumer reads and the
 * producer never promised.
 */
export function findUnmetExpectations(
  producer: unknown,
  consumer: unknown,
): Difference[] {
  return unique([
    ...findBeyond(producer, consumer),
    ...findUndeclared(producer, consumer, ''),
  ]);
}

function findUndeclared(
  producer: unknown,
  consumer: unknown,
  path: string,
): Difference[] {
  const gives = asSchema(producer);
  const reads = asSchema(consumer);
  const found: Difference[] = [];
  for (const [name, property] of Object.entries(objectOf(reads.properties))) {
    const given =
      objectOf(gives.properties)[name] ??
      Object.entries(objectOf(gives.patternProperties)).find(([pattern]) =>
        new RegExp(pattern, 'u').test(name),
      )?.[1];
    found.push(
      ...(given === undefined
        ? [{ path: `${path}/${name}`, message: 'is read but never sent' }]
        : findUndeclared(given, property, `${path}/${name}`)),
    );
  }
  if (reads.items !== undefined && gives.items !== undefined) {
    found.push(...findUndeclared(gives.items, reads.items, `${path}/*`));
  }
  return found;
}

function unique(differences: readonly Difference[]): Difference[] {
  return [
    ...new Map(
      differences.map(difference => [
        `${difference.path} ${difference.message}`,
        difference,
      ]),
    ).values(),
  ];
}

/** Differences as lines that name the place. */
export function describeDifferences(
  differences: readonly Difference[],
): string[] {
  return differences.map(({ path, message }) => `${path || '/'} ${message}`);
}
