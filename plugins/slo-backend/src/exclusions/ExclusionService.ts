import {
  AuditorService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
  stringifyError,
} from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { Environment } from '@shopfloor/plugin-environments-common';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  actOnExclusion,
  ExclusionAct,
  ExclusionFigures,
  ExclusionPreview,
  ExclusionWish,
  MAX_EXCLUSION_SECONDS,
  MIN_EXCLUSION_SECONDS,
  SloExclusion,
  SloExclusions,
  sloExclusionManagePermission,
  spanOf,
  TimeSpan,
} from '@shopfloor/plugin-slo-common';
import { Request } from 'express';
import { PrometheusClients } from '../evaluation/PrometheusClients';
import { findVisible } from '../service/findVisible';
import { SloRequest, SloService } from '../service/SloService';
import { countedAsNow, excludedStretches } from '../store/excluded';
import { SloStore, StoredSlo } from '../store/SloStore';
import { ExclusionApprovals } from './ExclusionApprovals';
import { ExclusionStore, StoredExclusion } from './ExclusionStore';
import { readFigures } from './readFigures';

/** What {@link ExclusionService} needs. */
export interface ExclusionServiceOptions {
  /** The guarded service: it says what a person may see. */
  slos: SloService;
  store: SloStore;
  exclusions: ExclusionStore;
  approvals: ExclusionApprovals;
  auditor: AuditorService;
  permissions: PermissionsService;
  environments: EnvironmentsService;
  clients: PrometheusClients;
  newId: () => string;
  now: () => Date;
}

const ACTS: ExclusionAct[] = ['withdraw', 'remove'];

/** Past stretches that shall not count: seeing them with both figures, asking, withdrawing, removing. */
export class ExclusionService {
  readonly #options: ExclusionServiceOptions;

  constructor(options: ExclusionServiceOptions) {
    this.#options = options;
  }

