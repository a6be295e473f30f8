import { AuditorService, LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  ApprovalsService,
  SubjectFollower,
} from '@shopfloor/plugin-approvals-node';
import {
  FINAL_STATES,
  GrantCommand,
  GrantData,
  isDue,
  Proof,
  secondsLeft,
  endOf,
  VaultState,
  withTtl,
} from '@shopfloor/plugin-secrets-common';
import { SecretsConfig, SecretsEnvironmentConfig } from '../config';
import {
  ACCESS_SUBJECT,
  askAboutAccess,
  askAboutRenewal,
  RENEWAL_SUBJECT,
  renewalSubjectId,
} from '../approvals/subjects';
import { GrantEngine } from '../engine/GrantEngine';
import { DeclarationStore } from '../store/DeclarationStore';
import { mayBeSettled } from '../store/grantRow';
import { GrantStore, StoredGrant } from '../store/GrantStore';
import { WorkStore } from '../store/WorkStore';
import { actOnGrant } from './actOnGrant';

/** Errors by which Vault says no; of all others it is not known what came of it, so it is tried again. */
const REFUSALS = [
  'NotAllowedError',
  'NotFoundError',
  'InputError',
  'ConflictError',
];

/** Whether Vault said no. */
export function isRefusal(error: unknown): boolean {
  return REFUSALS.includes((error as Error | undefined)?.name ?? '');
}

/** What a step came to: it went on, it waits for something outside, or nothing is to be done now. */
export type StepResult = 'moved' | 'waits' | 'rests';

/** What {@link GrantSteps} needs. */
export interface GrantStepsOptions {
  approvals: ApprovalsService;
  auditor: AuditorService;
  config: SecretsConfig;
  declarations: DeclarationStore;
  engine: GrantEngine;
  logger: LoggerService;
  store: GrantStore;
  work: WorkStore;
  now: () => Date;
}

/**
 * The steps of a grant, one at a time. Each does something outside first and notes it then, and what it does outside is the same
 * when it is done again.
 */
export class GrantSteps {
  readonly #options: GrantStepsOptions;
  readonly #follower: SubjectFollower;

  constructor(options: GrantStepsOptions) {
    this.#options = options;
    this.#follower = new SubjectFollower({ ...options, noun: 'grant' });
  }

  /** Does the step that a grant is due for. */
  async next(stored: StoredGrant): Promise<StepResult> {
    const { grant } = stored;
    const now = this.#now();
    if (FINAL_STATES.includes(grant.state)) {
      return stored.settled ? 'rests' : this.#takeBack(grant);
    }
    if (
      isDue(grant.expiresAt, now) &&
      grant.state !== 'revoking' &&
      grant.renewal?.state !== 'approved'
    ) {
      return this.#end(grant, 'expire');
    }
    switch (grant.state) {
      case 'requested':
        return grant.approvalRequestId ? 'rests' : this.#submit(grant);
      case 'approved':
        return this.#start(grant);
      case 'applying':
      case 'waiting-authorisation':
        return this.#apply(grant);
      case 'revoking':
        return this.#end(grant, 'finish-revoke');
      case 'active':
      case 'expiring':
        return this.#stand(stored, now);
      default:
        return 'rests';
    }
  }

