import {
  FINAL_STATES,
  GrantData,
  GrantSummary,
} from '@shopfloor/plugin-secrets-common';

/** How often somebody is asked whether the text is authorised, in milliseconds. */
const AUTHORISATION_POLL_MS = 10_000;
/** For how long after its end something may still ask for approval of it, in milliseconds. */
const IN_FLIGHT_MS = 120_000;

/** Facts about a grant that its events do not have. */
export interface GrantFacts {
  proofAsked: boolean;
  settled: boolean;
}

/** Entity ref of who gets the access. */
export function subjectRefOf({ request }: GrantData): string {
  const { subject } = request;
  return subject.kind === 'person' ? subject.userEntityRef : subject.entityRef;
}

/** Columns that follow from a grant. */
export function toColumns(grant: GrantData) {
  return {
    version: grant.version,
    state: grant.state,
    name: grant.plan.name,
    slot: grant.slot,
    number: grant.number,
    written: grant.approvedAt !== undefined,
    environment: grant.request.environment,
    subject_kind: grant.request.subject.kind,
    subject_ref: subjectRefOf(grant),
    owner_ref: grant.request.owner,
    requested_by: grant.requestedBy,
    requested_at: new Date(grant.requestedAt),
    expires_at: grant.expiresAt ? new Date(grant.expiresAt) : null,
    ended_at: grant.endedAt ? new Date(grant.endedAt) : null,
    grant: JSON.stringify(grant),
  };
}

/** When the worker has to look at a grant next, if ever. */
export function nextAt(
  grant: GrantData,
  facts: GrantFacts,
  now: Date,
): Date | undefined {
  const { state, renewal, request, lastProof, expiresAt, expiringAt } = grant;
  const standing = () => {
    const proofDue =
      request.subject.kind === 'service-account' &&
      (facts.proofAsked || lastProof === undefined);
    const renewalDue =
      renewal &&
      (renewal.state === 'approved' || renewal.approvalRequestId === undefined);
    const waits = renewalDue && grant.authorisation;
    if (proofDue || (renewalDue && !waits)) {
      return now;
    }
    return earliest(
      waits
        ? new Date(now.getTime() + AUTHORISATION_POLL_MS).toISOString()
        : undefined,
      state === 'active' ? expiringAt : undefined,
      expiresAt,
    );
  };
  switch (state) {
    case 'requested':
      return grant.approvalRequestId === undefined ? now : undefined;
    case 'approved':
    case 'applying':
    case 'revoking':
      return now;
    case 'waiting-authorisation':
      return new Date(now.getTime() + AUTHORISATION_POLL_MS);
    case 'active':
    case 'expiring':
      return standing();
    case 'failed':
    case 'drifted':
      return earliest(expiresAt);
    default:
      return FINAL_STATES.includes(state) && !facts.settled ? now : undefined;
  }
}

/** Whether everything that could still ask for approval of a grant has ended. */
export function mayBeSettled(grant: GrantData, now: Date): boolean {
  return (
    grant.endedAt !== undefined &&
    now.getTime() - Date.parse(grant.endedAt) >= IN_FLIGHT_MS
  );
}

function earliest(...moments: Array<string | undefined>): Date | undefined {
  const times = moments
    .filter(moment => moment !== undefined)
    .map(moment => Date.parse(moment));
  return times.length > 0 ? new Date(Math.min(...times)) : undefined;
}

/** A grant as a list has it. */
export function summaryOf(grant: GrantData): GrantSummary {
  const { request, plan, lastProof, drift } = grant;
  const { environment, subject, owner, secret, access, delivery } = request;
  return {
    id: grant.id,
    name: plan.name,
    state: grant.state,
    reasonCodes: grant.reasonCodes,
    tier: plan.tier,
    environment,
    subject,
    owner,
    secret,
    access,
    delivery,
    requestedBy: grant.requestedBy,
    requestedAt: grant.requestedAt,
    ...(grant.approvedAt && { approvedAt: grant.approvedAt }),
    ...(grant.activeSince && { activeSince: grant.activeSince }),
    ...(grant.expiresAt && { expiresAt: grant.expiresAt }),
    ...(grant.endedAt && { endedAt: grant.endedAt }),
    ...(lastProof && { provenAt: lastProof.at, proofHeld: lastProof.held }),
    ...(drift && { drift: drift.what }),
    ...(grant.approvalRequestId && {
      approvalRequestId: grant.approvalRequestId,
    }),
  };
}
