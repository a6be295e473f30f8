import { setTimeout as delay } from 'node:timers/promises';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { ShopStack } from '../stack/ShopStack.ts';
import { ask, expectStatus } from './http.ts';

interface SkuStock {
  sku: string;
  warehouses: {
    warehouseId: string;
    onHand: number;
    held: number;
    allocated: number;
  }[];
}

/** What the shop has in stock, seen and changed as staff do. */
export class Goods {
  readonly #stack: ShopStack;
  readonly #token: string;

  static async create(stack: ShopStack): Promise<Goods> {
    return new Goods(stack, await stack.tokens.staff(['stock-admin']));
  }

  private constructor(stack: ShopStack, token: string) {
    this.#stack = stack;
    this.#token = token;
  }

  /** SKUs of sample products that inventory has on its shelves; waits until events have told it of them. */
  async skus(count: number): Promise<string[]> {
    for (let tries = 0; tries < 300; tries += 1) {
      const { body } = expectStatus(
        await this.#inventory('GET', '/stock?limit=100'),
        200,
      );
      const filled = (body.items as SkuStock[])
        .filter(({ warehouses }) => warehouses.some(({ onHand }) => onHand > 0))
        .map(({ sku }) => sku);
      if (filled.length >= count) return filled.slice(0, count);
      await delay(200);
    }
    throw new Error(`Inventory has not learnt of ${count} SKUs in a minute`);
  }

  async stockOf(sku: string): Promise<SkuStock> {
    return expectStatus(
      await this.#inventory('GET', `/stock/${encodeURIComponent(sku)}`),
      200,
    ).body;
  }

  /** Units that nobody holds. */
  async available(sku: string): Promise<number> {
    const { warehouses } = await this.stockOf(sku);
    return warehouses.reduce(
      (sum, { onHand, held, allocated }) => sum + onHand - held - allocated,
      0,
    );
  }

  /** Leaves exactly so many units available, in one warehouse. */
  async leave(sku: string, units: number): Promise<void> {
    const { warehouses } = await this.stockOf(sku);
    for (const { warehouseId, onHand, held, allocated } of warehouses) {
      const change =
        (warehouseId === warehouses[0].warehouseId ? units : 0) -
        (onHand - held - allocated);
      if (change !== 0) {
        expectStatus(
          await this.#inventory('POST', '/adjustments', {
            adjustmentId: newId(),
            warehouseId,
            sku,
            change,
            reason: 'Set by a drill',
          }),
          201,
        );
      }
    }
  }

  #inventory(method: 'GET' | 'POST', path: string, body?: unknown) {
    return ask({
      method,
      url: `${this.#stack.service('inventory').url}${path}`,
      token: this.#token,
      body,
    });
  }
}
