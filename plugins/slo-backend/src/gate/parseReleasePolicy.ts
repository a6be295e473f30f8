import { ReleasePolicy, ReleaseRule } from '@shopfloor/plugin-slo-common';
import {
  DefinitionKind,
  FieldProblem,
  readDefinitions,
  ReportProblem,
} from '@shopfloor/yaml-positions';
import { Ajv } from 'ajv';
import { releasePolicySchema } from './releasePolicySchema';

/** No policy is longer, in characters. */
const MAX_FILE_CHARACTERS = 128 * 1024;

interface PolicyDocument {
  metadata: { name: string };
  spec: {
    rules: Array<
      Omit<ReleaseRule, 'withoutSlos'> &
        Partial<Pick<ReleaseRule, 'withoutSlos'>>
    >;
    calendar?: ReleasePolicy['calendar'];
  };
}

const releasePolicies: DefinitionKind<PolicyDocument, ReleasePolicy> = {
  noun: 'release policy',
  nouns: 'release policies',
  maxCharacters: MAX_FILE_CHARACTERS,
  validate: new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
  }).compile<PolicyDocument>(releasePolicySchema),
  read: (document, { report }) => {
    reportContradictions(document, report);
    const { rules, calendar = [] } = document.spec;
    return {
      name: document.metadata.name,
      rules: rules.map(rule => ({ withoutSlos: 'unknown', ...rule })),
      calendar,
    };
  },
};

/** Reads a release policy. It does not throw: with problems there is no policy. */
export function parseReleasePolicy(
  text: string,
  options: { file: string },
): { policy?: ReleasePolicy; problems: FieldProblem[] } {
  const { definitions, problems } = readDefinitions(text, {
    ...options,
    kind: releasePolicies,
  });
  if (problems.length > 0) {
    return { problems };
  }
  const [first, second] = definitions;
  if (second) {
    return {
      problems: [
        {
          file: options.file,
          line: second.line,
          column: 1,
          field: '',
          message: `The file must have one release policy, and has ${definitions.length}`,
        },
      ],
    };
  }
  return { policy: first.definition, problems };
}

/** What the schema cannot say. */
function reportContradictions(
  { spec }: PolicyDocument,
  problem: ReportProblem,
): void {
  const report: ReportProblem = (path, message) =>
    problem(['spec', ...path], message);
  spec.rules.forEach(({ freezeAtBudget, slowDownBelowBudget }, index) => {
    if (slowDownBelowBudget < freezeAtBudget) {
      report(
        ['rules', index, 'slowDownBelowBudget'],
        `slowDownBelowBudget must be at least freezeAtBudget (${freezeAtBudget}); else nothing ever slows down`,
      );
    }
    const all = spec.rules.findIndex(({ environments }) => !environments);
    if (all >= 0 && all < index) {
      report(
        ['rules', index],
        'The rule before it is about every environment, so that this one never counts',
      );
    }
  });
  spec.calendar?.forEach(({ from, to }, index) => {
    for (const [field, moment] of Object.entries({ from, to })) {
      if (Number.isNaN(Date.parse(moment))) {
        report(['calendar', index, field], `"${moment}" is no moment`);
      }
    }
    if (Date.parse(to) <= Date.parse(from)) {
      report(['calendar', index, 'to'], 'It ends before it begins');
    }
  });
}
