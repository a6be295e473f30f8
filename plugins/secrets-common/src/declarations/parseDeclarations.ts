import {
  FieldPath,
  formatPath,
  readPositionedDocuments,
} from '@shopfloor/yaml-positions';
import { Ajv, ErrorObject } from 'ajv';
import { DeclarationProblem } from '../api/types';
import { inOrder, referenceOf } from '../plan/names';
import { ACCESS_OF_KIND, SecretDeclaration, SecretKind } from '../secret';
import { declarationsSchema } from './declarationsSchema';

/** No file of declarations is longer, in characters. */
export const MAX_DECLARATIONS_CHARACTERS = 128 * 1024;

interface DeclarationsDocument {
  metadata: { name: string };
  spec: {
    secrets: Array<
      Omit<SecretDeclaration, 'readers'> &
        Partial<Pick<SecretDeclaration, 'readers'>>
    >;
  };
}

/** What a file declares, and what is wrong in it. */
export interface ParsedDeclarations {
  /** Those that are right. */
  secrets: SecretDeclaration[];
  problems: DeclarationProblem[];
}

const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile<DeclarationsDocument>(declarationsSchema);

/** Which field says where a secret of a kind is. */
const PLACE_OF_KIND: Record<SecretKind, 'path' | 'role' | 'key'> = {
  kv: 'path',
  database: 'role',
  pki: 'role',
  transit: 'key',
};

/**
 * Reads a `secrets.yaml`. It does not throw: what is wrong is in `problems`, with file, line and field. Of a file whose shape is
 * wrong nothing is used; else all that is right.
 *
 * @param options - `service`: whose file it is, by the catalog or by its folder; the file may not say another
 */
export function parseDeclarations(
  source: string,
  options: { file: string; service: string },
): ParsedDeclarations {
  const { file, service } = options;
  const result: ParsedDeclarations = { secrets: [], problems: [] };
  const whole = (message: string) =>
    result.problems.push({ file, line: 1, column: 1, field: '', message });
  if (source.length > MAX_DECLARATIONS_CHARACTERS) {
    whole(`The file is larger than ${MAX_DECLARATIONS_CHARACTERS / 1024} KiB`);
    return result;
  }
  const documents = readPositionedDocuments(source, file);
  if (documents.length !== 1) {
    whole(`The file has ${documents.length} documents; it must have one`);
    return result;
  }
  const [document] = documents;
  const report = (path: FieldPath, message: string) =>
    result.problems.push(document.problem(path, message));
  if (document.syntaxProblems.length > 0) {
    result.problems.push(...document.syntaxProblems);
    return result;
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    report([], `Not valid YAML: ${String(error)}`);
    return result;
  }
  if (!validate(value)) {
    for (const error of validate.errors ?? []) {
      const path = pathOf(error, value);
      report(path, describe(error, path));
    }
    return result;
  }
  if (value.metadata.name !== service) {
    report(
      ['metadata', 'name'],
      `metadata.name is "${value.metadata.name}", but the file belongs to ${service}; nobody declares secrets of another`,
    );
    return result;
  }
  const places = new Map<string, string>();
  const names = new Set<string>();
  value.spec.secrets.forEach((given, index) => {
    const at = (...rest: FieldPath): FieldPath => [
      'spec',
      'secrets',
      index,
      ...rest,
    ];
    const before = result.problems.length;
    const declaration: SecretDeclaration = {
      ...given,
      access: inOrder(given.access),
      readers: given.readers ?? [],
    };
    const { kind, name, readers } = declaration;
    for (const field of ['path', 'role', 'key'] as const) {
      if (declaration[field] !== undefined && PLACE_OF_KIND[kind] !== field) {
        report(at(field), `A secret of kind ${kind} has no ${field}`);
      }
    }
    given.access.forEach((access, position) => {
      if (!ACCESS_OF_KIND[kind].includes(access)) {
        report(
          at('access', position),
          `A secret of kind ${kind} has no access "${access}", but ${ACCESS_OF_KIND[kind].join(', ')}`,
        );
      }
    });
    const place = referenceOf(service, declaration).path;
    if (
      kind !== 'kv' &&
      place !== service &&
      !place.startsWith(`${service}-`)
    ) {
      report(
        at(PLACE_OF_KIND[kind]),
        `"${place}" does not belong to ${service}; it must begin with ${service}-`,
      );
    }
    if (readers.includes(service)) {
      report(at('readers'), `${service} need not be a reader of its own`);
    }
    if (names.has(name)) {
      report(at('name'), `There are two secrets "${name}"`);
    }
    names.add(name);
    const other = places.get(`${kind} ${place}`);
    if (other !== undefined && other !== name) {
      report(at(), `"${name}" and "${other}" are both ${kind} ${place}`);
    }
    places.set(`${kind} ${place}`, name);
    if (result.problems.length === before) {
      result.secrets.push(declaration);
    }
  });
  return result;
}

function pathOf(error: ErrorObject, value: unknown): FieldPath {
  const path: FieldPath = [];
  let at: unknown = value;
  for (const escaped of error.instancePath.split('/').slice(1)) {
    const part = escaped.replace(/~1/g, '/').replace(/~0/g, '~');
    path.push(Array.isArray(at) ? Number(part) : part);
    at = (at as Record<string, unknown> | undefined)?.[part];
  }
  const { missingProperty, additionalProperty } = error.params;
  const named = additionalProperty ?? missingProperty;
  return named === undefined ? path : [...path, named];
}

function describe(error: ErrorObject, path: FieldPath): string {
  const field = formatPath(path) || 'The document';
  switch (error.keyword) {
    case 'required':
      return `${field} is missing`;
    case 'additionalProperties':
      return `Declarations have no field ${field}`;
    case 'const':
      return `${field} must be ${JSON.stringify(error.params.allowedValue)}`;
    case 'enum':
      return `${field} must be one of ${error.params.allowedValues.join(', ')}`;
    default:
      return `${field} ${error.message}`;
  }
}
