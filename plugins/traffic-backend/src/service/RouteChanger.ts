import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  ServiceUnavailableError,
  stringifyError,
} from '@backstage/errors';
import {
  ChangeRequest,
  RouteChange,
  UndoRequest,
  VirtualService,
  canonicalJson,
  foreignManagers,
  managersOfRoute,
  sameSnapshot,
  snapshotOf,
} from '@shopfloor/plugin-traffic-common';
import { createHash } from 'node:crypto';
import { Request } from 'express';
import { EffectProbe, EffectWatch } from '../effect/EffectProbe';
import {
  ChangeIntent,
  StoredChange,
  TrafficStore,
} from '../database/TrafficStore';
import {
  RouteObjects,
  isFieldManagerConflict,
  kubernetesMessage,
} from '../kubernetes/RouteObjects';
import { RouteTarget } from './RouteAccessService';
import { PlannedChange, RoutePreviewer, changedSince } from './RoutePreviewer';
import { RouteReader } from './RouteReader';

export interface RouteChangerOptions {
  objects: RouteObjects;
  store: TrafficStore;
  previewer: RoutePreviewer;
  reader: RouteReader;
  probe: EffectProbe;
  auditor: AuditorService;
  logger: LoggerService;
  newId: () => string;
  now: () => Date;
}

export interface WriteOptions {
  target: RouteTarget;
  idempotencyKey: string;
  /** The HTTP request, for the auditor. */
  httpRequest: Request;
}

/**
 * Makes changes: the intent is a row before anything is written, the outcome is recorded after. No intent, no write.
 */
export class RouteChanger {
  readonly #options: RouteChangerOptions;

  constructor(options: RouteChangerOptions) {
    this.#options = options;
  }

  /**
   * Sets the weights.
   *
   * @throws ConflictError when the route is another than the person saw, or another manager owns it and the take-over was
   * not asked for; NotAllowedError and InputError when Kubernetes refuses
   */
  async change(
    options: WriteOptions & { request: ChangeRequest },
  ): Promise<RouteChange> {
    const { request, target } = options;
    const requestHash = hashOf({
      entityRef: target.entityRef,
      environment: target.environment.name,
      ...request,
    });
    const earlier = await this.#earlier(options, requestHash);
    if (earlier) {
      return earlier;
    }
    const plan = await this.#options.previewer.plan(target, request.weights);
    if (plan.live.metadata.resourceVersion !== request.resourceVersion) {
      throw new ConflictError(
        `VirtualService '${target.name}' was changed since you looked (version ${plan.live.metadata.resourceVersion}, you saw ${request.resourceVersion}); look at the new preview`,
      );
    }
    const takeOver = request.takeOver ?? false;
    return this.#write(options, plan, {
      kind: 'shift',
      requestHash,
      takeOver,
      ...(request.reason && { reason: request.reason }),
    });
  }

  /**
   * Brings back exactly what was there before a change.
   *
   * @throws ConflictError when the change is not one that can be undone, or the route was changed since
   */
  async undo(
    options: WriteOptions & { stored: StoredChange; request: UndoRequest },
  ): Promise<RouteChange> {
    const { stored, target, request } = options;
    const { id, outcome, undoneBy } = stored.change;
    const requestHash = hashOf({ undoOf: id, ...request });
    const earlier = await this.#earlier(options, requestHash);
    if (earlier) {
      return earlier;
    }
    if (outcome !== 'applied') {
      throw new ConflictError(
        `Change ${id} was not applied (${outcome}); there is nothing to undo`,
      );
    }
    if (undoneBy) {
      throw new ConflictError(
        `Change ${id} was undone already, by ${undoneBy}`,
      );
    }
    const plan = await this.#options.previewer.planUndo(target, stored);
    if (!plan.fits) {
      throw new ConflictError(changedSince(target.name));
    }
    return this.#write(options, plan, {
      kind: 'undo',
      undoOf: id,
      requestHash,
      takeOver: false,
      ...(request.reason && { reason: request.reason }),
    });
  }

  async #earlier(
    { target, idempotencyKey }: WriteOptions,
    requestHash: string,
  ): Promise<RouteChange | undefined> {
    const stored = await this.#options.store.findByIdempotencyKey(
      target.person.userEntityRef,
      idempotencyKey,
    );
    return stored && sameRequest(stored, requestHash);
  }

  async #write(
    { target, idempotencyKey, httpRequest }: WriteOptions,
    plan: PlannedChange,
    what: Pick<ChangeIntent, 'kind' | 'undoOf' | 'reason' | 'requestHash'> & {
      takeOver: boolean;
    },
  ): Promise<RouteChange> {
    const { store, objects, probe, auditor, newId, now } = this.#options;
    const { environment, name, person } = target;
    const { takeOver, ...kind } = what;
    const force = takeOver || plan.handedOverBy.length > 0;
    const managers = foreignManagers(managersOfRoute(plan.live));
    const [{ stored, created }, watch] = await Promise.all([
      store.recordIntent({
        ...kind,
        id: newId(),
        entityRef: target.entityRef,
        environment: environment.name,
        virtualService: name,
        person: person.userEntityRef,
        impersonated: person.impersonation,
        takenOverFrom: force ? managers.map(manager => manager.name) : [],
        idempotencyKey,
        intentAt: now(),
        before: plan.before,
        after: plan.after,
        resourceVersionBefore: plan.live.metadata.resourceVersion ?? '',
      }),
      probe.prepare(environment),
    ]);
    if (!created) {
      return sameRequest(stored, what.requestHash);
    }
    const { id } = stored.change;
    const event = await auditor.createEvent({
      eventId: 'route-change',
      severityLevel: 'medium',
      request: httpRequest,
      meta: {
        changeId: id,
        kind: what.kind,
        entityRef: target.entityRef,
        environment: environment.name,
        virtualService: name,
        impersonatedUser: person.impersonation.user,
        impersonatedGroups: person.impersonation.groups,
        takenOverFrom: stored.change.takenOverFrom,
        summary: stored.change.summary,
        ...(what.reason && { reason: what.reason }),
      },
    });
    let applied: VirtualService;
    try {
      applied = await objects.apply({
        environment,
        name,
        impersonate: person.impersonation,
        http: plan.http,
        resourceVersion: plan.live.metadata.resourceVersion ?? '',
        force,
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
      ...(!sameSnapshot(after, plan.after) && { after }),
    });
    this.#options.reader.forget(environment, name);
    if (watch) {
      await store.recordEffect(id, { state: 'waiting' });
      this.#observe(id, watch);
    }
    await event.success({
      meta: { resourceVersionAfter: applied.metadata.resourceVersion ?? '' },
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

function sameRequest(stored: StoredChange, requestHash: string): RouteChange {
  if (stored.requestHash !== requestHash) {
    throw new ConflictError(
      `The idempotency key was used for another request (change ${stored.change.id}); use a new one`,
    );
  }
  return stored.change;
}

function hashOf(request: object): string {
  return createHash('sha256').update(canonicalJson(request)).digest('hex');
}
