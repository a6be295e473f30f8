import type { Database } from '@shopfloor/service-kit';
import { holdOrderStatement } from './processStatements.ts';
import { requestReturnStatement } from './readStatements.ts';

/** How a request for a return ended. */
export type ReturnRequestResult =
  | { kind: 'made' | 'same' }
  | { kind: 'not-found' | 'id-reused' | 'window-closed' }
  | { kind: 'too-many'; skus: string[] };

/** What shoppers ask to send back. */
export class ReturnStore {
  readonly #database: Database;

  static create(options: { database: Database }): ReturnStore {
    return new ReturnStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async requestReturn(options: {
    returnId: string;
    orderId: string;
    owner: string;
    lines: { sku: string; quantity: number }[];
    reason: string;
    windowDays: number;
  }): Promise<ReturnRequestResult> {
    const [row] = await this.#database.transaction(async tx => {
      // A statement of its own: what it waits for is seen by the next one only.
      await tx.query(holdOrderStatement, [options.orderId]);
      return tx.query<{
        too_many: number;
        in_time: boolean;
        made: number;
        skus: string[] | null;
        known_order: string | null;
        known_lines: { sku: string; quantity: number }[] | null;
      }>(requestReturnStatement, [
        options.returnId,
        options.orderId,
        options.owner,
        JSON.stringify(options.lines),
        options.reason,
        options.windowDays,
      ]);
    });
    if (!row) {
      return { kind: 'not-found' };
    }
    if (row.made > 0) {
      return { kind: 'made' };
    }
    if (row.known_order !== null) {
      const text = (lines: readonly { sku: string; quantity: number }[]) =>
        lines.map(({ sku, quantity }) => `${sku} ${quantity}`).join();
      return row.known_order === options.orderId &&
        text(row.known_lines ?? []) === text(options.lines)
        ? { kind: 'same' }
        : { kind: 'id-reused' };
    }
    return row.too_many > 0
      ? { kind: 'too-many', skus: row.skus ?? [] }
      : { kind: 'window-closed' };
  }
}
