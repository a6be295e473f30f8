import type { Currency } from './types.ts';

/**
 * The currency of carts that this process has seen. A cart never changes it, so what
 * is remembered stays true, and setting a line need not read the cart first. Whose
 * the cart is, is still decided by the statement that changes it.
 */
export class CurrencyMemory {
  readonly #max: number;
  readonly #known = new Map<string, Currency>();

  constructor(max: number) {
    this.#max = max;
  }

  get(owner: string, cartId: string): Currency | undefined {
    return this.#known.get(`${owner} ${cartId}`);
  }

  set(owner: string, cartId: string, currency: Currency): void {
    const key = `${owner} ${cartId}`;
    this.#known.delete(key);
    this.#known.set(key, currency);
    if (this.#known.size > this.#max) {
      this.#known.delete(this.#known.keys().next().value!);
    }
  }
}
