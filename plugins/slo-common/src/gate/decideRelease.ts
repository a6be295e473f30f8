import { SloSummary } from '../api/types';
import {
  ReleaseDecision,
  ReleasePolicy,
  ReleaseReason,
  ReleaseRule,
} from './types';

const DAY_SECONDS = 86_400;

/** Worst first. Unknown is worse than slow down: what is not seen may be a freeze. */
const SEVERITY: ReleaseDecision[] = ['freeze', 'unknown', 'slow-down', 'go'];

/** The policy where none is configured: freeze without budget, slow down while it burns or little is left. */
export const DEFAULT_RELEASE_POLICY: ReleasePolicy = {
  name: 'built-in',
  rules: [
    {
      freezeAtBudget: 0,
      slowDownBelowBudget: 0.25,
      burning: { page: 'slow-down', ticket: 'slow-down' },
      withoutSlos: 'unknown',
    },
  ],
  calendar: [],
};

/** What {@link decideRelease} needs. */
export interface DecideReleaseOptions {
  policy: ReleasePolicy;
  entityRef: string;
  environment: string;
  at: Date;
  /** Every SLO of the entity in the environment. */
  slos: SloSummary[];
}

/**
 * Whether a service may be released, and why not. Every reason is named; the worst decides: freeze, then unknown, then
 * slow down. What is unknown or stale is never a go.
 */
export function decideRelease(options: DecideReleaseOptions): {
  decision: ReleaseDecision;
  reasons: ReleaseReason[];
} {
  const { policy, environment, slos } = options;
  const reasons = calendarReasons(options);
  const rule = policy.rules.find(
    ({ environments }) => !environments || environments.includes(environment),
  );
  if (!rule) {
    reasons.push({
      code: 'no-rule',
      decision: 'unknown',
      message: `The release policy "${policy.name}" has no rule for ${environment}`,
      values: { policy: policy.name, environment },
    });
  } else if (slos.length === 0) {
    reasons.push(...withoutSlos(rule, options));
  } else {
    reasons.push(...slos.flatMap(slo => reasonsOfSlo(slo, rule)));
  }
  const rank = ({ decision }: ReleaseReason) => SEVERITY.indexOf(decision);
  reasons.sort((a, b) => rank(a) - rank(b));
  return { decision: reasons[0]?.decision ?? 'go', reasons };
}

function calendarReasons(options: DecideReleaseOptions): ReleaseReason[] {
  const { policy, entityRef, environment, at } = options;
  return policy.calendar
    .filter(
      ({ from, to, environments, entities }) =>
        Date.parse(from) <= at.getTime() &&
        at.getTime() < Date.parse(to) &&
        (!environments || environments.includes(environment)) &&
        (!entities || entities.includes(entityRef)),
    )
    .map(({ name, reason, to, decision }) => ({
      code: 'calendar' as const,
      decision,
      message: `${name} until ${to}: ${reason.en}`,
      values: { name, until: to, en: reason.en, zh: reason.zh },
    }));
}

function withoutSlos(
  { withoutSlos: decision }: ReleaseRule,
  { entityRef, environment }: DecideReleaseOptions,
): ReleaseReason[] {
  return decision === 'go'
    ? []
    : [
        {
          code: 'no-slos',
          decision,
          message: `${entityRef} has no SLO in ${environment}, so that nobody knows how it does`,
          values: { entityRef, environment },
        },
      ];
}

function reasonsOfSlo(slo: SloSummary, rule: ReleaseRule): ReleaseReason[] {
  const name = slo.displayName ?? slo.name;
  const reason = (
    code: ReleaseReason['code'],
    decision: ReleaseDecision,
    message: string,
    values: ReleaseReason['values'] = {},
  ): ReleaseReason => ({
    code,
    decision,
    message,
    sloId: slo.id,
    values: { slo: name, ...values },
  });
  if (slo.state === 'stale') {
    return [
      reason(
        'slo-stale',
        'unknown',
        `The figures of "${name}" are from ${slo.observedAt}`,
        { observedAt: slo.observedAt ?? '' },
      ),
    ];
  }
  const left = slo.worstBudgetLeft;
  const unmeasured =
    slo.objectives.length === 0 ||
    slo.objectives.some(({ budgetLeft }) => budgetLeft === undefined);
  const reasons: ReleaseReason[] = [];
  if (unmeasured || left === undefined) {
    reasons.push(
      reason(
        'slo-unknown',
        'unknown',
        slo.evaluable
          ? `Nothing is known of "${name}": no events, or never measured`
          : `"${name}" cannot be evaluated`,
      ),
    );
  }
  if (left !== undefined && left <= rule.freezeAtBudget) {
    reasons.push(
      reason(
        'budget-used-up',
        'freeze',
        `"${name}" has ${percent(left)} of its budget left; releases stop at ${percent(rule.freezeAtBudget)}`,
        { budgetLeft: left, limit: rule.freezeAtBudget },
      ),
    );
  } else if (left !== undefined && left < rule.slowDownBelowBudget) {
    reasons.push(
      reason(
        'budget-low',
        'slow-down',
        `"${name}" has ${percent(left)} of its budget left, less than ${percent(rule.slowDownBelowBudget)}`,
        { budgetLeft: left, limit: rule.slowDownBelowBudget },
      ),
    );
  }
  const burning = slo.objectives
    .flatMap(({ burnRows }) => burnRows)
    .filter(({ active }) => active);
  // The fastest row says it; the slower ones follow from it.
  const [row] = burning.sort((a, b) => a.longSeconds - b.longSeconds);
  if (row) {
    reasons.push(
      reason(
        'burning',
        row.longSeconds < DAY_SECONDS ? rule.burning.page : rule.burning.ticket,
        `"${name}" spends its budget more than ${row.factor} times faster than allowed, measured over ${row.longSeconds / 3600} h`,
        { factor: row.factor, longSeconds: row.longSeconds },
      ),
    );
  }
  return reasons;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
