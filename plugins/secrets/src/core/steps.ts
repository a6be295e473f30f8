import { Grant, GrantData, GrantState } from '@shopfloor/plugin-secrets-common';

/**
 * Parts of the way of a grant, in order. `authorised` is there only where Vault asks an approver itself, `proven` only of service
 * accounts: nobody signs in for a person to prove something.
 */
export type StepName =
  'requested' | 'approved' | 'authorised' | 'applied' | 'proven' | 'ended';

/** How a part of the way stands; a `stopped` one is where it went no further, a `skipped` one was never reached. */
export type StepState = 'done' | 'current' | 'todo' | 'stopped' | 'skipped';

/** One part of the way. */
export interface GrantStep {
  name: StepName;
  state: StepState;
  /** When it was done, or when the end is due. ISO 8601. */
  at?: string;
}

/** What of a grant decides about its steps. */
export type StepsInput = Pick<
  Grant,
  | 'state'
  | 'requestedAt'
  | 'approvedAt'
  | 'appliedAt'
  | 'activeSince'
  | 'expiresAt'
  | 'endedAt'
> & {
  plan: Pick<GrantData['plan'], 'tier'>;
  request: { subject: Pick<GrantData['request']['subject'], 'kind'> };
  history: Grant['history'];
};

const STOPPED: readonly GrantState[] = ['denied', 'withdrawn', 'failed'];
const ENDED: readonly GrantState[] = ['expired', 'revoked'];

/** The parts of the way before the end, each with the time at which it was done. */
function wayOf(grant: StepsInput): Array<[StepName, string | undefined]> {
  const { plan, request, history } = grant;
  const way: Array<[StepName, string | undefined]> = [
    ['requested', grant.requestedAt],
    ['approved', grant.approvedAt],
  ];
  if (plan.tier === 'control-group') {
    // The server writes in the moment in which it is authorised.
    way.push(['authorised', grant.appliedAt]);
  }
  way.push(['applied', grant.activeSince]);
  if (request.subject.kind === 'service-account') {
    // A proof that does not hold proves nothing. What is proven after the end is the end.
    const proof = history.findLast(
      ({ type }) => type === 'proven' || type === 'refuted',
    );
    way.push(['proven', proof?.type === 'proven' ? proof.at : undefined]);
  }
  return way;
}

/**
 * The way of a grant from asking to its end. Only what has a time counts as done: a grant that was revoked before it was ever
 * in force is not told to have been, and one that nobody proved not to be proven.
 */
export function stepsOf(grant: StepsInput): GrantStep[] {
  const { state } = grant;
  const way = wayOf(grant);
  const next = way.findIndex(([, at]) => at === undefined);
  const open = next === -1 ? way.length : next;
  const ended = ENDED.includes(state);
  const stopped = STOPPED.includes(state);
  // What failed after it had been in force failed in being written again.
  const place =
    stopped && open === way.length
      ? way.findIndex(([name]) => name === 'applied')
      : open;

  const steps = way.map(([name, at], index): GrantStep => {
    if (stopped && index === place) {
      return { name, state: 'stopped', at: grant.endedAt };
    }
    if (at !== undefined) {
      return { name, state: 'done', at };
    }
    if (ended || stopped) {
      return { name, state: 'skipped' };
    }
    // Being taken away, it does not go on to be applied.
    const goesOn = state !== 'revoking';
    return { name, state: index === place && goesOn ? 'current' : 'todo' };
  });
  const end: GrantStep = {
    name: 'ended',
    state: 'todo',
    at: grant.endedAt ?? grant.expiresAt,
  };
  if (ended) {
    end.state = 'done';
  } else if (stopped) {
    return [...steps, { name: 'ended', state: 'skipped' }];
  } else if (open === way.length || state === 'revoking') {
    end.state = 'current';
  }
  return [...steps, end];
}
