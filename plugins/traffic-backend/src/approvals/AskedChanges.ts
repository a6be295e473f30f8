import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError, stringifyError } from '@backstage/errors';
import { ApprovalOutcome } from '@shopfloor/plugin-approvals-common';
import { ApprovalsService } from '@shopfloor/plugin-approvals-node';
import {
  afterwards,
  TrailSchema,
  withContent,
} from '@shopfloor/plugin-audit-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import {
  RouteChange,
  describeShareChanges,
  shareChanges,
} from '@shopfloor/plugin-traffic-common';
import { noteAudited } from '@shopfloor/plugin-requests-node';
import { Request } from 'express';
import {
  ChangeAsks,
  ChangeIntent,
  CloseRecord,
  StoredChange,
  TrafficStore,
} from '../database/TrafficStore';
import { ROUTE_SCHEMA, routeContent } from '../service/routeContent';
import { RoutePreviewer } from '../service/RoutePreviewer';
import { RouteReader } from '../service/RouteReader';
import { gateMeta, metaOf } from '../service/RouteWriter';
import {
  askAbout,
  changeHash,
  movedOn,
  notApprovedWords,
  TRAFFIC_SUBJECT,
} from './changeSubject';
import { GrantedChanges } from './GrantedChanges';

/** After so long without approvals that take it, a change is not asked for any more. */
const UNASKED_MS = 60 * 60_000;

const CLOSE_SCHEMA: TrailSchema = { fields: { state: 'keep' } };

/** What {@link AskedChanges} needs. */
export interface AskedChangesOptions {
  approvals: ApprovalsService;
  auditor: AuditorService;
  environments: EnvironmentsService;
  granted: GrantedChanges;
  logger: LoggerService;
  previewer: RoutePreviewer;
  reader: RouteReader;
  store: TrafficStore;
  now: () => Date;
}

/**
 * Changes that wait for an approval. The change is a row before approvals are asked, and its id is the key of the request, so
 * that asking again is the same request. {@link run} asks for what was not asked and takes back what the route has left
 * behind; {@link apply} takes outcomes. Each step may be the last one of a process.
 */
export class AskedChanges {
  readonly #options: AskedChangesOptions;

  constructor(options: AskedChangesOptions) {
    this.#options = options;
  }

  /** Records a change that waits, and asks. Approvals that do not answer are asked later. */
  async ask(
    intent: Omit<ChangeIntent, 'asks'> & {
      asks: Omit<ChangeAsks, 'contentHash'>;
    },
    httpRequest: Request,
  ): Promise<{ stored: StoredChange; change: RouteChange }> {
    const { auditor, logger, store } = this.#options;
    const shares = shareChanges(intent.before, intent.after);
    const event = await auditor.createEvent({
      eventId: 'route-change-ask',
      severityLevel: 'medium',
      request: httpRequest,
      meta: withContent(
        {
          ...metaOf({ ...intent, summary: describeShareChanges(shares) }),
          step: intent.asks.step,
          ...(intent.asks.abovePercent !== undefined && {
            abovePercent: intent.asks.abovePercent,
          }),
          ...(intent.asks.gate && { releaseGate: gateMeta(intent.asks.gate) }),
          wanted: routeContent(intent.after),
        },
        { before: routeContent(intent.before), schema: ROUTE_SCHEMA },
      ),
    });
    noteAudited(httpRequest);
    try {
      const { stored, created } = await store.recordIntent({
        ...intent,
        asks: { ...intent.asks, contentHash: changeHash(intent) },
      });
      if (created) {
        await this.#submit(stored).catch(error =>
          logger.warn(
            `Change ${intent.id} could not be submitted for approval; it is tried again: ${stringifyError(error)}`,
          ),
        );
      }
      const { change } = (await store.getChange(stored.change.id))!;
      // Nothing but the request is there yet.
      await event.success({
        meta: withContent(
          {
            ...(change.approval?.requestId && {
              approvalId: change.approval.requestId,
            }),
          },
          { after: routeContent(stored.before) },
        ),
      });
      return { stored, change };
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }

