import { DefinitionKind, readDefinitions } from '@shopfloor/yaml-positions';
import { Ajv } from 'ajv';
import { policySchema } from './policySchema';
import { ApprovalPolicy, ParsedPolicies, PolicyStage } from './types';
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

const policies: DefinitionKind<PolicyDocument, ApprovalPolicy> = {
  noun: 'policy',
  nouns: 'policies',
  maxCharacters: MAX_POLICY_FILE_CHARACTERS,
  validate: new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
  }).compile<PolicyDocument>(policySchema),
  read: (document, { report }) => {
    const policy = toPolicy(document);
    for (const { path, message } of validatePolicy(policy)) {
      report(path, message);
    }
    return policy;
  },
};

/**
 * Reads a file of one or several policies. It does not throw: what is wrong is in `problems`, with file, line and field,
 * and the documents that are right are used.
 */
export function parsePolicies(
  text: string,
  options: { file: string },
): ParsedPolicies {
  const { definitions, problems } = readDefinitions(text, {
    ...options,
    kind: policies,
  });
  return {
    policies: definitions.map(({ definition, line }) => ({
      policy: definition,
      line,
    })),
    problems: problems.map(({ name, ...problem }) => ({
      ...problem,
      ...(name !== undefined && { policy: name }),
    })),
  };
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
