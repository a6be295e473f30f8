import { AuditorService } from '@backstage/backend-plugin-api';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import {
  ConflictError,
  InputError,
  NotAllowedError,
  NotFoundError,
} from '@backstage/errors';
import { audited } from '@shopfloor/plugin-requests-node';
import {
  actOnWaiver,
  ListWaiversOptions,
  MAX_WAIVER_DAYS,
  Waiver,
  WaiverAct,
  WaiverRefusal,
  WaiverRequest,
  waiverRequestPermission,
  waiverStateAt,
} from '@shopfloor/plugin-scorecards-common';
import { Request } from 'express';
import { lower } from '@shopfloor/plugin-entity-access-node';
import { applyGradeCriteria } from '../access/criteria';
import { GradeAccess, Readable, UserCredentials } from '../access/GradeAccess';
import { decisionAnnouncement } from '../announce/announcements';
import { CheckTitles } from '../announce/checkTitles';
import { NarrowedGrades } from '../store/NarrowedGrades';
import { factsOf, StoredWaiver, WaiverStore } from '../store/WaiverStore';
import { OthersAct, WaiverApprovals } from '../waivers/WaiverApprovals';
import { WAIVER_SCHEMA, waiverContent } from '../waivers/waiverContent';

/** What {@link WaiverService} needs. */
export interface WaiverServiceOptions {
  access: GradeAccess;
  approvals: WaiverApprovals;
  auditor: AuditorService;
  queries: NarrowedGrades;
  store: WaiverStore;
  /** Titles of checks as they are now. */
  titles: () => Promise<CheckTitles>;
  newId: () => string;
  now: () => Date;
}

const ACTS: WaiverAct[] = ['approve', 'deny', 'withdraw', 'revoke'];

const REFUSALS: Record<Exclude<WaiverRefusal, 'wrong-state'>, string> = {
  'own-request': 'Nobody decides about a waiver that the same person asked for',
  'not-requester': 'Only who asked for a waiver withdraws it',
  'comment-missing': 'comment: a denial says why',
};

/** Waivers: asking for them, deciding about them, seeing them. */
export class WaiverService {
  readonly #options: WaiverServiceOptions;

  constructor(options: WaiverServiceOptions) {
    this.#options = options;
  }

  /** Those of scorecards and entities that the person may see, newest first; at most 1,000. */
  async list(
    filter: ListWaiversOptions,
    credentials: UserCredentials,
  ): Promise<Waiver[]> {
    const { access, approvals, store, now } = this.#options;
    const [readable, others] = await Promise.all([
      access.readable(credentials),
      approvals.actsHere(credentials),
    ]);
    const waivers = await this.#find(store, readable, filter);
    return waivers
      .map(waiver => this.#present(waiver, credentials, others, now()))
      .filter(({ state }) => !filter.state || state === filter.state);
  }

  /**
   * Asks for a waiver.
   *
   * @throws NotFoundError when the entity is not graded for that check, ConflictError when there is one already
   */
  async request(
    wish: WaiverRequest,
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<Waiver> {
    const { access, approvals, auditor, queries, store, newId, now } =
      this.#options;
    const entityRef = lower(wish.entityRef);
    const readable = await access.readable(credentials);
    const [graded] = await queries.list({
      readable,
      filter: {
        scorecard: wish.scorecard,
        entity: entityRef,
        check: wish.check,
      },
      sort: 'name',
      limit: 1,
      offset: 0,
    });
    if (!graded) {
      throw new NotFoundError(
        `${wish.entityRef} is not graded for "${wish.check}" on the scorecard "${wish.scorecard}", or you may not see it`,
      );
    }
    const expiresAt = new Date(wish.expiresAt);
    const days = (expiresAt.getTime() - now().getTime()) / 86_400_000;
    if (days <= 0 || days > MAX_WAIVER_DAYS) {
      throw new InputError(
        `expiresAt: a waiver ends within ${MAX_WAIVER_DAYS} days from now`,
      );
    }
    const waiver: StoredWaiver = {
      id: newId(),
      scorecard: wish.scorecard,
      entityRef,
      check: wish.check,
      reason: wish.reason,
      state: 'waiting',
      requestedBy: credentials.principal.userEntityRef,
      requestedAt: now(),
      expiresAt,
    };
    const approvalId = await audited(
      auditor,
      {
        eventId: 'waiver-request',
        request: httpRequest,
        meta: withContent(metaOf(waiver), { schema: WAIVER_SCHEMA }),
        result: () => afterwards(waiverContent(waiver)),
      },
      async () => {
        await access.require(waiverRequestPermission, credentials, entityRef);
        await store.create(waiver);
        return approvals.submit(waiver);
      },
    );
    return this.#present(
      { ...waiver, ...(approvalId && { approvalId }) },
      credentials,
      await approvals.actsHere(credentials),
      now(),
    );
  }

  /**
   * Approves, denies, withdraws or revokes.
   *
   * @throws NotFoundError, NotAllowedError, InputError without the comment of a denial, ConflictError when it is not in a
   * state where that can be done
   */
  async act(
    options: { id: string; act: WaiverAct; comment?: string },
    credentials: UserCredentials,
    httpRequest: Request,
  ): Promise<Waiver> {
    const { access, approvals, auditor, store, now } = this.#options;
    const { id, act, comment } = options;
    const readable = await access.readable(credentials);
    const [waiver] = await this.#find(store, readable, { id });
    if (!waiver) {
      throw new NotFoundError(
        `There is no waiver ${id}, or you may not see it`,
      );
    }
    const others = await approvals.actsHere(credentials);
    const by = credentials.principal.userEntityRef;
    const moved = await audited(
      auditor,
      {
        eventId: `waiver-${act}`,
        request: httpRequest,
        meta: withContent(
          { ...metaOf(waiver), ...(comment && { comment }) },
          { before: waiverContent(waiver), schema: WAIVER_SCHEMA },
        ),
        result: changed => afterwards(waiverContent(changed)),
      },
      async () => {
        if (act !== 'withdraw' && !others.includes(act)) {
          throw new NotAllowedError(
            approvals.decidesElsewhere && act !== 'revoke'
              ? `Waivers are decided under Approvals${waiver.approvalId ? `, this one at /approvals/${waiver.approvalId}` : ''}`
              : 'You may not decide about waivers: scorecards.waiver.decide is not granted to you',
          );
        }
        return this.#move(waiver, act, by, comment);
      },
    );
    return this.#present(moved, credentials, others, now());
  }

  async #move(
    waiver: StoredWaiver,
    act: WaiverAct,
    by: string,
    comment: string | undefined,
  ): Promise<StoredWaiver> {
    const { approvals, store, titles, now } = this.#options;
    const at = now();
    const result = actOnWaiver({
      waiver: factsOf(waiver),
      act,
      by,
      comment,
      now: at,
    });
    if ('refusal' in result) {
      throw refused(result.refusal, waiver, act, at);
    }
    if (act === 'withdraw') {
      await approvals.withdraw(waiver);
    }
    const moved: StoredWaiver = {
      ...waiver,
      state: result.state,
      decidedBy: by,
      decidedAt: at,
      ...(comment && { comment }),
    };
    const done = await store.move({
      waiver: moved,
      from: waiver.state,
      now: at,
      ...(act !== 'withdraw' && {
        announcement: decisionAnnouncement(moved, await titles()),
      }),
    });
    if (!done) {
      throw new ConflictError(
        `Somebody else decided about the waiver ${waiver.id} just now; look at it again`,
      );
    }
    return moved;
  }

