import { GrantCommand, GrantContext } from './commands';
import { GrantEvent } from './events';
import { GrantRefusal, grantRefusal, GrantRefusalCode } from './refusals';
import { endOf, isDue } from './timing';
import { FINAL_STATES, GrantData, GrantState, PLATFORM } from './types';

/** What a command leads to: events, or a refusal. Never both, and no events are never an answer. */
export type GrantResult = { events: GrantEvent[] } | { refusal: GrantRefusal };

type Answer = GrantEvent[] | GrantRefusalCode;

/** Before anything was written to Vault, or while it may have been in part. */
const UNDECIDED: readonly GrantState[] = ['requested'];
const BEGUN: readonly GrantState[] = ['applying', 'waiting-authorisation'];
const STANDING: readonly GrantState[] = ['active', 'expiring'];

/** Those that end by time: all that were approved and did not end yet. */
const ENDING_BY_TIME: readonly GrantState[] = [
  'approved',
  ...BEGUN,
  ...STANDING,
  'failed',
  'drifted',
];

/**
 * The state machine: what a command does to a grant, with nothing but what it is given. Permissions are not its matter.
 *
 * Nothing is active that was not approved and applied, by people or by the platform; of what has ended nothing begins again; a grant lasts no longer than from
 * its approval, or that of a renewal, as long as that said.
 */
export function decideGrant(
  grant: GrantData | undefined,
  command: GrantCommand,
  context: GrantContext,
): GrantResult {
  const answer = decideOrRefuse(grant, command, context);
  return typeof answer === 'string'
    ? { refusal: grantRefusal(answer) }
    : { events: answer };
}

function decideOrRefuse(
  grant: GrantData | undefined,
  command: GrantCommand,
  context: GrantContext,
): Answer {
  const { now: at, actor } = context;
  if (command.type === 'ask') {
    const { type: _, requester, ...content } = command;
    return grant
      ? 'exists-already'
      : [{ type: 'asked', at, by: requester, ...content }];
  }
  if (command.type === 'adopt') {
    const { type: _, ...content } = command;
    return grant
      ? 'exists-already'
      : [{ type: 'adopted', at, by: PLATFORM, ...content }];
  }
  if (!grant) {
    return 'not-there';
  }
  const { state } = grant;
  if (FINAL_STATES.includes(state)) {
    return 'wrong-state';
  }
  const when = (states: readonly GrantState[], answer: () => Answer): Answer =>
    states.includes(state) ? answer() : 'wrong-state';
  switch (command.type) {
    case 'submit': {
      const { approvalRequestId } = command;
      return when(UNDECIDED, () =>
        grant.approvalRequestId === approvalRequestId
          ? 'already-so'
          : [{ type: 'submitted', at, approvalRequestId }],
      );
    }
    case 'approve': {
      const { by, comment, decidedAt } = command;
      return when(UNDECIDED, () =>
        command.contentHash === grant.contentHash
          ? [
              {
                type: 'approved',
                at,
                by,
                ...(comment && { comment }),
                ...endOf(decidedAt, grant.request.durationSeconds),
                decidedAt,
              },
            ]
          : 'content-changed',
      );
    }
    case 'deny': {
      const { by, comment } = command;
      return when(UNDECIDED, () => [
        { type: 'denied', at, by, ...(comment && { comment }) },
      ]);
    }
    case 'close':
      return when(UNDECIDED, () => [
        { type: 'withdrawn', at, reason: command.reason },
      ]);
    case 'withdraw':
      return when(UNDECIDED, () => {
        if (!actor) {
          return 'nobody-acts';
        }
        return actor === grant.requestedBy
          ? [{ type: 'withdrawn', at, by: actor }]
          : 'not-requester';
      });
    case 'hold': {
      const { reason, words } = command;
      return grant.reasonCodes.includes(reason)
        ? 'already-so'
        : [{ type: 'held', at, reason, ...(words && { words }) }];
    }
    case 'start':
      return when(['approved'], () => [{ type: 'applying-started', at }]);
    case 'retry':
      return when(['failed'], () =>
        actor ? [{ type: 'applying-started', at, by: actor }] : 'nobody-acts',
      );
    case 'await-authorisation': {
      const { accessor, renewal } = command;
      return when(renewal === undefined ? BEGUN : STANDING, () => {
        if (
          renewal !== undefined &&
          (grant.renewal?.number !== renewal ||
            grant.renewal.state !== 'approved')
        ) {
          return 'no-renewal';
        }
        return grant.authorisation?.accessor === accessor
          ? 'already-so'
          : [
              {
                type: 'authorisation-asked',
                at,
                accessor,
                ...(renewal !== undefined && { renewal }),
              },
            ];
      });
    }
    case 'finish-apply':
      return when(BEGUN, () => [{ type: 'applied', at }]);
    case 'fail':
      return when(BEGUN, () => [
        {
          type: 'apply-failed',
          at,
          reason: command.reason,
          words: command.words,
        },
      ]);
    case 'record-proof': {
      const { proof } = command;
      return when(STANDING, () => [
        { type: proof.held ? 'proven' : 'refuted', at, proof },
      ]);
    }
    case 'mark-expiring':
      return when(['active'], () =>
        isDue(grant.expiringAt, at) ? [{ type: 'near-expiry', at }] : 'not-due',
      );
    case 'expire':
      return when(ENDING_BY_TIME, () =>
        isDue(grant.expiresAt, at)
          ? [
              {
                type: 'expired',
                at,
                ...(command.proof && { proof: command.proof }),
              },
            ]
          : 'not-due',
      );
    case 'revoke': {
      const { reason, comment } = command;
      if (state === 'revoking') {
        return 'already-so';
      }
      return UNDECIDED.includes(state)
        ? [{ type: 'withdrawn', at, reason, ...(actor && { by: actor }) }]
        : [
            {
              type: 'revocation-asked',
              at,
              reason,
              ...(actor && { by: actor }),
              ...(comment && { comment }),
            },
          ];
    }
    case 'finish-revoke': {
      const { steps, proof } = command;
      return when(['revoking'], () => [
        { type: 'revoked', at, steps, ...(proof && { proof }) },
      ]);
    }
    case 'report-drift': {
      const { drift } = command;
      return when([...STANDING, 'drifted'], () =>
        sameDrift(grant, command)
          ? 'already-so'
          : [{ type: 'drift-found', at, drift }],
      );
    }
    case 'report-no-drift':
      return when(['drifted'], () => [{ type: 'drift-gone', at }]);
    case 'repair':
      return settle(grant, actor, by =>
        // The portal may write policies and roles of grants alone.
        grant.drift?.what === 'lease'
          ? 'platform-repairs'
          : [{ type: 'applying-started', at, by }],
      );
    case 'accept':
      return settle(grant, actor, by =>
        grant.drift?.found === undefined
          ? [{ type: 'revocation-asked', at, by, reason: 'drift-accepted' }]
          : 'drift-not-removed',
      );
    default:
      return decideRenewal(grant, command, context);
  }
}

