import { ConflictError, InputError, NotAllowedError } from '@backstage/errors';
import {
  ChangeGate,
  ChangeRequest,
  RouteChange,
  UndoRequest,
  canonicalJson,
  foreignManagers,
  managersOfRoute,
} from '@shopfloor/plugin-traffic-common';
import { createHash } from 'node:crypto';
import { Request } from 'express';
import { AskedChanges } from '../approvals/AskedChanges';
import { asksFor } from '../approvals/asksFor';
import { TrafficConfig } from '../config';
import {
  ChangeIntent,
  StoredChange,
  TrafficStore,
} from '../database/TrafficStore';
import { gateWords } from '../gate/gateWords';
import { StepGate } from '../gate/StepGate';
import { ownerOf, RouteTarget } from './RouteAccessService';
import { PlannedChange, RoutePreviewer, changedSince } from './RoutePreviewer';
import { RouteWriter } from './RouteWriter';

export interface RouteChangerOptions {
  store: TrafficStore;
  previewer: RoutePreviewer;
  writer: RouteWriter;
  asked: AskedChanges;
  /** Says which steps ask through approvals. */
  config: Pick<TrafficConfig, 'environments'>;
  gate: StepGate;
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
 * Makes changes: the intent is a row before anything is written, the outcome is recorded after. No intent, no write. A large
 * step forward, and one that the release gate keeps back, becomes a row that waits for an approval instead.
 */
export class RouteChanger {
  readonly #options: RouteChangerOptions;

  constructor(options: RouteChangerOptions) {
    this.#options = options;
  }

  /**
   * Sets the weights, or asks for that.
   *
   * @throws ConflictError when the route is another than the person saw, or another manager owns it and the take-over was
   * not asked for; InputError for a step that asks without a reason; NotAllowedError when the release gate refuses;
   * NotAllowedError and InputError when Kubernetes refuses
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
    const intent = this.#intent(options, plan, {
      kind: 'shift',
      requestHash,
      takeOver: request.takeOver ?? false,
      ...(request.reason && { reason: request.reason }),
    });
    const gate = await this.#options.gate.consult(
      {
        entityRef: target.entityRef,
        environment: target.environment.name,
        step: plan.step,
      },
      target.credentials,
    );
    if (gate?.effect === 'refuse') {
      throw new NotAllowedError(
        `${gateWords(gate, target.entityRef).en} Nothing is moved forward in ${target.environment.name} until that is over; going back and undo are open`,
      );
    }
    const asks = asksFor(
      this.#options.config.environments.get(target.environment.name),
      { step: plan.step, ...(gate && { gate }) },
    );
    if (!asks) {
      return this.#write(options, plan, intent, gate);
    }
    if (!request.reason) {
      throw new InputError(
        asks.abovePercent === undefined && gate
          ? `reason: ${gateWords(gate, target.entityRef).en} A step forward asks for an approval; say why it is wanted`
          : `reason: a step of ${Math.round(asks.step * 1000) / 10} percentage points forward asks for an approval; say why it is wanted`,
      );
    }
    const { stored, change } = await this.#options.asked.ask(
      {
        ...intent,
        asks: {
          ...asks,
          asker: {
            claims: target.person.ownershipEntityRefs,
            owner: ownerOf(target.entity),
          },
        },
      },
      options.httpRequest,
    );
    sameRequest(stored, requestHash);
    return change;
  }

  /**
   * Brings back exactly what was there before a change. It never waits for an approval: what it brings back was live until
   * that change.
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
    return this.#write(
      options,
      plan,
      this.#intent(options, plan, {
        kind: 'undo',
        undoOf: id,
        requestHash,
        takeOver: false,
        ...(request.reason && { reason: request.reason }),
      }),
    );
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

  #intent(
    { target, idempotencyKey }: WriteOptions,
    plan: PlannedChange,
    what: Pick<ChangeIntent, 'kind' | 'undoOf' | 'reason' | 'requestHash'> & {
      takeOver: boolean;
    },
  ): ChangeIntent {
    const { newId, now } = this.#options;
    const { environment, name, person } = target;
    const { takeOver, ...kind } = what;
    const managers = foreignManagers(managersOfRoute(plan.live));
    const force = takeOver || plan.handedOverBy.length > 0;
    return {
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
    };
  }

  async #write(
    { target, httpRequest }: WriteOptions,
    plan: PlannedChange,
    intent: ChangeIntent,
    gate?: ChangeGate,
  ): Promise<RouteChange> {
    const { store, writer } = this.#options;
    const { environment } = target;
    const [{ stored, created }, watch] = await Promise.all([
      store.recordIntent(intent),
      writer.prepare(environment),
    ]);
    return created
      ? writer.write({
          stored,
          environment,
          plan,
          watch,
          httpRequest,
          ...(gate && { gate }),
        })
      : sameRequest(stored, intent.requestHash);
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
