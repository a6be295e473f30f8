import {
  AuditorService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  ConflictError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  actOnExclusion,
  ExclusionAct,
  ExclusionPreview,
  ExclusionWish,
  SloExclusion,
  SloExclusions,
  sloExclusionManagePermission,
} from '@shopfloor/plugin-slo-common';
import { Request } from 'express';
import { iso } from '../analysis/iso';
import { findVisible } from '../service/findVisible';
import { SloRequest, SloService } from '../service/SloService';
import { countedAsNow } from '../store/excluded';
import { SloStore, StoredSlo } from '../store/SloStore';
import { ExclusionApprovals } from './ExclusionApprovals';
import { ExclusionStore, StoredExclusion } from './ExclusionStore';
import {
  budgetSpan,
  presentExclusion,
  reasonAgainst,
} from './presentExclusion';
import { StretchReader } from './StretchReader';

/** What {@link ExclusionService} needs. */
export interface ExclusionServiceOptions {
  /** The guarded service: it says what a person may see. */
  slos: SloService;
  store: SloStore;
  exclusions: ExclusionStore;
  approvals: ExclusionApprovals;
  auditor: AuditorService;
  permissions: PermissionsService;
  stretches: StretchReader;
  newId: () => string;
  now: () => Date;
}

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
      items: stored.map(each =>
        presentExclusion(each, { window, may, request }),
      ),
      mayAsk: mayNot === undefined,
      ...(mayNot && { mayNot }),
      ...(window && { windowFrom: iso(window.from) }),
      notYetEvaluated: slo.measurement !== undefined && !countedAsNow(slo),
      ...(await this.#options.stretches.asOfNow(slo)),
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
    return this.#options.stretches.look(slo, wish);
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
        const { from, to, objectives } = await this.#options.stretches.look(
          slo,
          wish,
        );
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
        return presentExclusion(
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
        return presentExclusion(moved, {
          window: budgetSpan(slo),
          may: true,
          request,
        });
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
