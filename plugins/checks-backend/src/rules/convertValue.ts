import { JsonValue } from '@backstage/types';
import { EvidenceType, fieldName } from '@shopfloor/plugin-checks-node';

/** Lists longer than this are refused, so that rules that go through them stay quick. */
export const MAX_LIST_ITEMS = 500;

/** A value that is not what its type says. */
export class EvidenceTypeError extends Error {
  override readonly name = 'EvidenceTypeError';
}

/**
 * Checks a value against its type and makes it what CEL works on: whole numbers become BigInt, objects instances of the class
 * that stands for their type, so that a rule sees the same types at work as when it was checked.
 *
 * @throws EvidenceTypeError that names the place, for example `workloads[2].replicas`
 */
export function convertValue(options: {
  value: JsonValue | undefined;
  type: EvidenceType;
  path: string;
  /** Makes an instance for an object type. */
  instance: (
    type: { object: Record<string, EvidenceType> },
    fields: Record<string, unknown>,
  ) => unknown;
}): unknown {
  const { value, type, path, instance } = options;
  const fail = (expected: string): never => {
    throw new EvidenceTypeError(`${path} must be ${expected}`);
  };
  if (type === 'string') {
    return typeof value === 'string' ? value : fail('a text');
  }
  if (type === 'bool') {
    return typeof value === 'boolean' ? value : fail('true or false');
  }
  if (type === 'int') {
    return Number.isSafeInteger(value)
      ? BigInt(value as number)
      : fail('a whole number');
  }
  if (type === 'double') {
    return typeof value === 'number' ? value : fail('a number');
  }
  if ('list' in type) {
    if (!Array.isArray(value)) {
      return fail('a list');
    }
    if (value.length > MAX_LIST_ITEMS) {
      return fail(`a list of at most ${MAX_LIST_ITEMS} items`);
    }
    return value.map((item, index) =>
      convertValue({
        value: item,
        type: type.list,
        path: `${path}[${index}]`,
        instance,
      }),
    );
  }
  if (!value || typeof value !== 'object' || Array.isArray(value)) {
    return fail('a mapping');
  }
  if ('map' in type) {
    return new Map(
      Object.entries(value).map(([key, item]) => [
        key,
        convertValue({
          value: item,
          type: type.map,
          path: `${path}.${key}`,
          instance,
        }),
      ]),
    );
  }
  const fields: Record<string, unknown> = {};
  const known = new Set<string>();
  for (const [field, fieldType] of Object.entries(type.object)) {
    const { name, optional } = fieldName(field);
    known.add(name);
    if (value[name] === undefined && optional) {
      continue;
    }
    fields[name] = convertValue({
      value: value[name],
      type: fieldType,
      path: `${path}.${name}`,
      instance,
    });
  }
  const extra = Object.keys(value).find(key => !known.has(key));
  if (extra !== undefined) {
    throw new EvidenceTypeError(`${path} has no field ${extra}`);
  }
  return instance(type, fields);
}

/** Checks a value as {@link convertValue} does. */
export function assertEvidenceType(
  value: JsonValue | undefined,
  type: EvidenceType,
  path: string,
): void {
  convertValue({ value, type, path, instance: (_, fields) => fields });
}