  /** Asks for changes that were not asked for, and takes back those whose route is another by now. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, logger } = this.#options;
    for (const stored of await store.listWaiting()) {
      signal.throwIfAborted();
      try {
        await this.#look(stored);
      } catch (error) {
        logger.warn(
          `Change ${stored.change.id} waits on, and is looked at again: ${stringifyError(error)}`,
        );
      }
    }
  }

  /** Takes an outcome. The same one twice is once. What is granted counts for exactly the change that was shown. */
  async apply(outcome: ApprovalOutcome): Promise<void> {
    const { granted, logger, store } = this.#options;
    const { requestId, subjectId, type, by, comment, objected } = outcome;
    if (type !== TRAFFIC_SUBJECT) {
      return;
    }
    const stored = await store.getChange(subjectId);
    if (!stored) {
      logger.warn(
        `The request for approval ${requestId} is about the change ${subjectId}, which is not there`,
      );
      return;
    }
    if (objected) {
      await store.noteApproval(subjectId, {
        objected,
        ...(comment && { comment }),
      });
    }
    if (stored.change.outcome !== 'waiting') {
      return;
    }
    await store.noteApproval(subjectId, {
      requestId,
      decidedBy: by,
      ...(comment && { comment }),
    });
    if (!outcome.granted) {
      // Approvals tell whoever asked.
      await this.#close(
        stored,
        'not-approved',
        notApprovedWords(outcome),
        false,
      );
      return;
    }
    const problem =
      outcome.contentHash === stored.contentHash
        ? await granted.goAhead(subjectId, {
            grantedAt: new Date(outcome.at),
            glassBroken: outcome.outcome === 'break-glass',
          })
        : 'What was approved is not what is asked for here; ask again';
    if (problem) {
      await this.#close(stored, 'not-applied', problem);
    }
  }

  async #look(stored: StoredChange): Promise<void> {
    const { approvals, now } = this.#options;
    const { approval, intentAt } = stored.change;
    const behind = await this.#leftBehind(stored);
    if (!approval?.requestId) {
      if (behind) {
        await this.#close(stored, 'not-approved', behind);
      } else if (now().getTime() - Date.parse(intentAt) > UNASKED_MS) {
        await this.#close(
          stored,
          'not-approved',
          'Approvals did not take the request within an hour; ask again',
        );
      } else {
        await this.#submit(stored);
      }
      return;
    }
    if (behind) {
      // Refused when it is decided meanwhile; then its outcome is what counts.
      await approvals.withdraw({ id: approval.requestId, reason: behind });
      await this.#close(stored, 'not-approved', `Taken back: ${behind}`);
    }
  }

  /** Why there is nothing to decide any more; `undefined` when there is, or the cluster does not say. */
  async #leftBehind(stored: StoredChange): Promise<string | undefined> {
    const { environments, previewer } = this.#options;
    const { environment, virtualService, impersonated } = stored.change;
    try {
      const { fits } = await previewer.planAgain(
        {
          environment: environments.get(environment),
          name: virtualService,
          person: { impersonation: impersonated },
        },
        stored,
      );
      return fits ? undefined : movedOn(virtualService);
    } catch (error) {
      return error instanceof NotFoundError
        ? `VirtualService '${virtualService}' is gone`
        : undefined;
    }
  }

  async #submit(stored: StoredChange): Promise<void> {
    const { approvals, environments, reader, store } = this.#options;
    const { id, virtualService } = stored.change;
    const environment = environments.get(stored.change.environment);
    const { measured } = await reader.readMeasured({
      environment,
      name: virtualService,
    });
    const receipt = await approvals.request(
      askAbout({ stored, environment, measured }),
    );
    await store.noteApproval(id, {
      requestId: receipt.id,
      policy: receipt.policy,
      ...(receipt.waitingFor && { waitingFor: receipt.waitingFor.title }),
    });
  }

  async #close(
    stored: StoredChange,
    outcome: CloseRecord['outcome'],
    error: string,
    announce: boolean = true,
  ): Promise<void> {
    const { auditor, store, now } = this.#options;
    const event = await auditor.createEvent({
      eventId: 'route-change-close',
      severityLevel: 'medium',
      meta: withContent(
        { ...metaOf(stored.change), outcome, why: error },
        { before: { state: 'waiting' }, schema: CLOSE_SCHEMA },
      ),
    });
    try {
      await store.close(stored.change.id, {
        outcome,
        at: now(),
        error,
        announce,
      });
      await event.success({ meta: afterwards({ state: outcome }) });
    } catch (failure) {
      await event.fail({ error: failure as Error });
      throw failure;
    }
  }
}
