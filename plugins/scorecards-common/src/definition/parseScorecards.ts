import { Ajv, ErrorObject } from 'ajv';
import {
  FieldPath,
  formatPath,
  PositionedDocument,
  readPositionedDocuments,
} from '@shopfloor/yaml-positions';
import {
  ParsedScorecards,
  ScorecardCheck,
  ScorecardDefinition,
  ScorecardLevel,
  ScorecardProblem,
} from './types';
import { scorecardSchema } from './scorecardSchema';
import { validateDefinition } from './validateDefinition';

/** No file of scorecards is longer, in characters. */
export const MAX_FILE_CHARACTERS = 512 * 1024;

const DEFAULT_STATES = { ok: 90, atRisk: 70 };

interface ScorecardDocument {
  metadata: Pick<ScorecardDefinition, 'name' | 'title' | 'description'>;
  spec: Pick<ScorecardDefinition, 'owner' | 'appliesTo' | 'categories'> & {
    draft?: boolean;
    states?: ScorecardDefinition['states'];
    levels: Array<Omit<ScorecardLevel, 'threshold'> & { threshold?: number }>;
    checks: Array<Omit<ScorecardCheck, 'weight'> & { weight?: number }>;
  };
}

const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  allowUnionTypes: true,
}).compile<ScorecardDocument>(scorecardSchema);

/**
 * Reads a file of one or several scorecards. It does not throw: what is wrong is in `problems`, with file, line and
 * field, and the documents that are right are used.
 */
export function parseScorecards(
  text: string,
  options: { file: string },
): ParsedScorecards {
  const { file } = options;
  const result: ParsedScorecards = { definitions: [], problems: [] };
  const whole = (message: string) =>
    result.problems.push({ file, line: 1, column: 1, field: '', message });
  if (text.length > MAX_FILE_CHARACTERS) {
    whole(`The file is larger than ${MAX_FILE_CHARACTERS / 1024} KiB`);
    return result;
  }
  const documents = readPositionedDocuments(text, file);
  if (documents.length === 0) {
    whole('The file has no scorecard');
  }
  for (const document of documents) {
    const { value, problems } = read(document);
    const scorecard = nameOf(value);
    const report = (path: FieldPath, message: string) =>
      result.problems.push({
        ...document.problem(path, message),
        ...(scorecard !== undefined && { scorecard }),
      });
    if (problems.length > 0) {
      result.problems.push(...problems);
    } else if (!validate(value)) {
      const errors = (validate.errors ?? []).filter(isTelling);
      for (const error of errors) {
        const path = pathOf(error, value);
        report(path, describe(error, path));
      }
    } else {
      const definition = toDefinition(value);
      const findings = validateDefinition(definition);
      for (const { path, message } of findings) {
        report(path, message);
      }
      if (
        result.definitions.some(other => other.definition.name === scorecard)
      ) {
        report(
          ['metadata', 'name'],
          `There are two scorecards "${scorecard}" in this file; the first one is used`,
        );
      } else if (findings.length === 0) {
        result.definitions.push({ definition, line: document.line });
      }
    }
  }
  return result;
}

function read(document: PositionedDocument): {
  value?: unknown;
  problems: ScorecardProblem[];
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

function toDefinition({
  metadata,
  spec,
}: ScorecardDocument): ScorecardDefinition {
  return {
    name: metadata.name,
    title: metadata.title,
    description: metadata.description,
    owner: spec.owner,
    draft: spec.draft ?? false,
    appliesTo: spec.appliesTo,
    categories: spec.categories,
    levels: spec.levels.map(level => ({ threshold: 100, ...level })),
    states: spec.states ?? DEFAULT_STATES,
    checks: spec.checks.map(check => ({ weight: 1, ...check })),
  };
}

/** The branches of a choice, and the pattern behind a name, say nothing of their own. */
function isTelling(error: ErrorObject): boolean {
  return !/\/(anyOf\/\d+|propertyNames)\/./.test(error.schemaPath);
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

function describe(error: ErrorObject, path: FieldPath): string {
  const field = formatPath(path) || 'The document';
  switch (error.keyword) {
    case 'required':
      return `${field} is missing`;
    case 'additionalProperties':
      return `A scorecard has no field ${field}`;
    case 'const':
      return `${field} must be ${JSON.stringify(error.params.allowedValue)}`;
    case 'anyOf':
      return `${field} must be a text, a list of texts or true`;
    case 'propertyNames':
      return `${field} must begin with kind, metadata. or spec.`;
    default:
      return `${field} ${error.message}`;
  }
}
