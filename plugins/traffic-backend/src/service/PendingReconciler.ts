import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { NotFoundError, stringifyError } from '@backstage/errors';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { StoredChange, TrafficStore } from '../database/TrafficStore';
import { RouteObjects } from '../kubernetes/RouteObjects';
import { judgePending } from './judgePending';

export interface PendingReconcilerOptions {
  store: TrafficStore;
  objects: RouteObjects;
  environments: EnvironmentsService;
  auditor: AuditorService;
  logger: LoggerService;
  now: () => Date;
}

/** A younger intent may still be under way: longer than every deadline of a write together. */
export const PENDING_GRACE_MS = 15_000;
const BATCH = 50;

/** Finds the outcome of changes whose process died, or lost the cluster, between intent and outcome. */
export class PendingReconciler {
  readonly #options: PendingReconcilerOptions;

  constructor(options: PendingReconcilerOptions) {
    this.#options = options;
  }

  /** One pass over what is pending; what cannot be judged now is left for the next one. */
  async run(): Promise<void> {
    const { store, now, logger } = this.#options;
    const olderThan = new Date(now().getTime() - PENDING_GRACE_MS);
    for (const stored of await store.listPending(olderThan, BATCH)) {
      try {
        await this.#settle(stored);
      } catch (error) {
        logger.warn(
          `Change ${stored.change.id} stays pending: ${stringifyError(error)}`,
        );
      }
    }
  }

  async #settle(stored: StoredChange): Promise<void> {
    const { store, objects, environments, auditor, now } = this.#options;
    const { id, environment, virtualService, impersonated } = stored.change;
    const live = await objects
      .read({
        environment: environments.get(environment),
        name: virtualService,
        impersonate: impersonated,
      })
      .then(
        found => found.virtualService,
        error => {
          if (error instanceof NotFoundError) return undefined;
          throw error;
        },
      );
    const judgement = judgePending(stored, live);
    const closed = await store.recordOutcome(id, {
      ...judgement,
      outcomeAt: now(),
    });
    if (closed) {
      const event = await auditor.createEvent({
        eventId: 'route-change-reconcile',
        severityLevel: 'medium',
        meta: withContent(
          {
            changeId: id,
            entityRef: stored.change.entityRef,
            environment,
            person: stored.change.person,
            outcome: judgement.outcome,
          },
          {
            before: { state: 'pending' },
            schema: { fields: { state: 'keep' } },
          },
        ),
      });
      await event.success({ meta: afterwards({ state: judgement.outcome }) });
    }
  }
}
