import { DomainError, InvalidInputError } from '../problems/DomainError.ts';
import type { DocumentSchema, IndexValue, ListOptions } from './types.ts';

const NAME = /^[a-z][a-z0-9_]{0,39}$/;

/** The document was changed by somebody else meanwhile: read it again. */
export class VersionChangedError extends DomainError {
  constructor(options: { id: string; ifVersion: number }) {
    super({
      kind: 'precondition-failed',
      code: 'version-changed',
      message: `Document ${options.id} is not at version ${options.ifVersion} any more. Read it again.`,
    });
  }
}

/** @throws Error for names that no adapter could use */
export function checkDocumentSchema(schema: DocumentSchema<never>): void {
  for (const name of [schema.name, ...Object.keys(schema.indexes ?? {})]) {
    if (!NAME.test(name)) {
      throw new Error(
        `"${name}" is no name for a collection or index: lower case letters, digits and _, at most 40`,
      );
    }
  }
}

/** How many versions are kept. */
export function versionsKept(
  schema: Pick<DocumentSchema<never>, 'keepVersions'>,
): number {
  return Math.max(1, schema.keepVersions ?? 20);
}

/** What a document is found by. */
export function indexKeys<T>(
  schema: DocumentSchema<T>,
  value: T,
): Record<string, IndexValue> {
  const keys: Record<string, IndexValue> = {};
  for (const [name, read] of Object.entries(schema.indexes ?? {})) {
    const key = read(value);
    if (key !== undefined) {
      keys[name] = key;
    }
  }
  return keys;
}

/** The conditions of a list. @throws Error for a name that is no index: that would read every document */
export function listConditions(
  schema: DocumentSchema<never>,
  options: ListOptions,
): Record<string, IndexValue> {
  const where = options.where ?? {};
  for (const name of Object.keys(where)) {
    if (!schema.indexes?.[name]) {
      throw new Error(`Collection ${schema.name} has no index ${name}`);
    }
  }
  return where;
}

/** Makes the opaque cursor that goes on after an id. */
export function encodeDocumentCursor(id: string): string {
  return Buffer.from(JSON.stringify([1, id])).toString('base64url');
}

/** @throws InvalidInputError `invalid-cursor` */
export function decodeDocumentCursor(cursor: string): string {
  try {
    const [form, id] = JSON.parse(
      Buffer.from(cursor, 'base64url').toString('utf8'),
    );
    if (form === 1 && typeof id === 'string' && !id.includes('\0')) {
      return id;
    }
  } catch {
    // Told below.
  }
  const message = 'is not one of this service';
  throw new InvalidInputError({
    code: 'invalid-cursor',
    message: `The cursor ${message}.`,
    fields: [{ in: 'query', field: 'cursor', message }],
  });
}
