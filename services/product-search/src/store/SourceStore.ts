import type { Queryable } from '@shopfloor/service-kit';
import type { ProductData, StockState, Texts } from '../domain/types.ts';

/** Generation number that stands for all that live. */
export const ALL_GENERATIONS = 0;

/** A product as an event tells of it. */
export interface ProductChange {
  product: ProductData;
  /** Version of the aggregate. */
  version: number;
}

/** The stock of a SKU as an event tells of it. */
export interface StockChange {
  sku: string;
  productId: string;
  state: StockState;
  version: number;
}

/** How changes are taken. */
export interface ApplyOptions {
  /** The generation that is to get the documents; default all that live. */
  generation?: number;
  /** Also take what is as old as what is known: a replay puts it right. */
  again?: boolean;
}

/** A change that the index lacks. */
export interface QueuedChange {
  id: string;
  productId: string;
  generation: number;
  /** For the document that is made from what is known after this claim. */
  version: number;
}

/** All that is known of a product. */
export interface ProductState {
  productId: string;
  /** Absent when it was deleted. */
  product?: ProductData;
  states: Record<string, StockState>;
}

/** What waits for the index. */
export interface QueueState {
  waiting: number;
  /** Age of the oldest, in seconds. */
  oldestSeconds: number;
}

/** What this service knows of products and stock, and what of it the index lacks. */
export interface SourceStore {
  /** Takes newer products and queues their documents. */
  applyProducts(
    on: Queryable,
    changes: readonly ProductChange[],
    options?: ApplyOptions,
  ): Promise<void>;
  /** Takes newer stock states and queues the documents of their products. */
  applyStock(
    on: Queryable,
    changes: readonly StockChange[],
    options?: ApplyOptions,
  ): Promise<void>;
  /** Claims queued changes for a while, oldest first. */
  claim(limit: number): Promise<QueuedChange[]>;
  /** Takes them off the queue: the index has them. */
  settle(changes: readonly QueuedChange[]): Promise<void>;
  /** Lets others have them at once. */
  release(changes: readonly QueuedChange[]): Promise<void>;
  states(productIds: readonly string[]): Promise<ProductState[]>;
  queue(): Promise<QueueState>;
  /** Changes queued for one generation alone. */
  waitingFor(generation: number): Promise<number>;
  categoryNames(slugs: readonly string[]): Promise<Map<string, Texts>>;
}
