import type {
  SearchDocument,
  SearchIndex,
  SearchRemoval,
} from '@shopfloor/service-kit';
import { productDocument } from '../domain/productIndex.ts';
import type { IndexedProduct } from '../domain/types.ts';
import {
  ALL_GENERATIONS,
  type ProductState,
  type QueuedChange,
  type SourceStore,
} from '../store/SourceStore.ts';

/** Options of {@link Indexer}. */
export interface IndexerOptions {
  store: SourceStore;
  index: SearchIndex<IndexedProduct>;
  /** Most products of a round. */
  batch: number;
}

interface Writes {
  documents: SearchDocument<IndexedProduct>[];
  removals: SearchRemoval[];
}

function writesOf(
  changes: readonly QueuedChange[],
  states: ReadonlyMap<string, ProductState>,
): Writes {
  const writes: Writes = { documents: [], removals: [] };
  for (const { productId, version } of changes) {
    const state = states.get(productId);
    if (state?.product) {
      writes.documents.push(
        productDocument({
          product: state.product,
          states: state.states,
          version,
        }),
      );
    } else if (state) {
      writes.removals.push({ id: productId, version });
    }
    // Otherwise only its stock is known: the product's own event queues it again.
  }
  return writes;
}

/**
 * Brings queued changes into the index. A row leaves the queue after the document
 * is written, so a crash in between only writes it again. The version was drawn
 * before what is known is read here, so the highest one has seen every change,
 * and the index lets none go back.
 */
export class Indexer {
  readonly #store: SourceStore;
  readonly #index: SearchIndex<IndexedProduct>;
  readonly #batch: number;

  static create(options: IndexerOptions): Indexer {
    return new Indexer(options);
  }

  private constructor(options: IndexerOptions) {
    this.#store = options.store;
    this.#index = options.index;
    this.#batch = options.batch;
  }

  /** Writes one batch. @returns whether more may wait */
  async round(): Promise<boolean> {
    const claimed = await this.#store.claim(this.#batch);
    if (claimed.length === 0) {
      return false;
    }
    try {
      await this.#write(claimed);
      await this.#store.settle(claimed);
    } catch (error) {
      await this.#store.release(claimed).catch(() => undefined);
      throw error;
    }
    return claimed.length === this.#batch;
  }

  async #write(claimed: readonly QueuedChange[]): Promise<void> {
    const ids = [...new Set(claimed.map(({ productId }) => productId))];
    const states = new Map(
      (await this.#store.states(ids)).map(state => [state.productId, state]),
    );
    const generations = new Set(claimed.map(({ generation }) => generation));
    for (const generation of generations) {
      const writer = await this.#writerOf(generation);
      const { documents, removals } = writesOf(
        claimed.filter(change => change.generation === generation),
        states,
      );
      await writer?.upsert(documents);
      await writer?.remove(removals);
    }
  }

  /** Undefined: the generation was given up, and what was queued for it is void. */
  async #writerOf(generation: number) {
    if (generation === ALL_GENERATIONS) {
      return this.#index;
    }
    const { serving, building } = await this.#index.generations();
    return generation === serving || generation === building
      ? this.#index.inGeneration(generation)
      : undefined;
  }
}
