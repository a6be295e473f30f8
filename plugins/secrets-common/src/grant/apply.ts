import { GrantEvent } from './events';
import { isDue } from './timing';
import { GrantData, GrantState, ReasonCode } from './types';

/** Reasons to wait, as against reasons for an end. */
const WAITING: ReadonlySet<ReasonCode> = new Set([
  'vault-sealed',
  'vault-standby',
  'vault-away',
  'vault-not-connected',
  'no-pin',
  'needs-authorisation',
  'approvals-away',
  'not-proven',
  'vault-refused',
]);

/** Puts events on a grant. Whoever has the events of a grant has the grant. */
export function applyGrantEvents(
  grant: GrantData | undefined,
  events: readonly GrantEvent[],
): GrantData {
  const result = events.reduce<GrantData | undefined>(applyGrantEvent, grant);
  if (!result) {
    throw new Error('A grant begins with its asking');
  }
  return result;
}

function applyGrantEvent(
  before: GrantData | undefined,
  event: GrantEvent,
): GrantData {
  if (event.type === 'adopted') {
    if (before) {
      throw new Error(`The grant ${before.id} is there already`);
    }
    const { type: _, at, by, ...content } = event;
    return {
      ...content,
      version: 1,
      state: 'active',
      reasonCodes: [],
      requestedBy: by,
      requestedAt: at,
      approvedAt: at,
      approvedBy: [],
      appliedAt: at,
      activeSince: at,
    };
  }
  if (event.type === 'asked') {
    if (before) {
      throw new Error(`The grant ${before.id} is asked for already`);
    }
    const { type: _, at, by, ...content } = event;
    return {
      ...content,
      version: 1,
      state: 'requested',
      reasonCodes: [],
      requestedBy: by,
      requestedAt: at,
    };
  }
  if (!before) {
    throw new Error(`${event.type} before the asking of a grant`);
  }
  const grant = { ...before, version: before.version + 1 };
  const { at } = event;
  /** Into a state, in which nothing is waited for any more. */
  const into = (
    state: GrantState,
    changes: Partial<GrantData> = {},
    reasonCodes: ReasonCode[] = [],
  ): GrantData => ({ ...grant, state, reasonCodes, ...changes });
  const ended = (
    state: GrantState,
    changes: Partial<GrantData> = {},
    reasonCodes?: ReasonCode[],
  ): GrantData => {
    const {
      renewal: _,
      drift: _drift,
      authorisation: _waited,
      ...rest
    } = grant;
    return {
      ...rest,
      state,
      endedAt: at,
      reasonCodes: reasonCodes ?? [],
      ...changes,
    };
  };
  switch (event.type) {
    case 'submitted':
      return {
        ...grant,
        approvalRequestId: event.approvalRequestId,
        reasonCodes: without(grant, 'approvals-away'),
      };
    case 'approved': {
      const { by, decidedAt, expiresAt, expiringAt } = event;
      return into('approved', {
        approvedAt: decidedAt,
        approvedBy: by,
        expiresAt,
        expiringAt,
      });
    }
    case 'denied':
      return ended('denied', { approvedBy: event.by });
    case 'withdrawn':
      return ended(
        'withdrawn',
        event.by ? { endedBy: event.by } : {},
        event.reason ? [event.reason] : [],
      );
    case 'held':
      return { ...grant, reasonCodes: [...grant.reasonCodes, event.reason] };
    case 'applying-started': {
      const { drift: _, failure: _failure, ...rest } = grant;
      return { ...rest, state: 'applying', reasonCodes: [] };
    }
    case 'authorisation-asked': {
      const authorisation = { accessor: event.accessor };
      const waits: ReasonCode = 'needs-authorisation';
      return event.renewal === undefined
        ? into('waiting-authorisation', { authorisation }, [waits])
        : // It stays in force meanwhile.
          {
            ...grant,
            authorisation,
            reasonCodes: [...without(grant, waits), waits],
          };
    }
    case 'applied': {
      const { authorisation: _, failure: _failure, ...rest } = grant;
      return {
        ...rest,
        state: standing(grant, at),
        reasonCodes: [],
        appliedAt: at,
        activeSince: grant.activeSince ?? at,
      };
    }
    case 'apply-failed': {
      const { authorisation: _, ...rest } = grant;
      return {
        ...rest,
        state: 'failed',
        failure: event.words,
        reasonCodes: [event.reason],
      };
    }
    case 'proven':
      return {
        ...grant,
        lastProof: event.proof,
        reasonCodes: without(grant, 'not-proven'),
      };
    case 'refuted': {
      const { authorisation: _, ...rest } = grant;
      return {
        ...rest,
        state: 'revoking',
        reasonCodes: ['proof-failed'],
        lastProof: event.proof,
      };
    }
    case 'near-expiry':
      return { ...grant, state: 'expiring' };
    case 'expired':
      return ended('expired', event.proof ? { lastProof: event.proof } : {});
    case 'revocation-asked': {
      const { authorisation: _, ...rest } = grant;
      return {
        ...rest,
        state: 'revoking',
        reasonCodes: [event.reason],
        ...(event.by && { endedBy: event.by }),
      };
    }
    case 'revoked':
      return ended(
        'revoked',
        event.proof ? { lastProof: event.proof } : {},
        grant.reasonCodes.filter(code => !WAITING.has(code)),
      );
    case 'drift-found':
      return into('drifted', { drift: event.drift });
    case 'drift-gone': {
      const { drift: _, ...rest } = grant;
      return { ...rest, state: standing(grant, at), reasonCodes: [] };
    }
    case 'renewal-asked': {
      const { type: _, at: askedAt, ...renewal } = event;
      return {
        ...grant,
        renewals: event.number,
        renewal: { ...renewal, state: 'asked', askedAt },
      };
    }
    case 'renewal-submitted':
      return {
        ...grant,
        renewal: {
          ...grant.renewal!,
          approvalRequestId: event.approvalRequestId,
        },
      };
    case 'renewal-approved':
      return {
        ...grant,
        renewal: {
          ...grant.renewal!,
          state: 'approved',
          approvedAt: event.decidedAt,
        },
      };
    case 'renewal-closed': {
      const { renewal: _, ...rest } = grant;
      return rest;
    }
    case 'renewed': {
      const { renewal: _, authorisation: _waited, ...rest } = grant;
      const { expiresAt, expiringAt } = event;
      const renewed = { ...rest, expiresAt, expiringAt };
      return {
        ...renewed,
        state: standing(renewed, at),
        reasonCodes: grant.reasonCodes.filter(code => !WAITING.has(code)),
      };
    }
    default:
      throw new Error(
        `No such event: ${JSON.stringify(event satisfies never)}`,
      );
  }
}

function without(grant: GrantData, code: ReasonCode): ReasonCode[] {
  return grant.reasonCodes.filter(each => each !== code);
}

function standing(grant: GrantData, at: string): GrantState {
  return isDue(grant.expiringAt, at) ? 'expiring' : 'active';
}
