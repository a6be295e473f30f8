import type { Logger } from 'pino';
import type { InventoryClient } from '../clients/InventoryClient.ts';
import { ShortMemory } from './ShortMemory.ts';

/** Options of {@link StockHints}. */
export interface StockHintsOptions {
  inventory: InventoryClient;
  logger: Logger;
  /** How long an answer is used again, in milliseconds. */
  ttlMs: number;
  maxEntries: number;
  now?: () => number;
}

const SKUS_PER_REQUEST = 100;

/** How many can be had, as a hint: what counts is the reservation that orders makes. */
export class StockHints {
  readonly #memory: ShortMemory<number>;

  static create(options: StockHintsOptions): StockHints {
    return new StockHints(options);
  }

  private constructor(options: StockHintsOptions) {
    const { inventory, logger, ...memory } = options;
    this.#memory = ShortMemory.create<number>({
      ...memory,
      keepMs: options.ttlMs,
      batch: SKUS_PER_REQUEST,
      load: async skus => {
        try {
          return await inventory.availability(skus);
        } catch (error) {
          logger.warn({ error }, 'Inventory gave no availability');
          throw error;
        }
      },
    });
  }

  /** Units by SKU. What nobody can say now is left out. Never rejects. */
  async available(skus: readonly string[]): Promise<Map<string, number>> {
    const hints = new Map<string, number>();
    if (skus.length === 0) {
      return hints;
    }
    for (const [sku, answer] of await this.#memory.get(skus)) {
      if (answer.state === 'fresh' && answer.known !== undefined) {
        hints.set(sku, Math.max(0, answer.known));
      }
    }
    return hints;
  }
}
