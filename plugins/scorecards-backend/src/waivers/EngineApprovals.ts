import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, stringifyError } from '@backstage/errors';
import { ApprovalOutcome } from '@shopfloor/plugin-approvals-common';
import {
  ApprovalsService,
  SubjectFollower,
} from '@shopfloor/plugin-approvals-node';
import { afterwards, withContent } from '@shopfloor/plugin-audit-node';
import {
  waiverDecidePermission,
  waiverStateAt,
} from '@shopfloor/plugin-scorecards-common';
import { GradeAccess, UserCredentials } from '../access/GradeAccess';
import { decisionAnnouncement } from '../announce/announcements';
import { CheckTitles } from '../announce/checkTitles';
import { factsOf, StoredWaiver, WaiverStore } from '../store/WaiverStore';
import { stateAfterOutcome } from './stateAfterOutcome';
import { OthersAct, WaiverApprovals } from './WaiverApprovals';
import { WAIVER_SCHEMA, waiverContent } from './waiverContent';
import {
  askAbout,
  WAIVER_SUBJECT,
  WaiverEffect,
  waiverHash,
} from './waiverSubject';

/** A waiver that ended longer ago than this is in no call to the engine any more, in milliseconds. */
const IN_FLIGHT_MILLISECONDS = 5 * 60_000;

/** What {@link EngineApprovals} needs. */
export interface EngineApprovalsOptions {
  access: GradeAccess;
  approvals: ApprovalsService;
  auditor: AuditorService;
  logger: LoggerService;
  store: WaiverStore;
  /** What the waiver would do to the grade, as far as that is known. */
  effectOf: (waiver: StoredWaiver) => Promise<WaiverEffect | undefined>;
  /** Titles of checks as they are now. */
  titles: () => Promise<CheckTitles>;
  now: () => Date;
}

/**
 * {@link WaiverApprovals} by the approvals engine: a policy says who decides.
 *
 * The waiver is written before the engine is asked, and its id is the key of the request, so that asking again is the same
 * request. {@link run} asks for what was not asked and takes back what is over; {@link apply} takes outcomes. Each step may
 * be the last one of a process.
 */
export class EngineApprovals implements WaiverApprovals {
  readonly decidesElsewhere = true;
  readonly #options: EngineApprovalsOptions;
  readonly #follower: SubjectFollower;

  constructor(options: EngineApprovalsOptions) {
    this.#options = options;
    this.#follower = new SubjectFollower({ ...options, noun: 'waiver' });
  }

