import { ConflictError, InputError, NotAllowedError } from '@backstage/errors';
import {
  ChangePreview,
  DryRunResult,
  HttpRoute,
  SubsetWeight,
  RouteManager,
  VirtualService,
  describeShareChanges,
  foreignManagers,
  forwardStep,
  managersOfRoute,
  movedShare,
  readRoute,
  sameSnapshot,
  shareChanges,
  snapshotOf,
  withHttp,
  withWeights,
  yamlDiff,
  yieldingManagers,
} from '@shopfloor/plugin-traffic-common';
import { asksFor } from '../approvals/asksFor';
import { TrafficConfig } from '../config';
import { RouteSnapshot, StoredChange } from '../database/TrafficStore';
import {
  RouteObjects,
  isFieldManagerConflict,
  kubernetesMessage,
} from '../kubernetes/RouteObjects';
import { StepGate } from '../gate/StepGate';
import { environmentView } from './environmentView';
import { RouteTarget } from './RouteAccessService';
import { RouteReader } from './RouteReader';

/** What is about to be written, and from what. */
export interface PlannedChange {
  live: VirtualService;
  before: RouteSnapshot;
  after: RouteSnapshot;
  http: HttpRoute[];
  /** Managers from which the route passes to us with this change, without a further question. */
  handedOverBy: RouteManager[];
}

/** A planned change with the largest share that it sends forward, 0 to 1. */
export interface PlannedStep extends PlannedChange {
  step: number;
}

/** A route and the person as whom it is read. */
export type PlanTarget = Pick<RouteTarget, 'environment' | 'name'> & {
  person: Pick<RouteTarget['person'], 'impersonation'>;
};

export interface RoutePreviewerOptions {
  objects: RouteObjects;
  reader: RouteReader;
  /** Field managers that leave a route alone once somebody else manages it. */
  yielding: ReadonlySet<string>;
  /** Says which steps ask through approvals. */
  config: Pick<TrafficConfig, 'environments'>;
  gate: StepGate;
}

/** Plans changes on the live object, and shows them before they are made. */
export class RoutePreviewer {
  readonly #objects: RouteObjects;
  readonly #reader: RouteReader;
  readonly #yielding: ReadonlySet<string>;
  readonly #config: Pick<TrafficConfig, 'environments'>;
  readonly #gate: StepGate;

  constructor(options: RoutePreviewerOptions) {
    this.#objects = options.objects;
    this.#reader = options.reader;
    this.#yielding = options.yielding;
    this.#config = options.config;
    this.#gate = options.gate;
  }

  /** @throws InputError when the route or the weights are not ones we write */
  async plan(
    target: RouteTarget,
    weights: SubsetWeight[],
  ): Promise<PlannedStep> {
    const { virtualService: live, destinationRule } = await this.#read(target);
    const { refusal, destinations } = readRoute(live, destinationRule);
    if (refusal) {
      throw new InputError(`${refusal.message}; change it where it is defined`);
    }
    const http = withWeights(live, weights);
    const before = snapshotOf(live);
    const after = withHttp(before, http);
    const versions = new Map(
      destinations.map(({ subset, labels }) => [
        subset,
        labels?.version ?? subset,
      ]),
    );
    return {
      live,
      before,
      http,
      after,
      handedOverBy: this.#handedOverBy(live),
      step: forwardStep(
        shareChanges(before, after),
        subset => versions.get(subset) ?? subset,
      ),
    };
  }

  /**
   * Plans once more what was asked for; `fits` tells whether the route is still as it was then.
   *
   * @throws InputError when it is no route that we write any more
   */
  async planAgain(
    target: PlanTarget,
    stored: StoredChange,
  ): Promise<PlannedChange & { fits: boolean }> {
    const { virtualService: live, destinationRule } = await this.#read(target);
    const { refusal } = readRoute(live, destinationRule);
    if (refusal) {
      throw new InputError(`${refusal.message}; change it where it is defined`);
    }
    const before = snapshotOf(live);
    return {
      live,
      before,
      http: stored.after.spec.http ?? [],
      after: stored.after,
      handedOverBy: this.#handedOverBy(live),
      fits: sameSnapshot(before, stored.before),
    };
  }