  async #stand(stored: StoredGrant, now: string): Promise<StepResult> {
    const { grant, proofAsked } = stored;
    const { renewal, request, state } = grant;
    if (renewal?.state === 'approved') {
      const step = await this.#renew(grant);
      // It stays in force while its renewal waits for an authorisation.
      if (step !== 'rests') {
        return step;
      }
    }
    if (renewal && renewal.approvalRequestId === undefined) {
      return this.#submitRenewal(grant);
    }
    if (state === 'active' && isDue(grant.expiringAt, now)) {
      return this.#change(grant, { type: 'mark-expiring' });
    }
    if (
      request.subject.kind === 'service-account' &&
      (proofAsked || grant.lastProof === undefined)
    ) {
      return this.#prove(grant);
    }
    return 'rests';
  }

  async #submit(grant: GrantData): Promise<StepResult> {
    const { approvals, declarations, store } = this.#options;
    const diff = await store.diffOf(grant.id);
    const declared = await declarations.get(grant.request.owner);
    const { id } = await approvals.request(
      askAboutAccess({
        grant,
        diff: diff!,
        declared,
        production: this.#placeOf(grant)?.environment.production,
      }),
    );
    return this.#change(grant, { type: 'submit', approvalRequestId: id });
  }

  async #submitRenewal(grant: GrantData): Promise<StepResult> {
    const { approvals, declarations } = this.#options;
    const declared = await declarations.get(grant.request.owner);
    const { id } = await approvals.request(
      askAboutRenewal({
        grant,
        declared,
        production: this.#placeOf(grant)?.environment.production,
      }),
    );
    return this.#change(grant, {
      type: 'submit-renewal',
      number: grant.renewal!.number,
      approvalRequestId: id,
    });
  }

  /** Begins only when Vault serves and the portal may write exactly this. */
  async #start(grant: GrantData): Promise<StepResult> {
    const { engine } = this.#options;
    const { environment } = grant.request;
    const health = await engine.health(environment);
    if (health.status !== 'ready') {
      return this.#hold(grant, {
        type: 'hold',
        reason: `vault-${health.status}`,
        ...(health.words && { words: health.words }),
      });
    }
    if (grant.plan.tier === 'pinned' && !(await engine.pinned(grant.plan))) {
      return this.#hold(grant, { type: 'hold', reason: 'no-pin' });
    }
    const started = await this.#change(grant, { type: 'start' });
    if (
      grant.plan.tier === 'control-group' &&
      health.features &&
      !health.features.controlGroups &&
      !this.#placeOf(grant)?.freeForm
    ) {
      return this.#change(grant, {
        type: 'fail',
        reason: 'no-control-groups',
        words: 'Vault has no control groups, so nobody could authorise it',
      });
    }
    return started;
  }

  async #apply(grant: GrantData): Promise<StepResult> {
    const { engine } = this.#options;
    // What the platform granted has no end.
    const plan = grant.expiresAt
      ? withTtl(grant.plan, secondsLeft(grant.expiresAt, this.#now()))
      : grant.plan;
    return this.#audited(grant, 'grant-apply', async () => {
      let result;
      try {
        // What was once applied is put back, whatever is there now.
        const base: VaultState = grant.activeSince
          ? await engine.read(plan)
          : (grant.base ?? {});
        result = await engine.apply(plan, { base });
      } catch (error) {
        if (!isRefusal(error)) {
          throw error;
        }
        const words = (error as Error).message;
        return this.#change(grant, {
          type: 'fail',
          reason:
            (error as { code?: string }).code === 'read-back-differs'
              ? 'read-back-differs'
              : 'vault-refused',
          words,
        });
      }
      switch (result.state) {
        case 'applied': {
          const moved = await this.#change(grant, { type: 'finish-apply' });
          await this.#undoWhenOver(grant);
          return moved;
        }
        case 'waiting-authorisation': {
          const { accessor } = result;
          await this.#change(grant, { type: 'await-authorisation', accessor });
          return 'rests';
        }
        case 'base-changed':
          return this.#change(grant, {
            type: 'fail',
            reason: 'base-changed',
            words:
              'Vault has something else under this name than when it was decided; nothing was written',
          });
        default:
          throw new Error(
            `No such result: ${JSON.stringify(result satisfies never)}`,
          );
      }
    });
  }

  /** What was written for a grant that ended meanwhile, since another worker had it, is removed again. */
  async #undoWhenOver(grant: GrantData): Promise<void> {
    const { engine, store } = this.#options;
    const current = await store.get(grant.id);
    if (current && FINAL_STATES.includes(current.grant.state)) {
      await engine.revoke(grant.plan);
    }
  }

  /** A Job is created in the cluster for it, which is a write. */
  async #prove(grant: GrantData): Promise<StepResult> {
    const { engine } = this.#options;
    let unproven: Error | undefined;
    try {
      return await this.#audited(grant, 'grant-prove', async () => {
        let proof: Proof;
        try {
          proof = await engine.prove(grant.plan, { after: 'apply' });
        } catch (error) {
          unproven = error as Error;
          throw error;
        }
        return this.#change(grant, { type: 'record-proof', proof });
      });
    } catch (error) {
      // That the act could not be kept says nothing about the grant.
      if (!unproven || error !== unproven) {
        throw error;
      }
      return this.#hold(grant, {
        type: 'hold',
        reason: 'not-proven',
        words: unproven.message,
      });
    }
  }

  async #renew(grant: GrantData): Promise<StepResult> {
    const { engine } = this.#options;
    const { number, approvedAt, approvalRequestId, durationSeconds } =
      grant.renewal!;
    const { expiresAt } = endOf(approvedAt!, durationSeconds);
    const ttlSeconds = secondsLeft(
      expiresAt > grant.expiresAt! ? expiresAt : grant.expiresAt!,
      this.#now(),
    );
    if (ttlSeconds === 0) {
      return this.#end(grant, 'expire');
    }
    const over = isDue(grant.expiresAt, this.#now());
    let unauthorised = false;
    try {
      const step = await this.#audited(
        grant,
        'grant-renew',
        async () => {
          const result = await engine.renew(grant.plan, {
            ttlSeconds,
            // Over is over: nobody is asked for what has ended at Vault.
            mayAsk: !over,
          });
          switch (result.state) {
            case 'renewed':
              return this.#change(grant, { type: 'finish-renewal', number });
            case 'waiting-authorisation': {
              const { accessor } = result;
              await this.#change(grant, {
                type: 'await-authorisation',
                accessor,
                renewal: number,
              });
              unauthorised = over;
              return 'rests';
            }
            default:
              unauthorised = true;
              return 'rests';
          }
        },
        { ...(approvalRequestId && { approvalId: approvalRequestId }) },
      );
      return unauthorised ? this.#end(grant, 'expire') : step;
    } catch (error) {
      // What cannot be renewed ends when it would have.
      if (isRefusal(error) && isDue(grant.expiresAt, this.#now())) {
        return this.#end(grant, 'expire');
      }
      throw error;
    }
  }

  /** Removes it from Vault, whether time or somebody ends it. */
  async #end(
    grant: GrantData,
    type: 'expire' | 'finish-revoke',
  ): Promise<StepResult> {
    const { engine } = this.#options;
    return this.#audited(
      grant,
      type === 'expire' ? 'grant-expire' : 'grant-remove',
      async () => {
        const { steps } = await engine.revoke(grant.plan);
        const proof = await this.#proveEnd(grant);
        return this.#change(
          grant,
          type === 'expire'
            ? { type, ...(proof && { proof }) }
            : { type, steps, ...(proof && { proof }) },
        );
      },
    );
  }

  /** That the access is gone was read back by then; the Job says it once more, when it can be run. */
  async #proveEnd(grant: GrantData): Promise<Proof | undefined> {
    const { engine, logger } = this.#options;
    if (
      grant.request.subject.kind === 'person' ||
      grant.activeSince === undefined
    ) {
      return undefined;
    }
    try {
      return await engine.prove(grant.plan, { after: 'revoke' });
    } catch (error) {
      logger.warn(
        `That the grant ${grant.id} is gone could not be proven by a Job: ${stringifyError(error)}`,
      );
      return undefined;
    }
  }

  /** Nobody is asked to decide about what is over. */
  async #takeBack(grant: GrantData): Promise<StepResult> {
    const { work, now } = this.#options;
    const subjects = [
      { type: ACCESS_SUBJECT, subjectId: grant.id },
      ...Array.from({ length: grant.renewals ?? 0 }, (_, index) => ({
        type: RENEWAL_SUBJECT,
        subjectId: renewalSubjectId(grant.id, index + 1),
      })),
    ];
    for (const subject of subjects) {
      await this.#follower.takeBack(subject);
    }
    if (!mayBeSettled(grant, now())) {
      return 'waits';
    }
    await work.settle(grant.id);
    return 'rests';
  }

  async #hold(
    grant: GrantData,
    command: Extract<GrantCommand, { type: 'hold' }>,
  ): Promise<StepResult> {
    await this.#change(grant, command);
    return 'waits';
  }

  /** What another did meanwhile counts: a refusal only ends the step. */
  async #change(grant: GrantData, command: GrantCommand): Promise<StepResult> {
    const result = await this.#options.store.change(grant.id, command, {
      now: this.#now(),
    });
    return 'refusal' in result && result.refusal.code === 'not-due'
      ? 'rests'
      : 'moved';
  }

  #placeOf({ request }: GrantData): SecretsEnvironmentConfig | undefined {
    return this.#options.config.environments.find(
      ({ environment }) => environment.name === request.environment,
    );
  }

  #audited(
    grant: GrantData,
    eventId: string,
    work: () => Promise<StepResult>,
    options: { approvalId?: string } = {},
  ): Promise<StepResult> {
    const { auditor, store } = this.#options;
    return actOnGrant({ auditor, store, grant, eventId, ...options }, work);
  }

  #now(): string {
    return this.#options.now().toISOString();
  }
}
