import {
  FieldPath,
  formatPath,
  PositionedDocument,
  readPositionedDocuments,
} from '@shopfloor/yaml-positions';
import { Ajv, ErrorObject } from 'ajv';
import { policySchema } from './policySchema';
import {
  ApprovalPolicy,
  ParsedPolicies,
  PolicyProblem,
  PolicyStage,
} from './types';
import { validatePolicy } from './validatePolicy';

/** No file of policies is longer, in characters. */
export const MAX_POLICY_FILE_CHARACTERS = 256 * 1024;

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

interface PolicyDocument {
  metadata: Pick<ApprovalPolicy, 'name' | 'title' | 'description'>;
  spec: Optional<
    Omit<
      ApprovalPolicy,
      'name' | 'title' | 'description' | 'stages' | 'breakGlass'
    >,
    'separateStages' | 'denials' | 'delegation'
  > & {
    stages: Array<
      Optional<Omit<PolicyStage, 'approvers'>, 'quorum'> & {
        approvers: Partial<PolicyStage['approvers']>;
      }
    >;
    breakGlass?: Optional<
      NonNullable<ApprovalPolicy['breakGlass']>,
      'requesterMay'
    >;
  };
}

const validate = new Ajv({
  allErrors: true,
  strict: true,
  strictTypes: false,
  strictRequired: false,
}).compile<PolicyDocument>(policySchema);

/**
 * Reads a file of one or several policies. It does not throw: what is wrong is in `problems`, with file, line and field,
 * and the documents that are right are used.
 */
export function parsePolicies(
  text: string,
  options: { file: string },
): ParsedPolicies {
  const { file } = options;
  const result: ParsedPolicies = { policies: [], problems: [] };
  const whole = (message: string) =>
    result.problems.push({ file, line: 1, column: 1, field: '', message });
  if (text.length > MAX_POLICY_FILE_CHARACTERS) {
    whole(`The file is larger than ${MAX_POLICY_FILE_CHARACTERS / 1024} KiB`);
    return result;
  }
  const documents = readPositionedDocuments(text, file);
  if (documents.length === 0) {
    whole('The file has no policy');
  }
  for (const document of documents) {
    const { value, problems } = read(document);
    const name = nameOf(value);
    const report = (path: FieldPath, message: string) =>
      result.problems.push({
        ...document.problem(path, message),
        ...(name !== undefined && { policy: name }),
      });
    if (problems.length > 0) {
      result.problems.push(...problems);
    } else if (!validate(value)) {
      for (const error of validate.errors ?? []) {
        const path = pathOf(error, value);
        report(path, describe(error, path));
      }
    } else {
      const policy = toPolicy(value);
      const findings = validatePolicy(policy);
      for (const { path, message } of findings) {
        report(path, message);
      }
      if (result.policies.some(other => other.policy.name === policy.name)) {
        report(
          ['metadata', 'name'],
          `There are two policies "${policy.name}" in this file; the first one is used`,
        );
      } else if (findings.length === 0) {
        result.policies.push({ policy, line: document.line });
      }
    }
  }
  return result;
}

function read(document: PositionedDocument): {
  value: unknown;
  problems: PolicyProblem[];
} {
  if (document.syntaxProblems.length > 0) {
    return { value: undefined, problems: document.syntaxProblems };
  }
  try {
    return { value: document.toJS(), problems: [] };
  } catch (error) {
    const message = `Not valid YAML: ${String(error)}`;
    return { value: undefined, problems: [document.problem([], message)] };
  }
}

function nameOf(value: unknown): string | undefined {
  const name = (value as { metadata?: { name?: unknown } } | null | undefined)
    ?.metadata?.name;
  return typeof name === 'string' ? name : undefined;
}

function toPolicy({ metadata, spec }: PolicyDocument): ApprovalPolicy {
  const { stages, escalation, breakGlass, ...rest } = spec;
  return {
    ...metadata,
    separateStages: true,
    denials: 1,
    delegation: true,
    ...rest,
    stages: stages.map(({ approvers, ...stage }) => ({
      quorum: 1,
      ...stage,
      approvers: {
        groups: (approvers.groups ?? []).map(lower),
        entityOwners: approvers.entityOwners ?? false,
      },
    })),
    ...(escalation && {
      escalation: {
        ...escalation,
        fallback: escalation.fallback.map(lower),
      },
    }),
    ...(breakGlass && {
      breakGlass: {
        requesterMay: false,
        ...breakGlass,
        groups: breakGlass.groups.map(lower),
        reviewers: breakGlass.reviewers.map(lower),
      },
    }),
  };
}

function lower(ref: string): string {
  return ref.toLocaleLowerCase('en-US');
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
      return `A policy has no field ${field}`;
    case 'const':
      return `${field} must be ${JSON.stringify(error.params.allowedValue)}`;
    case 'enum':
      return `${field} must be one of ${error.params.allowedValues.join(', ')}`;
    default:
      return `${field} ${error.message}`;
  }
}