  async submit(waiver: StoredWaiver): Promise<string | undefined> {
    try {
      return await this.#ask(waiver);
    } catch (error) {
      this.#options.logger.warn(
        `The waiver ${waiver.id} could not be submitted for approval; it is tried again: ${stringifyError(error)}`,
      );
      return undefined;
    }
  }

  async withdraw(waiver: StoredWaiver): Promise<void> {
    const { id, approvalId } = waiver;
    // Without one it was not asked, or that is not known yet: then `run` takes it back.
    if (approvalId) {
      await this.#follower.withdraw({
        subject: { type: WAIVER_SUBJECT, subjectId: id },
        requestId: approvalId,
        reason: 'Withdrawn by who asked for the waiver',
      });
    }
  }

  async actsHere(credentials: UserCredentials): Promise<readonly OthersAct[]> {
    return (await this.#options.access.may(waiverDecidePermission, credentials))
      ? ['revoke']
      : [];
  }

  /** Asks for waivers that wait and were not asked for, and takes back requests for waivers that are over. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, now } = this.#options;
    const at = now();
    const follower = this.#follower;
    await follower.each(await store.unasked(at), signal, async waiver => {
      await this.#ask(waiver);
    });
    await follower.each(await store.unsettled(at), signal, async waiver => {
      await follower.takeBack({ type: WAIVER_SUBJECT, subjectId: waiver.id });
      const ended = waiver.decidedAt ?? waiver.expiresAt;
      if (at.getTime() - ended.getTime() > IN_FLIGHT_MILLISECONDS) {
        await store.settle(waiver.id);
      }
    });
  }

  /** Takes an outcome. The same one twice is once. What is granted counts for exactly the waiver that was shown. */
  async apply(outcome: ApprovalOutcome): Promise<void> {
    const { logger, store, now } = this.#options;
    const { requestId, subjectId, type } = outcome;
    if (type !== WAIVER_SUBJECT) {
      return;
    }
    const waiver = await store.get(subjectId);
    if (!waiver) {
      logger.warn(
        `The request for approval ${requestId} is about the waiver ${subjectId}, which is not there`,
      );
      return;
    }
    if (waiver.approvalId && waiver.approvalId !== requestId) {
      return; // Another request took its place.
    }
    const state = waiverStateAt(factsOf(waiver), now());
    if (outcome.outcome === 'superseded') {
      const [newest] = await this.#requestsAbout(subjectId);
      if (newest) {
        await store.link({
          id: subjectId,
          approvalId: newest.id,
          insteadOf: requestId,
        });
      }
      return;
    }
    if (outcome.granted && outcome.contentHash !== waiverHash(waiver)) {
      logger.warn(
        `The request for approval ${requestId} was about other content than the waiver ${subjectId} has; it does not count`,
      );
      if (state === 'waiting') {
        await this.#askAnew(waiver, requestId);
      }
      return;
    }
    const next = stateAfterOutcome({ state, outcome });
    if (!next) {
      await store.settle(subjectId);
      return;
    }
    await this.#move(
      {
        ...waiver,
        approvalId: requestId,
        state: next,
        decidedBy:
          // The plugin withdraws what waits only for who asked.
          outcome.by.findLast(ref => ref.startsWith('user:')) ??
          (next === 'withdrawn' ? waiver.requestedBy : undefined),
        decidedAt: new Date(outcome.at),
        comment: outcome.comment,
      },
      waiver,
    );
  }

  async #move(waiver: StoredWaiver, was: StoredWaiver) {
    const { auditor, store, titles, now } = this.#options;
    const { id, state, approvalId, scorecard, entityRef, check } = waiver;
    const event = await auditor.createEvent({
      eventId: 'waiver-outcome',
      severityLevel: 'medium',
      meta: withContent(
        {
          waiverId: id,
          state,
          ...(approvalId && { approvalId }),
          scorecard,
          entityRef,
          check,
        },
        {
          ...(waiver.decidedBy && { actor: waiver.decidedBy }),
          before: waiverContent(was),
          schema: WAIVER_SCHEMA,
        },
      ),
    });
    try {
      const moved = await store.move({
        waiver,
        from: was.state,
        now: now(),
        settled: true,
        // Of all others the engine tells.
        ...(state === 'revoked' && {
          announcement: decisionAnnouncement(waiver, await titles()),
        }),
      });
      if (!moved) {
        throw new ConflictError(`The waiver ${id} was changed just now`);
      }
      await event.success({ meta: afterwards(waiverContent(waiver)) });
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }

  async #ask(waiver: StoredWaiver): Promise<string> {
    const { approvals, store } = this.#options;
    const { id } = await approvals.request(await this.#askAbout(waiver));
    await store.link({ id: waiver.id, approvalId: id });
    return id;
  }

  /** The key of the first request is used up. */
  async #askAnew(waiver: StoredWaiver, insteadOf: string): Promise<void> {
    const { approvals, store } = this.#options;
    const { id } = await approvals.supersede({
      ...(await this.#askAbout(waiver)),
      requestKey: `${waiver.id} ${waiverHash(waiver)}`,
    });
    await store.link({ id: waiver.id, approvalId: id, insteadOf });
  }

  async #askAbout(waiver: StoredWaiver) {
    const { effectOf, titles } = this.#options;
    return askAbout(waiver, {
      effect: await effectOf(waiver),
      title: (await titles())(waiver.check),
    });
  }

  #requestsAbout(id: string) {
    return this.#options.approvals.list({
      type: WAIVER_SUBJECT,
      subjectId: id,
    });
  }
}
