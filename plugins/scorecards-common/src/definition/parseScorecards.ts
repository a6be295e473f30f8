import { DefinitionKind, readDefinitions } from '@shopfloor/yaml-positions';
import { Ajv } from 'ajv';
import { scorecardSchema } from './scorecardSchema';
import {
  ParsedScorecards,
  ScorecardCheck,
  ScorecardDefinition,
  ScorecardLevel,
} from './types';
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

const scorecards: DefinitionKind<ScorecardDocument, ScorecardDefinition> = {
  noun: 'scorecard',
  nouns: 'scorecards',
  maxCharacters: MAX_FILE_CHARACTERS,
  validate: new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
  }).compile<ScorecardDocument>(scorecardSchema),
  read: (document, { report }) => {
    const definition = toDefinition(document);
    for (const { path, message } of validateDefinition(definition)) {
      report(path, message);
    }
    return definition;
  },
  describe: ({ keyword }, field) => {
    switch (keyword) {
      case 'anyOf':
        return `${field} must be a text, a list of texts or true`;
      case 'propertyNames':
        return `${field} must begin with kind, metadata. or spec.`;
      default:
        return undefined;
    }
  },
};

/**
 * Reads a file of one or several scorecards. It does not throw: what is wrong is in `problems`, with file, line and
 * field, and the documents that are right are used.
 */
export function parseScorecards(
  text: string,
  options: { file: string },
): ParsedScorecards {
  const { definitions, problems } = readDefinitions(text, {
    ...options,
    kind: scorecards,
  });
  return {
    definitions: definitions.map(({ definition, line }) => ({
      definition,
      line,
    })),
    problems: problems.map(({ name, ...problem }) => ({
      ...problem,
      ...(name !== undefined && { scorecard: name }),
    })),
  };
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