  async #find(
    store: WaiverStore,
    readable: Readable,
    filter: { id?: string; scorecard?: string; entity?: string },
  ): Promise<StoredWaiver[]> {
    const found = await store.list(query => {
      applyGradeCriteria(query, readable.scorecards, {
        scorecard: 'w.scorecard',
      });
      applyGradeCriteria(query, readable.entities, { facets: 'e.facets' });
      if (filter.id) {
        query.where('w.id', filter.id);
      }
      if (filter.scorecard) {
        query.where('w.scorecard', filter.scorecard);
      }
      if (filter.entity) {
        query.where('w.entity_ref', filter.entity);
      }
    });
    return this.#options.queries.seen(readable, found);
  }

  #present(
    waiver: StoredWaiver,
    credentials: UserCredentials,
    others: readonly OthersAct[],
    now: Date,
  ): Waiver {
    const facts = factsOf(waiver);
    const { decidesElsewhere } = this.#options.approvals;
    const { decidedAt, requestedAt, expiresAt, approvalId, ...rest } = waiver;
    const state = waiverStateAt(facts, now);
    return {
      ...rest,
      ...(decidesElsewhere && approvalId && { approvalId }),
      ...(decidesElsewhere &&
        !approvalId &&
        state === 'waiting' && { approvalPending: true }),
      requestedAt: requestedAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
      ...(decidedAt && { decidedAt: decidedAt.toISOString() }),
      state,
      may: ACTS.filter(
        act =>
          (act === 'withdraw' || others.includes(act)) &&
          'state' in
            actOnWaiver({
              waiver: facts,
              act,
              by: credentials.principal.userEntityRef,
              comment: 'given',
              now,
            }),
      ),
    };
  }
}

function metaOf(waiver: StoredWaiver): Record<string, string> {
  const { id, scorecard, entityRef, check, reason, expiresAt } = waiver;
  return {
    ...(waiver.approvalId && { approvalId: waiver.approvalId }),
    waiverId: id,
    scorecard,
    entityRef,
    check,
    reason,
    expiresAt: expiresAt.toISOString(),
  };
}

function refused(
  refusal: WaiverRefusal,
  waiver: StoredWaiver,
  act: WaiverAct,
  now: Date,
): Error {
  switch (refusal) {
    case 'wrong-state':
      return new ConflictError(
        `The waiver ${waiver.id} is ${waiverStateAt(factsOf(waiver), now)}; ${act} cannot be done to it`,
      );
    case 'comment-missing':
      return new InputError(REFUSALS[refusal]);
    default:
      return new NotAllowedError(REFUSALS[refusal]);
  }
}
