import { CheckDefinition, CheckProblem } from '@shopfloor/plugin-checks-common';
import { DefinitionKind, readDefinitions } from '@shopfloor/yaml-positions';
import Ajv, { ErrorObject } from 'ajv';
import { RuleLanguage } from '../rules/RuleLanguage';
import { checkSchema } from './checkSchema';
import { CompiledCheck, compileCheck, EvidenceTypes } from './compileCheck';

/** Files larger than this are refused, in characters. */
export const MAX_DEFINITION_CHARACTERS = 200 * 1024;

const SECONDS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

const validate = new Ajv({ allErrors: true, strict: false }).compile<any>(
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
  const { definitions, problems, broken } = readDefinitions(text, {
    file,
    kind: checksOf(options),
  });
  return {
    checks: definitions.map(({ definition }) => definition),
    problems: problems.map(({ name: _, ...problem }) => problem),
    broken,
  };
}

function checksOf(
  options: ParseChecksOptions,
): DefinitionKind<any, CompiledCheck> {
  const { file, url, types, language } = options;
  return {
    noun: 'check',
    nouns: 'checks',
    maxCharacters: MAX_DEFINITION_CHARACTERS,
    validate,
    read: (document, { report, line }) =>
      compileCheck({
        definition: toDefinition(document, {
          file,
          ...(url !== undefined && { url }),
          line,
        }),
        types,
        language,
        report: (path, message) => report(['spec', ...path], message),
      }),
    describe,
  };
}

/** What the common words say too little of. */
function describe(
  { keyword, instancePath }: ErrorObject,
  field: string,
): string | undefined {
  switch (keyword) {
    case 'oneOf':
      return instancePath.endsWith('/appliesTo') ||
        /\/appliesTo\/\d+$/.test(instancePath)
        ? `${field} must be a mapping of fields to values, or a list of such mappings`
        : `${field} must be true, a text or a list of texts`;
    case 'propertyNames':
      return `${field} has a name that a rule cannot use: a small letter first, then letters and digits`;
    default:
      return undefined;
  }
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
