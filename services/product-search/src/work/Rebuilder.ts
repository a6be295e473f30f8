import type {
  createLogger,
  Database,
  EventLog,
  SearchIndex,
} from '@shopfloor/service-kit';
import type { IndexedProduct } from '../domain/types.ts';
import { CONSUMED_TOPICS, REPLAY_GROUP } from '../events/handlers.ts';
import type {
  Rebuild,
  RebuildChange,
  RebuildStore,
} from '../store/RebuildStore.ts';
import type { SourceStore } from '../store/SourceStore.ts';
import { Replay } from './Replay.ts';

/** Options of {@link Rebuilder}. */
export interface RebuilderOptions {
  /** Names this replica in leases. */
  holder: string;
  rebuilds: RebuildStore;
  store: SourceStore;
  index: SearchIndex<IndexedProduct>;
  log: Pick<EventLog, 'consume' | 'replay'>;
  database: Database;
  /** Told that documents are to be written. */
  onQueued: () => void;
  quietMs: number;
  logger: ReturnType<typeof createLogger>;
  leaseSeconds?: number;
}

const COPY_STEP = 2000;
const LEASE_SECONDS = 30;

/**
 * Carries a rebuild out, one step a round. What a step has done is in the row of
 * the rebuild or can be done again without harm, so that after a crash another
 * replica goes on when the lease is over:
 *
 * 1. `requested`: begin a generation (from now on live changes go to both), set the replay group back to zero.
 * 2. `copying`: queue every known product. The log keeps events for some days only; what is older is here.
 * 3. `replaying`: read the topics from zero, which also puts right what this service knows wrongly.
 * 4. `indexing`: wait until all that is queued for the generation is written, then let it serve.
 */
export class Rebuilder {
  readonly #options: RebuilderOptions;
  #replay: Replay | undefined;

  static create(options: RebuilderOptions): Rebuilder {
    return new Rebuilder(options);
  }

  private constructor(options: RebuilderOptions) {
    this.#options = options;
  }

  /** Does the next step of the rebuild under way, if it is this replica's. @returns whether another follows at once */
  async round(): Promise<boolean> {
    const { rebuilds, holder, leaseSeconds, logger } = this.#options;
    const rebuild = await rebuilds.lease({
      holder,
      seconds: leaseSeconds ?? LEASE_SECONDS,
    });
    if (!rebuild) {
      await this.#endReplay();
      await this.#tidy();
      return false;
    }
    try {
      return await this.#step(rebuild);
    } catch (error) {
      logger.warn(
        { error, rebuild: rebuild.id, state: rebuild.state },
        'A step of a rebuild failed; it is tried again',
      );
      await this.#save(rebuild, { lastError: (error as Error).message });
      return false;
    }
  }

  /** Ends the replay and lets another replica go on at once. */
  async close(): Promise<void> {
    await this.#endReplay();
    await this.#options.rebuilds
      .release(this.#options.holder)
      .catch(() => undefined);
  }

  async #step(rebuild: Rebuild): Promise<boolean> {
    if (rebuild.state !== 'requested' && !(await this.#lives(rebuild))) {
      // Someone gave the generation up under it: from the beginning.
      return this.#save(rebuild, { state: 'requested' });
    }
    switch (rebuild.state) {
      case 'requested':
        return this.#begin(rebuild);
      case 'copying':
        return this.#copy(rebuild);
      case 'replaying':
        return this.#replayStep(rebuild);
      default:
        return this.#finish(rebuild);
    }
  }

  async #lives({ generation }: Rebuild): Promise<boolean> {
    const { serving, building } = await this.#options.index.generations();
    return generation === serving || generation === building;
  }

  async #begin(rebuild: Rebuild): Promise<boolean> {
    const { index, log } = this.#options;
    const generation = await index.beginGeneration();
    await this.#endReplay();
    await log.replay({
      group: REPLAY_GROUP,
      topics: CONSUMED_TOPICS,
      from: 'beginning',
    });
    return this.#save(rebuild, { state: 'copying', generation });
  }

  async #copy(rebuild: Rebuild): Promise<boolean> {
    const { rebuilds, holder, onQueued } = this.#options;
    const copied = await rebuilds.copyStep(rebuild.id, holder, COPY_STEP);
    onQueued();
    return copied > 0 || this.#save(rebuild, { state: 'replaying' });
  }

  async #replayStep(rebuild: Rebuild): Promise<boolean> {
    const { onQueued, ...options } = this.#options;
    if (this.#replay?.rebuildId !== rebuild.id) {
      await this.#endReplay();
      this.#replay = await Replay.start({
        ...options,
        rebuildId: rebuild.id,
        generation: rebuild.generation!,
      });
    }
    onQueued();
    if (!this.#replay.caughtUp()) {
      return false;
    }
    await this.#endReplay();
    return this.#save(rebuild, { state: 'indexing' });
  }

  async #finish(rebuild: Rebuild): Promise<boolean> {
    const { store, index, onQueued, logger } = this.#options;
    const generation = rebuild.generation!;
    if ((await store.waitingFor(generation)) > 0) {
      onQueued();
      return false;
    }
    await index.refresh();
    await index.promote(generation);
    const documents = await index.count(generation);
    await this.#save(rebuild, { state: 'done', documents });
    logger.info(
      { rebuild: rebuild.id, generation, documents },
      'A new generation of the index serves',
    );
    return false;
  }

  async #save(rebuild: Rebuild, change: RebuildChange): Promise<boolean> {
    const { rebuilds, holder } = this.#options;
    return rebuilds.update(rebuild.id, holder, change);
  }

  async #endReplay(): Promise<void> {
    const replay = this.#replay;
    this.#replay = undefined;
    await replay?.close();
  }

  /** What a cancelled rebuild left behind: no rebuild is under way, but a generation is being built. */
  async #tidy(): Promise<void> {
    const { index, rebuilds } = this.#options;
    const { building } = await index.generations();
    if (building === undefined) {
      return;
    }
    const [last] = await rebuilds.list(1);
    if (last?.state === 'cancelled') {
      await rebuilds.forgetQueue(building);
      await index.discard(building);
    }
  }
}
