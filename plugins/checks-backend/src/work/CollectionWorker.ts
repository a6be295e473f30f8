import { LoggerService } from '@backstage/backend-plugin-api';
import { CollectedEvidence, Collector } from '@shopfloor/plugin-checks-node';
import { CheckSets } from '../definitions/CheckSets';
import { assertEvidenceType } from '../rules/convertValue';
import { GradingStore } from '../store/GradingStore';
import { WorkLease, WorkStore } from '../store/WorkStore';

const GRADING_BATCH = 100;
/** Evidence larger than this as JSON is refused, in characters. */
const MAX_EVIDENCE_CHARACTERS = 100_000;

/** What {@link CollectionWorker} needs. */
export interface CollectionWorkerOptions {
  work: WorkStore;
  grading: GradingStore;
  sets: CheckSets;
  collectors: Collector[];
  logger: LoggerService;
  /** How many entities are looked at at once, over all collectors. */
  maxConcurrency: number;
  /** How long one look may take. */
  deadlineSeconds: number;
  /** A number from 0 to 1, for spreading over time. */
  random: () => number;
}

/**
 * Does what is due, in every instance of the portal. Collectors take turns, so that one with much to do or a slow system does
 * not keep the others waiting.
 */
export class CollectionWorker {
  readonly #options: CollectionWorkerOptions;
  #turn = 0;

  constructor(options: CollectionWorkerOptions) {
    this.#options = options;
  }

  /** Works until nothing is due any more. */
  async run(signal?: AbortSignal): Promise<void> {
    await this.#regrade(signal);
    const { collectors, maxConcurrency } = this.#options;
    if (collectors.length === 0) {
      return;
    }
    const share = Math.max(1, Math.ceil(maxConcurrency / collectors.length));
    // Each lane goes round all collectors from another one on, and ends when none of them has anything due.
    const lanes = Math.max(1, Math.floor(maxConcurrency / share));
    await Promise.all(
      Array.from({ length: lanes }, () => this.#lane(share, signal)),
    );
  }

  async #lane(share: number, signal?: AbortSignal): Promise<void> {
    const { collectors } = this.#options;
    let turn = this.#turn++;
    let idle = 0;
    while (idle < collectors.length && !signal?.aborted) {
      const collector = collectors[turn++ % collectors.length];
      const leases = await this.#options.work.claim({
        collector: collector.name,
        limit: share,
        // Longer than any look may take, so that a living process never loses its lease while it looks.
        leaseSeconds: this.#options.deadlineSeconds + 15,
      });
      idle = leases.length > 0 ? 0 : idle + 1;
      await Promise.all(
        leases.map(lease => this.#look(collector, lease, signal)),
      );
    }
  }

  async #regrade(signal?: AbortSignal): Promise<void> {
    const set = await this.#options.sets.current();
    while (!signal?.aborted) {
      const graded = await this.#options.grading.gradeOutdated(
        set,
        GRADING_BATCH,
      );
      if (graded < GRADING_BATCH) {
        return;
      }
    }
  }

  async #look(
    collector: Collector,
    lease: WorkLease,
    signal?: AbortSignal,
  ): Promise<void> {
    const { work, sets, logger, deadlineSeconds, random } = this.#options;
    const set = (tx: Parameters<typeof sets.current>[0]) => sets.current(tx);
    const deadline = AbortSignal.timeout(deadlineSeconds * 1000);
    let evidence: CollectedEvidence[];
    try {
      evidence = check(
        collector,
        await within(
          collector.collect({
            entity: lease.entity,
            signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
          }),
          deadline,
          deadlineSeconds,
        ),
      );
    } catch (error) {
      if (signal?.aborted) {
        await work.release(lease);
        return;
      }
      const { name, message, source } = error as Error & { source?: string };
      logger.debug(
        `${collector.name} could not look at ${lease.entityRef}: ${message}`,
      );
      await work.fail({
        lease,
        failure: message,
        source: name === 'SourceUnavailableError' ? source : undefined,
        set,
      });
      return;
    }
    await work.complete({
      lease,
      collector,
      evidence,
      nextInSeconds: collector.intervalSeconds * (0.9 + 0.2 * random()),
      set,
    });
  }
}

/** Ends the wait when time is up, also for a collector that does not listen. */
async function within<T>(
  task: Promise<T>,
  deadline: AbortSignal,
  seconds: number,
): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    const give = () => reject(new Error(`gave no answer within ${seconds} s`));
    deadline.addEventListener('abort', give, { once: true });
  });
  try {
    return await Promise.race([task, late]);
  } finally {
    late.catch(() => undefined);
  }
}

/** A collector keeps what it promises: every key once, of its type, or with a reason. */
function check(
  collector: Collector,
  evidence: CollectedEvidence[],
): CollectedEvidence[] {
  const missing = new Set(Object.keys(collector.evidence));
  for (const item of evidence) {
    if (!missing.delete(item.key)) {
      throw new Error(
        `The collector ${collector.name} gave ${item.key} twice, or does not declare it`,
      );
    }
    if (item.unknown) {
      continue;
    }
    assertEvidenceType(item.value, collector.evidence[item.key], item.key);
    if (JSON.stringify(item.value).length > MAX_EVIDENCE_CHARACTERS) {
      throw new Error(
        `${item.key} is larger than ${MAX_EVIDENCE_CHARACTERS} characters`,
      );
    }
  }
  if (missing.size > 0) {
    throw new Error(
      `The collector ${collector.name} left out ${[...missing].join(', ')}`,
    );
  }
  return evidence;
}
