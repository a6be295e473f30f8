import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { ChangeOutcome, ChangeReport } from '@shopfloor/plugin-audit-common';
import { ChangesService } from '@shopfloor/plugin-audit-node';
import {
  allowsWords,
  GrantData,
  GrantState,
  PLATFORM,
} from '@shopfloor/plugin-secrets-common';
import { grantPath } from '../notices/notices';
import { GrantQueries } from '../store/GrantQueries';

/** As many as one call of the store of changes takes. */
const BATCH = 100;
const MAX_TITLE = 200;

const OUTCOMES: Partial<Record<GrantState, ChangeOutcome>> = {
  failed: 'failed',
  active: 'succeeded',
  expiring: 'succeeded',
  drifted: 'succeeded',
  expired: 'undone',
  revoked: 'undone',
};

/** A grant as the store of changes has it; nothing before it is approved. */
export function reportOf(grant: GrantData): ChangeReport | undefined {
  const { request, approvedAt, state, requestedBy } = grant;
  if (!approvedAt) {
    return undefined;
  }
  const { subject } = request;
  const title = allowsWords(request)[0].en;
  const outcome =
    OUTCOMES[state] ?? (grant.activeSince ? 'succeeded' : 'in-progress');
  const ended =
    outcome === 'undone' ? grant.endedAt : (grant.activeSince ?? approvedAt);
  return {
    sourceId: grant.id,
    kind: 'secret-grant',
    entityRef: subject.kind === 'person' ? request.owner : subject.entityRef,
    environment: request.environment,
    title:
      title.length > MAX_TITLE ? `${title.slice(0, MAX_TITLE - 1)}…` : title,
    summary: request.reason,
    ...(requestedBy !== PLATFORM && { userEntityRef: requestedBy }),
    startedAt: approvedAt,
    ...(outcome !== 'in-progress' &&
      ended && { endedAt: ended < approvedAt ? approvedAt : ended }),
    outcome,
    reference: { url: grantPath(grant.id) },
    ...(grant.approvalRequestId && { approvalId: grant.approvalRequestId }),
  };
}

/**
 * Tells the store of changes of grants, at least once. What it has not been told stands in our own rows, so that nothing is lost
 * while it is away or when a process dies between telling and noting it.
 */
export class ChangeTeller {
  readonly #options: {
    queries: GrantQueries;
    changes: Pick<ChangesService, 'record'>;
    logger: LoggerService;
  };

  constructor(options: {
    queries: GrantQueries;
    changes: Pick<ChangesService, 'record'>;
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  /** Tells all there is to tell, or as much as is taken. */
  async run(signal?: AbortSignal): Promise<void> {
    const { queries, changes, logger } = this.#options;
    for (;;) {
      signal?.throwIfAborted();
      const untold = await queries.untold(BATCH);
      if (untold.length === 0) {
        return;
      }
      const reports = untold.flatMap(grant => reportOf(grant) ?? []);
      try {
        if (reports.length > 0) {
          await changes.record(reports);
        }
      } catch (error) {
        logger.warn(
          `${reports.length} grants wait to be told to the store of changes: ${stringifyError(error)}`,
        );
        return;
      }
      for (const { id, version } of untold) {
        await queries.markTold(id, version);
      }
    }
  }
}
