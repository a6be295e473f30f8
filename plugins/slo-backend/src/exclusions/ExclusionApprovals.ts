import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { ConflictError, stringifyError } from '@backstage/errors';
import { ApprovalOutcome } from '@shopfloor/plugin-approvals-common';
import {
  ApprovalsService,
  SubjectFollower,
} from '@shopfloor/plugin-approvals-node';
import { EnvironmentsService } from '@shopfloor/plugin-environments-node';
import { exclusionAfterOutcome } from '@shopfloor/plugin-slo-common';
import { SloStore } from '../store/SloStore';
import { ExclusionStore, StoredExclusion } from './ExclusionStore';
import { askAbout, EXCLUSION_SUBJECT, exclusionHash } from './exclusionSubject';

/** One that ended longer ago than this is in no call to the engine any more, in milliseconds. */
const IN_FLIGHT_MILLISECONDS = 5 * 60_000;

/** What {@link ExclusionApprovals} needs. */
export interface ExclusionApprovalsOptions {
  approvals: ApprovalsService;
  auditor: AuditorService;
  environments: EnvironmentsService;
  logger: LoggerService;
  slos: SloStore;
  store: ExclusionStore;
  now: () => Date;
}

/**
 * Has the approvals engine decide whether a past stretch counts.
 *
 * An exclusion is written before the engine is asked, and its id is the key of the request, so that asking again is the same
 * request. {@link run} asks for what was not asked and takes back what is over; {@link apply} takes outcomes. Each step may
 * be the last one of a process.
 */
export class ExclusionApprovals {
  readonly #options: ExclusionApprovalsOptions;
  readonly #follower: SubjectFollower;

  constructor(options: ExclusionApprovalsOptions) {
    this.#options = options;
    this.#follower = new SubjectFollower({ ...options, noun: 'exclusion' });
  }

  /**
   * Told of one that waits, after it was written. It does not throw when it can be submitted later.
   *
   * @returns the id of the request for approval, when there is one
   */
  async submit(exclusion: StoredExclusion): Promise<string | undefined> {
    try {
      return await this.#ask(exclusion);
    } catch (error) {
      this.#options.logger.warn(
        `The exclusion ${exclusion.id} could not be submitted for approval; it is tried again: ${stringifyError(error)}`,
      );
      return undefined;
    }
  }

  /**
   * Told that one is to be withdrawn, before that is written. Once more is the same.
   *
   * @throws ConflictError when it is decided already
   */
  async withdraw({ id }: StoredExclusion): Promise<void> {
    // Without a request it was not asked, or that is not known yet: then `run` takes it back.
    await this.#follower.withdraw({
      subject: { type: EXCLUSION_SUBJECT, subjectId: id },
      reason: 'Withdrawn by who asked for it',
    });
  }

  /** Asks for those that wait and were not asked for, and takes back requests for those that are over. */
  async run(signal: AbortSignal): Promise<void> {
    const { store, now } = this.#options;
    const follower = this.#follower;
    await follower.each(await store.unasked(), signal, async exclusion => {
      await this.#ask(exclusion);
    });
    await follower.each(await store.unsettled(), signal, async exclusion => {
      await follower.takeBack({
        type: EXCLUSION_SUBJECT,
        subjectId: exclusion.id,
      });
      const ended = exclusion.decidedAt ?? exclusion.requestedAt;
      if (now().getTime() - ended.getTime() > IN_FLIGHT_MILLISECONDS) {
        await store.settle(exclusion.id);
      }
    });
  }

  /** Takes an outcome. The same one twice is once. What is granted counts for exactly the stretch that was shown. */
  async apply(outcome: ApprovalOutcome): Promise<void> {
    const { logger, store } = this.#options;
    const { requestId, subjectId, type } = outcome;
    if (type !== EXCLUSION_SUBJECT) {
      return;
    }
    const exclusion = await store.get(subjectId);
    if (!exclusion) {
      logger.warn(
        `The request for approval ${requestId} is about the exclusion ${subjectId}, which is not there`,
      );
      return;
    }
    const other = outcome.contentHash !== exclusionHash(exclusion);
    if (other) {
      logger.warn(
        `The request for approval ${requestId} was about other content than the exclusion ${subjectId} has; it grants nothing`,
      );
    }
    const next = exclusionAfterOutcome({
      state: exclusion.state,
      outcome: { ...outcome, granted: outcome.granted && !other },
    });
    if (!next) {
      await store.settle(subjectId);
      return;
    }
    await this.#move(
      {
        ...exclusion,
        approvalId: requestId,
        state: next,
        decidedBy:
          // The plugin withdraws what waits only for who asked.
          outcome.by.findLast(ref => ref.startsWith('user:')) ??
          (next === 'withdrawn' ? exclusion.requestedBy : undefined),
        decidedAt: new Date(outcome.at),
        comment: outcome.comment,
      },
      exclusion.state,
    );
  }

  async #move(
    exclusion: StoredExclusion,
    from: StoredExclusion['state'],
  ): Promise<void> {
    const { auditor, store } = this.#options;
    const { id, state, approvalId = '', sloId, entityRef } = exclusion;
    const event = await auditor.createEvent({
      eventId: 'exclusion-outcome',
      severityLevel: 'medium',
      meta: { exclusionId: id, state, approvalId, sloId, entityRef },
    });
    try {
      if (!(await store.move({ exclusion, from, settled: true }))) {
        throw new ConflictError(`The exclusion ${id} was changed just now`);
      }
      await event.success();
    } catch (error) {
      await event.fail({ error: error as Error });
      throw error;
    }
  }

  async #ask(exclusion: StoredExclusion): Promise<string | undefined> {
    const { approvals, environments, slos, store, now } = this.#options;
    const slo = await slos.getSlo(exclusion.sloId);
    if (!slo) {
      await this.#move(
        {
          ...exclusion,
          state: 'withdrawn',
          decidedAt: now(),
          comment: 'There is no such SLO any more',
        },
        'waiting',
      );
      return undefined;
    }
    const production = environments
      .list()
      .find(({ name }) => name === slo.environment)?.production;
    const { id } = await approvals.request(
      askAbout({ exclusion, slo, production }),
    );
    await store.link({ id: exclusion.id, approvalId: id });
    return id;
  }
}
