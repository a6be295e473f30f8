import { ErrorObject, ValidateFunction } from 'ajv';
import { FieldPath, formatPath } from './fieldPath';
import { FieldProblem, PositionedDocument } from './PositionedDocument';
import { readPositionedDocuments } from './readPositionedDocuments';

/** A problem of a file of definitions. */
export interface DefinitionProblem extends FieldProblem {
  /** `metadata.name` of the document, as far as it could be read. */
  name?: string;
}

/** Tells what is wrong with a field of a document. */
export type ReportProblem = (path: FieldPath, message: string) => void;

/** How the files of one kind of definition are read. */
export interface DefinitionKind<Document, Definition> {
  /** What people call one, and several: `policy`, `policies`. */
  noun: string;
  nouns: string;
  /** No file is longer. */
  maxCharacters: number;
  /** The compiled JSON Schema of a document, with `allErrors`. */
  validate: ValidateFunction<Document>;
  /**
   * The definition of a document that the schema lets pass. What the schema cannot say is reported; then it is not used.
   */
  read(
    document: Document,
    context: { report: ReportProblem; line: number },
  ): Definition | undefined;
  /** Words for a violation of the schema, where the common ones say too little. */
  describe?(error: ErrorObject, field: string): string | undefined;
}

/** What was read from one file. */
export interface ReadDefinitions<Definition> {
  definitions: Array<{
    definition: Definition;
    name: string;
    /** 1-based line where the document begins. */
    line: number;
  }>;
  problems: DefinitionProblem[];
  /** Names that documents with problems give themselves: what was right before may go on being used. */
  broken: string[];
}

/**
 * Reads a file of one or several definitions, each a YAML document with a unique `metadata.name`. It does not throw: what is
 * wrong is in `problems`, with file, line and field, and the documents that are right are used.
 */
export function readDefinitions<Document, Definition>(
  text: string,
  options: { file: string; kind: DefinitionKind<Document, Definition> },
): ReadDefinitions<Definition> {
  const { file, kind } = options;
  const result: ReadDefinitions<Definition> = {
    definitions: [],
    problems: [],
    broken: [],
  };
  const whole = (message: string) => ({
    ...result,
    problems: [{ file, line: 1, column: 1, field: '', message }],
  });
  if (text.length > kind.maxCharacters) {
    return whole(`The file is larger than ${kind.maxCharacters / 1024} KiB`);
  }
  const documents = readPositionedDocuments(text, file);
  if (documents.length === 0) {
    return whole(`The file has no ${kind.noun}`);
  }
  for (const document of documents) {
    readDocument(document, kind, result);
  }
  return result;
}

function readDocument<Document, Definition>(
  document: PositionedDocument,
  kind: DefinitionKind<Document, Definition>,
  result: ReadDefinitions<Definition>,
): void {
  const { value, problems } = plainValue(document);
  result.problems.push(...problems);
  if (problems.length > 0) {
    return;
  }
  const name = nameOf(value);
  let isSound = true;
  const report: ReportProblem = (path, message) => {
    isSound = false;
    result.problems.push({
      ...document.problem(path, message),
      ...(name !== undefined && { name }),
    });
  };
  let definition: Definition | undefined;
  if (!kind.validate(value)) {
    for (const error of (kind.validate.errors ?? []).filter(isTelling)) {
      const path = pathOf(error, value);
      report(path, describe(error, formatPath(path), kind));
    }
  } else if (result.definitions.some(other => other.name === name)) {
    report(
      ['metadata', 'name'],
      `There are two ${kind.nouns} "${name}" in this file; the first one is used`,
    );
  } else {
    definition = kind.read(value, { report, line: document.line });
  }
  if (isSound && definition !== undefined && name !== undefined) {
    result.definitions.push({ definition, name, line: document.line });
  } else if (name !== undefined) {
    result.broken.push(name);
  }
}

function plainValue(document: PositionedDocument): {
  value?: unknown;
  problems: FieldProblem[];
} {
  const problems = document.syntaxProblems;
  if (problems.length > 0) {
    return { problems };
  }
  try {
    return { value: document.toJS(), problems };
  } catch (error) {
    // Aliases that expand without bound end here.
    const message = `Not valid YAML: ${String(error)}`;
    return { problems: [document.problem([], message)] };
  }
}

function nameOf(value: unknown): string | undefined {
  const name = (value as { metadata?: { name?: unknown } } | null | undefined)
    ?.metadata?.name;
  return typeof name === 'string' ? name : undefined;
}

/** The branches of a choice, and the pattern behind a name, say nothing of their own. */
function isTelling({ schemaPath }: ErrorObject): boolean {
  return !/\/((anyOf|oneOf)\/\d+|propertyNames)\/./.test(schemaPath);
}

function pathOf(error: ErrorObject, value: unknown): FieldPath {
  const path: FieldPath = [];
  let at: unknown = value;
  for (const escaped of error.instancePath.split('/').slice(1)) {
    const part = escaped.replace(/~1/g, '/').replace(/~0/g, '~');
    path.push(Array.isArray(at) ? Number(part) : part);
    at = (at as Record<string, unknown> | undefined)?.[part];
  }
  const { missingProperty, additionalProperty, propertyName } = error.params;
  const named = additionalProperty ?? missingProperty ?? propertyName;
  return named === undefined ? path : [...path, named];
}

function describe<Document, Definition>(
  error: ErrorObject,
  path: string,
  kind: DefinitionKind<Document, Definition>,
): string {
  const field = path || 'The document';
  const own = kind.describe?.(error, field);
  if (own !== undefined) {
    return own;
  }
  switch (error.keyword) {
    case 'required':
      return `${field} is missing`;
    case 'additionalProperties':
      return `A ${kind.noun} has no field ${field}`;
    case 'const':
      return `${field} must be ${JSON.stringify(error.params.allowedValue)}`;
    case 'enum':
      return `${field} must be one of ${error.params.allowedValues.join(', ')}`;
    default:
      return `${field} ${error.message}`;
  }
}