function decideRenewal(
  grant: GrantData,
  command: Extract<GrantCommand, { type: `${string}-renewal` }>,
  { now: at, actor }: GrantContext,
): Answer {
  const { state, renewal } = grant;
  if (!STANDING.includes(state)) {
    return 'wrong-state';
  }
  if (command.type === 'ask-renewal') {
    if (!actor) {
      return 'nobody-acts';
    }
    if (renewal) {
      return 'renewal-pending';
    }
    if (!grant.expiresAt) {
      return 'no-end';
    }
    const { type: _, ...content } = command;
    const number = (grant.renewals ?? 0) + 1;
    return [{ type: 'renewal-asked', at, by: actor, number, ...content }];
  }
  if (renewal?.number !== command.number) {
    return 'no-renewal';
  }
  const { number } = command;
  switch (command.type) {
    case 'submit-renewal': {
      const { approvalRequestId } = command;
      return renewal.approvalRequestId === approvalRequestId
        ? 'already-so'
        : [{ type: 'renewal-submitted', at, number, approvalRequestId }];
    }
    case 'approve-renewal': {
      const { by, decidedAt } = command;
      if (renewal.state !== 'asked') {
        return 'already-so';
      }
      return command.contentHash === renewal.contentHash
        ? [{ type: 'renewal-approved', at, number, by, decidedAt }]
        : 'content-changed';
    }
    case 'close-renewal': {
      const { type: _, ...content } = command;
      return renewal.state === 'asked'
        ? [{ type: 'renewal-closed', at, ...content }]
        : 'wrong-state';
    }
    case 'finish-renewal':
      return renewal.approvedAt
        ? [
            {
              type: 'renewed',
              at,
              number,
              ...laterEnd(
                grant,
                endOf(renewal.approvedAt, renewal.durationSeconds),
              ),
            },
          ]
        : 'wrong-state';
    default:
      throw new Error(
        `No such command: ${JSON.stringify(command satisfies never)}`,
      );
  }
}

/** A renewal never takes time away. */
function laterEnd(
  { expiresAt, expiringAt }: GrantData,
  end: { expiresAt: string; expiringAt: string },
) {
  return expiresAt && expiringAt && expiresAt > end.expiresAt
    ? { expiresAt, expiringAt }
    : end;
}

function settle(
  { state }: GrantData,
  actor: string | undefined,
  answer: (by: string) => Answer,
): Answer {
  if (state !== 'drifted') {
    return 'nothing-drifted';
  }
  return actor ? answer(actor) : 'nobody-acts';
}

function sameDrift(
  grant: GrantData,
  { drift }: Extract<GrantCommand, { type: 'report-drift' }>,
): boolean {
  const known = grant.drift;
  return (
    grant.state === 'drifted' &&
    known?.what === drift.what &&
    known.found === drift.found &&
    known.expected === drift.expected
  );
}
