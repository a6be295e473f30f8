import { Risk } from '../subject';
import { ApprovalPolicy, PolicyScope } from './types';

/** What a policy is chosen by. */
export interface PolicyQuestion {
  plugin: string;
  type: string;
  environment?: string;
  production?: boolean;
  risk: Risk;
}

/**
 * The policy that a request comes under: of those that fit, the one with the narrowest scope. `undefined` when there is
 * none, which means that nobody may decide.
 *
 * Policies of which two would be equally narrow for one request are not loaded ({@link overlaps}), so there is one at most.
 */
export function selectPolicy(
  policies: ApprovalPolicy[],
  question: PolicyQuestion,
): ApprovalPolicy | undefined {
  return policies
    .filter(policy => fits(policy, question))
    .sort((a, b) => narrowness(b.appliesTo) - narrowness(a.appliesTo))[0];
}

/** Whether one request could come under both with nothing to tell them apart. */
export function overlaps(a: ApprovalPolicy, b: ApprovalPolicy): boolean {
  const [one, other] = [a.appliesTo, b.appliesTo];
  return (
    a.plugin === b.plugin &&
    narrowness(one) === narrowness(other) &&
    meet(one.types, other.types) &&
    meet(one.environments, other.environments) &&
    meet(asList(one.production), asList(other.production)) &&
    meet(one.risks, other.risks)
  );
}

function fits(policy: ApprovalPolicy, question: PolicyQuestion): boolean {
  const { types, environments, production, risks } = policy.appliesTo;
  const { plugin, type, environment, risk } = question;
  return (
    policy.plugin === plugin &&
    types.includes(type) &&
    (!environments ||
      (environment !== undefined && environments.includes(environment))) &&
    (production === undefined || production === isProduction(question)) &&
    (!risks || risks.includes(risk))
  );
}

/** What is not known to be outside of production is inside; where there is no environment it is neither. */
function isProduction({
  environment,
  production,
}: PolicyQuestion): boolean | undefined {
  return environment === undefined ? undefined : (production ?? true);
}

/**
 * An environment tells more than whether it is production, and that more than a risk, so that no two kinds of scope are equally
 * narrow.
 */
function narrowness({ environments, production, risks }: PolicyScope): number {
  return (
    (environments ? 4 : 0) +
    (production === undefined ? 0 : 2) +
    (risks ? 1 : 0)
  );
}

function asList<T>(value: T | undefined): T[] | undefined {
  return value === undefined ? undefined : [value];
}

function meet<T>(one: T[] | undefined, other: T[] | undefined): boolean {
  return !one || !other || one.some(value => other.includes(value));
}
