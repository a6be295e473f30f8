import Ajv, { ErrorObject } from 'ajv';
import { CheckDefinition, CheckProblem } from '@shopfloor/plugin-checks-common';
import {
  PositionedDocument,
  readPositionedDocuments,
} from '@shopfloor/yaml-positions';
import { RuleLanguage } from '../rules/RuleLanguage';
import { checkSchema } from './checkSchema';
import { CompiledCheck, compileCheck, EvidenceTypes } from './compileCheck';

/** Files larger than this are refused, in characters. */
export const MAX_DEFINITION_CHARACTERS = 200_000;

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

const validate = new Ajv({ allErrors: true, strict: false }).compile(
  checkSchema,
);

/** What {@link parseChecks} needs. */
export interface ParseChecksOptions {
  text: string;
  /** As problems name it. */
  file: string;
  /** Where people find it. */
  url?: string;
  types: EvidenceTypes;
  language: RuleLanguage;
}

/** What was read from one file. */
export interface ParsedChecks {
  checks: CompiledCheck[];
  problems: CheckProblem[];
  /** Names that documents with problems give themselves, as far as they could be read. */
  broken: string[];
}

/** Reads and checks the definitions in a file. It never throws: what is wrong becomes a problem with line and field. */
export function parseChecks(options: ParseChecksOptions): ParsedChecks {
  const { text, file } = options;
  const result: ParsedChecks = { checks: [], problems: [], broken: [] };
  const whole = (message: string): ParsedChecks => ({
    ...result,
    problems: [{ file, line: 1, column: 1, field: '', message }],
  });
  if (text.length > MAX_DEFINITION_CHARACTERS) {
    return whole(`is longer than ${MAX_DEFINITION_CHARACTERS} characters`);
  }
  const documents = readPositionedDocuments(text, file);
  if (documents.length === 0) {
    return whole('has no document');
  }
  for (const document of documents) {
    const { syntaxProblems } = document;
    if (syntaxProblems.length > 0) {
      result.problems.push(...syntaxProblems);
      continue;
    }
    const value = read(document, result.problems);
    if (value === undefined) {
      continue;
    }
    const before = result.problems.length;
    const check = parseDocument(value, document, options, result);
    const name = nameOf(value);
    if (check) {
      result.checks.push(check);
    } else if (name && result.problems.length > before) {
      result.broken.push(name);
    }
  }
  return result;
}

function parseDocument(
  value: unknown,
  document: PositionedDocument,
  options: ParseChecksOptions,
  result: ParsedChecks,
): CompiledCheck | undefined {
  if (!validate(value)) {
    result.problems.push(...explain(validate.errors ?? [], document));
    return undefined;
  }
  const definition = toDefinition(value, {
    file: options.file,
    ...(options.url !== undefined && { url: options.url }),
    line: document.line,
  });
  if (result.checks.some(other => other.definition.name === definition.name)) {
    result.problems.push(
      document.problem(
        ['metadata', 'name'],
        `${definition.name} is defined twice in this file`,
      ),
    );
    return undefined;
  }
  return compileCheck({
    definition,
    types: options.types,
    language: options.language,
    report: (path, message) =>
      result.problems.push(document.problem(['spec', ...path], message)),
  });
}

function read(document: PositionedDocument, problems: CheckProblem[]): unknown {
  try {
    return document.toJS() ?? undefined;
  } catch (error) {
    problems.push(document.problem([], (error as Error).message));
    return undefined;
  }
}

function nameOf(value: unknown): string | undefined {
  const name = (value as { metadata?: { name?: unknown } })?.metadata?.name;
  return typeof name === 'string' ? name : undefined;
}

function toDefinition(
  value: any,
  source: CheckDefinition['source'],
): CheckDefinition {
  const { metadata, spec } = value;
  return {
    name: metadata.name,
    version: metadata.version,
    category: metadata.category,
    title: metadata.title,
    why: metadata.why,
    fix: metadata.fix,
    ...(metadata.fixUrl && { fixUrl: metadata.fixUrl }),
    appliesTo: spec.appliesTo,
    reads: spec.reads,
    freshnessSeconds:
      Number(spec.freshness.slice(0, -1)) * SECONDS[spec.freshness.slice(-1)],
    ...(spec.when !== undefined && { when: spec.when }),
    pass: spec.pass,
    words: spec.words,
    source,
  };
}

/** Problems in people's words; of alternatives only the outermost is told. */
function explain(
  errors: ErrorObject[],
  document: PositionedDocument,
): CheckProblem[] {
  const outermost = errors.filter(
    error =>
      !errors.some(
        other =>
          other !== error &&
          other.keyword === 'oneOf' &&
          error.schemaPath.startsWith(other.schemaPath) &&
          error.schemaPath !== other.schemaPath,
      ),
  );
  return outermost
    .filter(({ keyword }) => keyword !== 'propertyNames')
    .map(error => {
      const path = error.instancePath
        .split('/')
        .slice(1)
        .map(part => part.replace(/~1/g, '/').replace(/~0/g, '~'))
        .map(part => (/^\d+$/.test(part) ? Number(part) : part));
      const { keyword, params } = error;
      if (error.propertyName !== undefined) {
        return document.problem(
          [...path, error.propertyName],
          `the name ${error.propertyName} ${error.message}`,
        );
      }
      switch (keyword) {
        case 'additionalProperties':
          return document.problem(
            [...path, params.additionalProperty],
            'there is no such field',
          );
        case 'required':
          return document.problem(
            [...path, params.missingProperty],
            'is missing',
          );
        case 'enum':
          return document.problem(
            path,
            `must be one of ${params.allowedValues.join(', ')}`,
          );
        case 'const':
          return document.problem(path, `must be ${params.allowedValue}`);
        case 'oneOf':
          return document.problem(
            path,
            path.includes('appliesTo') && path.length > 2
              ? 'must be true, a text or a list of texts'
              : 'must be a mapping of fields to values, or a list of such mappings',
          );
        default:
          return document.problem(path, error.message ?? keyword);
      }
    });
}