  /** Plans to bring back what was there before a change; `fits` tells whether the route is still as that change left it. */
  async planUndo(
    target: RouteTarget,
    stored: StoredChange,
  ): Promise<PlannedChange & { fits: boolean }> {
    const { virtualService: live } = await this.#read(target);
    const before = snapshotOf(live);
    const http = stored.before.spec.http ?? [];
    return {
      live,
      before,
      http,
      after: withHttp(before, http),
      handedOverBy: this.#handedOverBy(live),
      fits: sameSnapshot(before, stored.after),
    };
  }

  async preview(
    target: RouteTarget,
    weights: SubsetWeight[],
  ): Promise<ChangePreview> {
    const plan = await this.plan(target, weights);
    const { entityRef, environment, credentials } = target;
    const [shown, gate] = await Promise.all([
      this.#show(target, plan),
      this.#gate.consult(
        { entityRef, environment: environment.name, step: plan.step },
        credentials,
      ),
    ]);
    const approval = asksFor(this.#config.environments.get(environment.name), {
      step: plan.step,
      ...(gate && { gate }),
    });
    return { ...shown, ...(gate && { gate }), ...(approval && { approval }) };
  }

  async previewUndo(
    target: RouteTarget,
    stored: StoredChange,
  ): Promise<ChangePreview> {
    const plan = await this.planUndo(target, stored);
    const shown = await this.#show(target, plan);
    return plan.fits
      ? shown
      : {
          ...shown,
          conflict: {
            reason: changedSince(target.name),
            diffSince: yamlDiff(target.name, stored.after, plan.before),
          },
        };
  }

  async #show(
    target: RouteTarget,
    plan: PlannedChange,
  ): Promise<ChangePreview> {
    const { environment, entityRef, name } = target;
    const { before, after, live } = plan;
    const shares = shareChanges(before, after);
    const [dryRun, { measured }] = await Promise.all([
      this.#dryRun(target, plan),
      this.#reader.readMeasured({ environment, name }),
    ]);
    return {
      environment: environmentView(environment),
      entityRef,
      resourceVersion: live.metadata.resourceVersion ?? '',
      shares,
      summary: describeShareChanges(shares),
      diff: yamlDiff(name, before, after),
      dryRun,
      affected: {
        movedShare: movedShare(shares),
        hosts: live.spec.hosts ?? [],
        ...(measured && { measured }),
      },
    };
  }

  async #dryRun(
    target: RouteTarget,
    { live, http, handedOverBy }: PlannedChange,
  ): Promise<DryRunResult> {
    const { environment, name, person } = target;
    const ask = (force: boolean) =>
      this.#objects.apply({
        environment,
        name,
        impersonate: person.impersonation,
        http,
        resourceVersion: live.metadata.resourceVersion ?? '',
        force,
        dryRun: true,
      });
    try {
      try {
        await ask(false);
        return { state: 'accepted' };
      } catch (error) {
        if (!isFieldManagerConflict(error)) throw error;
        await ask(true);
        if (handedOverBy.length > 0) {
          return {
            state: 'accepted',
            handedOverBy: handedOverBy.map(manager => manager.name),
          };
        }
        return {
          state: 'needs-take-over',
          managers: foreignManagers(managersOfRoute(live)),
        };
      }
    } catch (error) {
      const refused =
        error instanceof NotAllowedError ||
        error instanceof InputError ||
        error instanceof ConflictError;
      return {
        state: refused ? 'refused' : 'unavailable',
        reason: kubernetesMessage(error),
      };
    }
  }

  #handedOverBy(live: VirtualService): RouteManager[] {
    return yieldingManagers(managersOfRoute(live), this.#yielding);
  }

  #read({ environment, name, person }: PlanTarget) {
    return this.#objects.read({
      environment,
      name,
      impersonate: person.impersonation,
    });
  }
}

export function changedSince(name: string): string {
  return `VirtualService '${name}' was changed by somebody else since; undo would discard that. Look at the preview and set the weights you want`;
}
