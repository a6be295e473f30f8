import { JsonObject, JsonValue } from '@backstage/types';

/** What of a value may stand in the trail; what no schema names may not. */
export type TrailSchema =
  | 'keep'
  | 'redact'
  | { fields: Record<string, TrailSchema> }
  | { items: TrailSchema };

/** Stands for what is not shown. */
export const REDACTED = '[redacted]';

const SECRET_NAME =
  /(passw(or)?d|secret|token|api_?key|private_?key|credential|authorization|cookie|connection_?string|database_?url)/i;
const SECRET_VALUE =
  /(-----BEGIN [A-Z ]*PRIVATE KEY-----|\bhv[sbr]\.[\w-]{20,}|\bey[\w-]{10,}\.ey[\w-]{10,}\.|\bBearer\s+[\w.~+/-]{16,}|\/\/[^/\s:@]+:[^/\s@]+@)/;

/** A copy with nothing but what the schema names, and without what looks like a secret all the same. */
export function redact(
  value: JsonValue | undefined,
  schema: TrailSchema,
): JsonValue | undefined {
  if (value === undefined || schema === 'keep') {
    return value === undefined ? undefined : mask(value);
  }
  if (schema === 'redact' || value === null || typeof value !== 'object') {
    return REDACTED;
  }
  if ('items' in schema) {
    return Array.isArray(value)
      ? value.map(item => redact(item, schema.items)!)
      : REDACTED;
  }
  if (Array.isArray(value)) {
    return REDACTED;
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .map(([key, field]) => [
        key,
        SECRET_NAME.test(key)
          ? REDACTED
          : redact(
              field,
              Object.hasOwn(schema.fields, key) ? schema.fields[key] : 'redact',
            )!,
      ]),
  ) as JsonObject;
}

/** A copy without what looks like a secret, by its name or by itself. */
export function mask(value: JsonValue): JsonValue {
  if (typeof value === 'string') {
    return SECRET_VALUE.test(value) ? REDACTED : value;
  }
  if (Array.isArray(value)) {
    return value.map(mask);
  }
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, field]) => field !== undefined)
        .map(([key, field]) => [
          key,
          SECRET_NAME.test(key) ? REDACTED : mask(field!),
        ]),
    ) as JsonObject;
  }
  return value;
}
