import { LoggerService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  GrantData,
  GrantState,
  ReasonCode,
} from '@shopfloor/plugin-secrets-common';
import { isUnavailable } from '../service/Previewer';
import { GrantStore } from '../store/GrantStore';
import { LEASE_MS, LeasedGrant, WorkStore } from '../store/WorkStore';
import { GrantSteps, isRefusal } from './GrantSteps';

const MAX_PER_ROUND = 200;
const MAX_STEPS = 10;

/** What {@link GrantWorker} needs. */
export interface GrantWorkerOptions {
  logger: LoggerService;
  steps: GrantSteps;
  store: GrantStore;
  work: WorkStore;
  newId: () => string;
  now: () => Date;
}

/**
 * Moves grants on. It takes one that is due, does the steps that its state asks for, and gives it back. Between any two of
 * them the process may die: another worker then takes the grant when the lease is over, and does the step again, which is the
 * same once more.
 */
export class GrantWorker {
  readonly #options: GrantWorkerOptions;

  constructor(options: GrantWorkerOptions) {
    this.#options = options;
  }

  /** One round: all that is due. */
  async run(signal?: AbortSignal): Promise<void> {
    const { work, newId, now } = this.#options;
    for (let taken = 0; taken < MAX_PER_ROUND; taken += 1) {
      signal?.throwIfAborted();
      const leased = await work.take(newId(), now());
      if (!leased) {
        return;
      }
      await this.#handle(leased);
    }
  }

  async #handle(leased: LeasedGrant): Promise<void> {
    const { work, now } = this.#options;
    const { lease, grant } = leased;
    const heartbeat = setInterval(() => {
      work.extend(lease, now()).catch(error => this.#warn(grant.id, error));
    }, LEASE_MS / 3);
    heartbeat.unref();
    let waits = true;
    try {
      waits = await this.#steps(grant.id, leased);
    } catch (error) {
      this.#warn(grant.id, error);
      await this.#hold(grant, error);
    } finally {
      clearInterval(heartbeat);
    }
    await work.giveBack({ id: grant.id, lease, waits, now: now() });
  }

  /** @returns whether it waits for something */
  async #steps(id: string, first: LeasedGrant): Promise<boolean> {
    const { steps, store, work, now } = this.#options;
    let stored = first as LeasedGrant | Awaited<ReturnType<GrantStore['get']>>;
    for (let done = 0; stored && done < MAX_STEPS; done += 1) {
      const result = await steps.next(stored);
      if (result !== 'moved') {
        return result === 'waits';
      }
      if (!(await work.extend(first.lease, now()))) {
        return true;
      }
      stored = await store.get(id);
    }
    return false;
  }

  /** Notes what is waited for, where that is known. */
  async #hold({ id, state }: GrantData, error: unknown): Promise<void> {
    const { store, now } = this.#options;
    const reason = reasonOf(error, state);
    if (reason) {
      await store.change(
        id,
        { type: 'hold', reason, words: (error as Error).message },
        { now: now().toISOString() },
      );
    }
  }

  #warn(id: string, error: unknown): void {
    this.#options.logger.warn(
      `The grant ${id} could not be moved on; it is tried again: ${stringifyError(error)}`,
    );
  }
}

const VAULT_REASONS: readonly ReasonCode[] = [
  'vault-sealed',
  'vault-standby',
  'vault-away',
  'vault-not-connected',
];

function reasonOf(error: unknown, state: GrantState): ReasonCode | undefined {
  const { code } = error as { code?: ReasonCode };
  if (isUnavailable(error) && code && VAULT_REASONS.includes(code)) {
    return code;
  }
  if (state === 'requested') {
    // All that is done by then is to ask for approval.
    return 'approvals-away';
  }
  return isRefusal(error) ? 'vault-refused' : undefined;
}