  /** @throws NotFoundError when there is no such SLO, or none the person may see */
  async list(id: string, request: SloRequest): Promise<SloExclusions> {
    const { exclusions } = this.#options;
    const slo = await this.#find(id, request);
    const [stored, may] = await Promise.all([
      exclusions.list(id),
      this.#mayManage(slo, request),
    ]);
    const window = budgetSpan(slo);
    const mayNot = reasonAgainst(slo, may);
    return {
      items: stored.map(each => present(each, { window, may, request })),
      mayAsk: mayNot === undefined,
      ...(mayNot && { mayNot }),
      ...(window && { windowFrom: iso(window.from) }),
      notYetEvaluated: slo.measurement !== undefined && !countedAsNow(slo),
      ...(await this.#asOfNow(slo, window)),
    };
  }

  /**
   * What leaving out a stretch would mean.
   *
   * @throws InputError for a stretch that cannot be left out, ServiceUnavailableError when Prometheus does not answer
   */
  async preview(
    wish: ExclusionWish,
    request: SloRequest,
  ): Promise<ExclusionPreview> {
    const slo = await this.#find(wish.id, request);
    return this.#look(slo, wish);
  }

  /**
   * Asks that a stretch is left out.
   *
   * @throws NotAllowedError, ConflictError when a part of it waits or is left out already, and as `preview`
   */
  async ask(
    wish: ExclusionWish & { reason: string },
    request: SloRequest,
    httpRequest: Request,
  ): Promise<SloExclusion> {
    const { approvals, auditor, exclusions, newId, now } = this.#options;
    const slo = await this.#find(wish.id, request);
    return audited(
      auditor,
      {
        eventId: 'exclusion-request',
        request: httpRequest,
        meta: {
          sloId: slo.id,
          entityRef: slo.entityRef,
          from: wish.from,
          to: wish.to,
          reason: wish.reason,
        },
      },
      async () => {
        await this.#require(slo, request);
        const { from, to, objectives } = await this.#look(slo, wish);
        const exclusion: StoredExclusion = {
          id: newId(),
          sloId: slo.id,
          entityRef: slo.entityRef,
          from: new Date(from),
          to: new Date(to),
          reason: wish.reason,
          state: 'waiting',
          requestedBy: request.credentials.principal.userEntityRef,
          requestedAt: now(),
          figures: objectives,
        };
        await exclusions.create(exclusion);
        const approvalId = await approvals.submit(exclusion);
        return present(
          { ...exclusion, ...(approvalId && { approvalId }) },
          { window: budgetSpan(slo), may: true, request },
        );
      },
    );
  }

  /**
   * Withdraws one that waits, or has one that is left out count again.
   *
   * @throws NotFoundError, NotAllowedError, ConflictError when it is not in a state where that can be done
   */
  async act(
    options: {
      id: string;
      exclusionId: string;
      act: ExclusionAct;
      comment?: string;
    },
    request: SloRequest,
    httpRequest: Request,
  ): Promise<SloExclusion> {
    const { auditor, exclusions } = this.#options;
    const { act, exclusionId } = options;
    const slo = await this.#find(options.id, request);
    const exclusion = await exclusions.get(exclusionId);
    if (exclusion?.sloId !== slo.id) {
      throw new NotFoundError(
        `There is no exclusion ${exclusionId} of the SLO ${slo.id}`,
      );
    }
    return audited(
      auditor,
      {
        eventId: `exclusion-${act}`,
        request: httpRequest,
        meta: {
          exclusionId,
          sloId: slo.id,
          entityRef: slo.entityRef,
          from: exclusion.from.toISOString(),
          to: exclusion.to.toISOString(),
        },
      },
      async () => {
        if (act === 'remove') {
          await this.#require(slo, request);
        }
        const moved = await this.#move(exclusion, options, request);
        return present(moved, { window: budgetSpan(slo), may: true, request });
      },
    );
  }

  async #move(
    exclusion: StoredExclusion,
    { act, comment }: { act: ExclusionAct; comment?: string },
    request: SloRequest,
  ): Promise<StoredExclusion> {
    const { approvals, exclusions, now } = this.#options;
    const by = request.credentials.principal.userEntityRef;
    const result = actOnExclusion({ exclusion, act, by });
    if ('refusal' in result) {
      throw result.refusal === 'not-requester'
        ? new NotAllowedError('Only who asked for an exclusion withdraws it')
        : new ConflictError(
            `The exclusion ${exclusion.id} is ${exclusion.state}; ${act} cannot be done to it`,
          );
    }
    if (act === 'withdraw') {
      await approvals.withdraw(exclusion);
    }
    const moved: StoredExclusion = {
      ...exclusion,
      state: result.state,
      decidedBy: by,
      decidedAt: now(),
      comment: comment || undefined,
    };
    if (!(await exclusions.move({ exclusion: moved, from: exclusion.state }))) {
      throw new ConflictError(
        `Somebody else changed the exclusion ${exclusion.id} just now; look at it again`,
      );
    }
    return moved;
  }

