import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import { withContent } from '@shopfloor/plugin-audit-node';
import { Environment } from '@shopfloor/plugin-environments-common';
import {
  ChangeGate,
  RouteChange,
  VirtualService,
  foreignManagers,
  managersOfRoute,
  sameSnapshot,
  snapshotOf,
} from '@shopfloor/plugin-traffic-common';
import { noteAudited } from '@shopfloor/plugin-requests-node';
import { Request } from 'express';
import { StoredChange, TrafficStore } from '../database/TrafficStore';
import { EffectProbe, EffectWatch } from '../effect/EffectProbe';
import {
  RouteObjects,
  isFieldManagerConflict,
  kubernetesMessage,
} from '../kubernetes/RouteObjects';
import { PlannedChange } from './RoutePreviewer';
import { ROUTE_SCHEMA, routeContent } from './routeContent';
import { RouteReader } from './RouteReader';

/** What {@link RouteWriter} needs. */
export interface RouteWriterOptions {
  objects: RouteObjects;
  store: TrafficStore;
  reader: RouteReader;
  probe: EffectProbe;
  auditor: AuditorService;
  logger: LoggerService;
  now: () => Date;
}

/** A change whose intent is recorded as pending. */
export interface WriteIntentOptions {
  stored: StoredChange;
  environment: Environment;
  plan: PlannedChange;
  watch: EffectWatch | undefined;
  /** For the auditor; absent when nobody is there any more who asked. */
  httpRequest?: Request;
  /** What the release gate said, for the auditor; absent when it was not asked. */
  gate?: ChangeGate;
}

/** Writes a recorded intent to the cluster, in the name of its person, and records the outcome. */
export class RouteWriter {
  readonly #options: RouteWriterOptions;

  constructor(options: RouteWriterOptions) {
    this.#options = options;
  }

  /** Begins to watch the proxies; call it before the intent is written. */
  prepare(environment: Environment): Promise<EffectWatch | undefined> {
    return this.#options.probe.prepare(environment);
  }

  /** @throws what the cluster refuses, recorded; ServiceUnavailableError when the outcome is not known yet */
  async write(options: WriteIntentOptions): Promise<RouteChange> {
    const { stored, environment, plan, watch, httpRequest, gate } = options;
    const { store, objects, reader, auditor, now } = this.#options;
    const { change } = stored;
    const { id, impersonated, virtualService: name } = change;
    const managers = foreignManagers(managersOfRoute(plan.live));
    const event = await auditor.createEvent({
      eventId: 'route-change',
      severityLevel: 'medium',
      ...(httpRequest && { request: httpRequest }),
      meta: withContent(
        {
          ...metaOf(change),
          ...(gate && { releaseGate: gateMeta(gate) }),
        },
        {
          actor: change.person,
          before: routeContent(stored.before),
          schema: ROUTE_SCHEMA,
        },
      ),
    });
    if (httpRequest) {
      noteAudited(httpRequest);
    }
    let applied: VirtualService;
    try {
      applied = await objects.apply({
        environment,
        name,
        impersonate: impersonated,
        http: plan.http,
        resourceVersion: plan.live.metadata.resourceVersion ?? '',
        force: change.takenOverFrom.length > 0 || plan.handedOverBy.length > 0,
      });
    } catch (error) {
      await event.fail({ error: error as Error });
      throw await this.#refused(
        id,
        error,
        managers.map(m => m.name),
      );
    }
    const after = snapshotOf(applied);
    await store.recordOutcome(id, {
      outcome: 'applied',
      outcomeAt: now(),
      ...(applied.metadata.resourceVersion && {
        resourceVersionAfter: applied.metadata.resourceVersion,
      }),
      ...(!sameSnapshot(after, stored.after) && { after }),
    });
    reader.forget(environment, name);
    if (watch) {
      await store.recordEffect(id, { state: 'waiting' });
      this.#observe(id, watch);
    }
    await event.success({
      meta: withContent(
        { resourceVersionAfter: applied.metadata.resourceVersion ?? '' },
        { after: routeContent(after) },
      ),
    });
    return (await store.getChange(id))!.change;
  }

  /** Records a refusal, and turns it into words. Without an answer the row stays pending for the reconciler. */
  async #refused(
    id: string,
    error: unknown,
    managers: string[],
  ): Promise<Error> {
    const { store, now } = this.#options;
    const message = kubernetesMessage(error);
    const definite =
      error instanceof ConflictError ||
      error instanceof NotAllowedError ||
      error instanceof NotFoundError ||
      error instanceof InputError;
    if (!definite) {
      return new ServiceUnavailableError(
        `Whether change ${id} was applied is not known yet: ${message}. It is looked up when the cluster answers again; see the history`,
        error,
      );
    }
    await store.recordOutcome(id, {
      outcome: 'refused',
      outcomeAt: now(),
      error: message,
    });
    if (isFieldManagerConflict(error)) {
      return new ConflictError(
        `The route is managed by ${managers.join(
          ', ',
        )}; take it over explicitly to change it here`,
        error,
      );
    }
    return error as Error;
  }

  #observe(id: string, watch: EffectWatch): void {
    const { store, logger } = this.#options;
    watch
      .wait()
      .then(effect => store.recordEffect(id, effect))
      .catch(error =>
        logger.warn(
          `The effect of change ${id} was not recorded: ${stringifyError(
            error,
          )}`,
        ),
      );
  }
}

/** A change as the audit has it. */
export function metaOf(
  change: Pick<
    RouteChange,
    | 'id'
    | 'kind'
    | 'entityRef'
    | 'environment'
    | 'virtualService'
    | 'person'
    | 'impersonated'
    | 'takenOverFrom'
    | 'summary'
    | 'reason'
    | 'approval'
  >,
) {
  const { impersonated, reason, approval } = change;
  return {
    changeId: change.id,
    kind: change.kind,
    entityRef: change.entityRef,
    environment: change.environment,
    virtualService: change.virtualService,
    person: change.person,
    impersonatedUser: impersonated.user,
    impersonatedGroups: impersonated.groups,
    takenOverFrom: change.takenOverFrom,
    summary: change.summary,
    ...(reason && { reason }),
    ...(approval?.requestId && { approvalId: approval.requestId }),
  };
}

/** What the release gate said, as the audit has it. */
export function gateMeta({ decision, reasons, unavailable }: ChangeGate) {
  return {
    decision,
    reasons: reasons.map(({ en }) => en),
    ...(unavailable !== undefined && { unavailable }),
  };
}
