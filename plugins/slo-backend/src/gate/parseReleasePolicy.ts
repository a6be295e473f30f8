import { ReleasePolicy, ReleaseRule } from '@shopfloor/plugin-slo-common';
import {
  FieldPath,
  FieldProblem,
  PositionedDocument,
  readPositionedDocuments,
} from '@shopfloor/yaml-positions';
import { Ajv, ErrorObject } from 'ajv';
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

const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
}).compile<PolicyDocument>(releasePolicySchema);

/** Reads a release policy. It does not throw: with problems there is no policy. */
export function parseReleasePolicy(
  text: string,
  options: { file: string },
): { policy?: ReleasePolicy; problems: FieldProblem[] } {
  const { file } = options;
  const whole = (message: string) => ({
    problems: [{ file, line: 1, column: 1, field: '', message }],
  });
  if (text.length > MAX_FILE_CHARACTERS) {
    return whole(`The file is larger than ${MAX_FILE_CHARACTERS / 1024} KiB`);
  }
  const documents = readPositionedDocuments(text, file);
  if (documents.length !== 1) {
    return whole(
      `The file must have one release policy, and has ${documents.length}`,
    );
  }
  const [document] = documents;
  if (document.syntaxProblems.length > 0) {
    return { problems: document.syntaxProblems };
  }
  let value: unknown;
  try {
    value = document.toJS();
  } catch (error) {
    return whole((error as Error).message);
  }
  if (!validate(value)) {
    return {
      problems: (validate.errors ?? []).map(error => {
        const path = pathOf(error);
        return document.problem(path, describe(error));
      }),
    };
  }
  const problems = contradictions(value, document);
  if (problems.length > 0) {
    return { problems };
  }
  const { rules, calendar = [] } = value.spec;
  return {
    problems,
    policy: {
      name: value.metadata.name,
      rules: rules.map(rule => ({ withoutSlos: 'unknown', ...rule })),
      calendar,
    },
  };
}

/** What the schema cannot say. */
function contradictions(
  { spec }: PolicyDocument,
  document: PositionedDocument,
): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const report = (path: FieldPath, message: string) =>
    problems.push(document.problem(['spec', ...path], message));
  spec.rules.forEach(({ freezeAtBudget, slowDownBelowBudget }, index) => {
    if (slowDownBelowBudget < freezeAtBudget) {
      report(
        ['rules', index, 'slowDownBelowBudget'],
        `It must be at least freezeAtBudget (${freezeAtBudget}); else nothing ever slows down`,
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
  return problems;
}

function pathOf(error: ErrorObject): FieldPath {
  const path: FieldPath = error.instancePath
    .split('/')
    .slice(1)
    .map(part => (/^\d+$/.test(part) ? Number(part) : part));
  return error.keyword === 'additionalProperties'
    ? [...path, error.params.additionalProperty]
    : path;
}

function describe(error: ErrorObject): string {
  switch (error.keyword) {
    case 'additionalProperties':
      return 'There is no such field';
    case 'required':
      return `${error.params.missingProperty} is missing`;
    case 'enum':
      return `It must be one of ${error.params.allowedValues.join(', ')}`;
    case 'const':
      return `It must be ${error.params.allowedValue}`;
    default:
      return `It ${error.message}`;
  }
}