  /** Checks a stretch and looks at it. */
  async #look(
    slo: StoredSlo,
    { from, to }: { from: string; to: string },
  ): Promise<ExclusionPreview> {
    const reason = reasonAgainst(slo, true);
    if (reason === 'journey') {
      throw new InputError(
        `${slo.id} is a user journey: what is left out of its steps is left out of it, so ask for that there`,
      );
    }
    const window = budgetSpan(slo);
    const { measurement } = slo;
    if (!window || !measurement) {
      throw new InputError(
        `${slo.id} was never measured; there is nothing to leave out`,
      );
    }
    const stretch = this.#check({ from, to }, window);
    const objectives = await readFigures({
      slo,
      stretches: [stretch],
      windowHolds: true,
      ...this.#source(slo),
    });
    if (
      objectives.every(({ counted, excluded }) =>
        sameCounts(counted.counts, excluded.counts),
      )
    ) {
      throw new InputError(
        'from: nothing was counted in that stretch, so that leaving it out would change nothing',
      );
    }
    return {
      from: iso(stretch.from),
      to: iso(stretch.to),
      observedAt: measurement.observedAt.toISOString(),
      objectives,
    };
  }

  #check(wish: { from: string; to: string }, window: TimeSpan) {
    const from = Math.floor(Date.parse(wish.from) / 1000);
    const to = Math.ceil(Date.parse(wish.to) / 1000);
    if (to - from < MIN_EXCLUSION_SECONDS) {
      throw new InputError(
        `to: must be at least ${MIN_EXCLUSION_SECONDS} s after from`,
      );
    }
    if (to - from > MAX_EXCLUSION_SECONDS) {
      throw new InputError(
        `to: must be at most ${MAX_EXCLUSION_SECONDS / 86_400} days after from`,
      );
    }
    if (to > this.#options.now().getTime() / 1000) {
      throw new InputError(
        'to: must be over. Maintenance that is to come stands in the definition, as shopfloor.dev/maintenance',
      );
    }
    if (from < window.from) {
      throw new InputError(
        `from: must not be before ${iso(window.from)}, where the window of the budget begins`,
      );
    }
    return { from, to };
  }

  /** Both figures of what is left out now. */
  async #asOfNow(
    slo: StoredSlo,
    window: TimeSpan | undefined,
  ): Promise<Pick<SloExclusions, 'now' | 'failure'>> {
    const { measurement } = slo;
    const stretches = excludedStretches(slo).filter(
      ({ from, to }) => window && to > window.from && from < window.to,
    );
    if (!measurement || stretches.length === 0 || !countedAsNow(slo)) {
      return {};
    }
    let objectives: ExclusionFigures[];
    try {
      objectives = await readFigures({
        slo,
        stretches,
        windowHolds: false,
        ...this.#source(slo),
      });
    } catch (error) {
      return { failure: stringifyError(error) };
    }
    return {
      now: { observedAt: measurement.observedAt.toISOString(), objectives },
    };
  }

  #source(slo: StoredSlo): {
    environment: Environment;
    client: ReturnType<PrometheusClients['of']>;
  } {
    const { environments, clients } = this.#options;
    const environment = environments
      .list()
      .find(({ name }) => name === slo.environment);
    if (!environment) {
      throw new InputError(
        `There is no environment "${slo.environment}" any more; its history cannot be asked for`,
      );
    }
    return { environment, client: clients.of(environment) };
  }

  async #mayManage(
    { entityRef }: StoredSlo,
    { credentials }: SloRequest,
  ): Promise<boolean> {
    const [decision] = await this.#options.permissions.authorize(
      [{ permission: sloExclusionManagePermission, resourceRef: entityRef }],
      { credentials },
    );
    return decision.result === AuthorizeResult.ALLOW;
  }

  async #require(slo: StoredSlo, request: SloRequest): Promise<void> {
    if (!(await this.#mayManage(slo, request))) {
      throw new NotAllowedError(
        `You may not do this for ${slo.entityRef}: ${sloExclusionManagePermission.name} is given to its owners and the platform team`,
      );
    }
  }

  async #find(id: string, request: SloRequest): Promise<StoredSlo> {
    return (await findVisible({ ...this.#options, id }, request)).slo;
  }
}

function reasonAgainst(slo: StoredSlo, may: boolean): SloExclusions['mayNot'] {
  if (!may) {
    return 'permission';
  }
  if (slo.definition.journey) {
    return 'journey';
  }
  return budgetSpan(slo) ? undefined : 'not-measured';
}

/** The window of the budget as it was last measured. */
function budgetSpan({ definition, measurement }: StoredSlo) {
  return (
    measurement &&
    spanOf(definition.timeWindow, measurement.observedAt.getTime() / 1000)
  );
}

function present(
  exclusion: StoredExclusion,
  options: { window?: TimeSpan; may: boolean; request: SloRequest },
): SloExclusion {
  const { window, may, request } = options;
  const { from, to, figures, requestedAt, decidedAt, ...rest } = exclusion;
  const { sloId: _, entityRef: __, ...shown } = rest;
  const by = request.credentials.principal.userEntityRef;
  return {
    ...shown,
    from: from.toISOString(),
    to: to.toISOString(),
    requestedAt: requestedAt.toISOString(),
    ...(decidedAt && { decidedAt: decidedAt.toISOString() }),
    ...(exclusion.state === 'waiting' &&
      !exclusion.approvalId && { approvalPending: true }),
    asked: figures,
    inWindow: window !== undefined && to.getTime() / 1000 > window.from,
    may: ACTS.filter(
      act =>
        (act === 'withdraw' || may) &&
        'state' in actOnExclusion({ exclusion, act, by }),
    ),
  };
}

function sameCounts(
  one: ExclusionFigures['counted']['counts'],
  other: ExclusionFigures['counted']['counts'],
): boolean {
  return one?.bad === other?.bad && one?.total === other?.total;
}

function iso(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
