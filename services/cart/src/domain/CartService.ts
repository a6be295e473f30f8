import {
  ConflictError,
  NotFoundError,
  UnprocessableError,
  newId,
  versionMismatch,
} from '@shopfloor/service-kit';
import type { CartKey, CartStore, ExportedCart } from '../store/CartStore.ts';
import { CurrencyMemory } from './CurrencyMemory.ts';
import { findLimitProblem, type CappedLine } from './lines.ts';
import type { OfferBook } from './OfferBook.ts';
import { presentCart, type PriceAnswer } from './presentCart.ts';
import {
  aboveLimit,
  cartBusy,
  cartNotFound,
  productsUnavailable,
  unknownSku,
} from './refusals.ts';
import type { StockHints } from './StockHints.ts';
import type {
  Cart,
  CartLimits,
  CartSummary,
  Currency,
  Offer,
  StoredCart,
  StoredLine,
  WantedLine,
} from './types.ts';

/** Options of {@link CartService}. */
export interface CartServiceOptions {
  store: CartStore;
  offers: OfferBook;
  stock: StockHints;
  limits: CartLimits;
  /** Most open carts of one owner, for words. */
  cartsPerOwner: number;
}

/** A cart after a merge, with what did not fit. */
export interface MergedCart {
  cart: Cart;
  capped: CappedLine[];
}

/** What shoppers do with carts. Prices and stock are asked for here and never taken from a client. */
export class CartService {
  readonly #options: CartServiceOptions;
  readonly #currencies = new CurrencyMemory(50_000);

  static create(options: CartServiceOptions): CartService {
    return new CartService(options);
  }

  private constructor(options: CartServiceOptions) {
    this.#options = options;
  }

  /** @throws ConflictError `too-many-carts` */
  async create(options: {
    owner: string;
    currency: Currency;
    country?: string;
  }): Promise<Cart> {
    const { store, cartsPerOwner } = this.#options;
    const cart = await store.create({ cartId: newId(), ...options });
    if (!cart) {
      throw new ConflictError({
        code: 'too-many-carts',
        message: `A shopper has at most ${cartsPerOwner} carts. Delete one first.`,
      });
    }
    this.#remember(options.owner, cart);
    return this.#present(cart);
  }

  /** @throws NotFoundError `cart-not-found` */
  async read(key: CartKey): Promise<Cart> {
    return this.#present(await this.#read(key));
  }

  /** The carts of a shopper, the one used last first. */
  async list(owner: string): Promise<CartSummary[]> {
    const carts = await this.#options.store.list(owner);
    return carts.map(({ lines, expiresAt: _expiresAt, ...cart }) => ({
      ...cart,
      quantity: lines.reduce((sum, { quantity }) => sum + quantity, 0),
    }));
  }

  /**
   * Sets how many of a SKU the cart holds; 0 takes it out. The same call again
   * changes nothing.
   *
   * @throws UnprocessableError `unknown-sku`, `quantity-above-cap`, `cart-above-cap`, `too-many-lines`
   * @throws UnavailableError `products-unavailable` for a new line that nobody can price
   */
  async setLine(
    key: CartKey,
    options: { sku: string; quantity: number; ifVersion?: number },
  ): Promise<Cart> {
    const { store, limits } = this.#options;
    const { sku, quantity, ifVersion } = options;
    if (quantity > limits.quantityPerLine) {
      throw aboveLimit(
        { kind: 'line', index: 0, limit: limits.quantityPerLine },
        '/quantity',
      );
    }
    const offer = quantity > 0 ? await this.#offerFor(key, sku) : undefined;
    // Refused without a reason that still holds means that another writer was faster.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const result = await store.setLine(key, {
        sku,
        quantity,
        offer,
        ifVersion,
      });
      if (result.outcome === 'not-found') {
        throw cartNotFound(key.cartId);
      }
      if (result.outcome === 'changed') {
        return this.#present(result.cart);
      }
      this.#refuseLine(result.cart, { ...options, offer });
    }
    throw cartBusy();
  }

  /**
   * Replaces country and lines of the version that was read.
   *
   * @throws DomainError `version-changed` and those of {@link CartService.setLine}
   */
  async replace(
    key: CartKey,
    options: { ifVersion: number; country?: string; lines: WantedLine[] },
  ): Promise<Cart> {
    const { store, limits } = this.#options;
    const problem = findLimitProblem(options.lines, limits);
    if (problem) {
      const part = problem.kind === 'twice' ? 'sku' : 'quantity';
      throw aboveLimit(problem, `/lines/${problem.index}/${part}`);
    }
    const cart = await this.#read(key);
    if (cart.version !== options.ifVersion) {
      throw versionMismatch('The cart');
    }
    const prices = await this.#options.offers.prices(
      cart.currency,
      options.lines.map(({ sku }) => sku),
    );
    const lines = options.lines.map(({ sku, quantity }, index): StoredLine => {
      const price = prices.get(sku);
      if (price?.state === 'fresh' || price?.state === 'stale') {
        return { sku, quantity, ...price.offer };
      }
      if (price?.state === 'not-sold') {
        throw unknownSku(sku, { in: 'body', field: `/lines/${index}/sku` });
      }
      const kept = cart.lines.find(line => line.sku === sku);
      if (!kept) {
        throw productsUnavailable();
      }
      return { ...kept, quantity };
    });
    const replaced = await store.replace(key, {
      ifVersion: options.ifVersion,
      country: options.country,
      lines,
    });
    if (!replaced) {
      throw versionMismatch('The cart');
    }
    return this.#present(replaced);
  }

  /** @throws NotFoundError `cart-not-found`; PreconditionFailedError `version-changed` */
  async delete(key: CartKey, ifVersion?: number): Promise<void> {
    const outcome = await this.#options.store.delete(key, ifVersion);
    if (outcome === 'not-found') {
      throw cartNotFound(key.cartId);
    }
    if (outcome === 'changed') {
      throw versionMismatch('The cart');
    }
  }

  /**
   * Puts another cart into this one and closes it, as at sign-in. The same merge
   * again adds nothing.
   *
   * @throws NotFoundError `cart-not-found`, `source-cart-not-found`
   * @throws ConflictError `merged-elsewhere`
   */
  async merge(key: CartKey, fromCartId: string): Promise<MergedCart> {
    const { store, offers, limits } = this.#options;
    if (fromCartId === key.cartId) {
      throw new UnprocessableError({
        code: 'same-cart',
        message: 'A cart cannot be put into itself.',
        fields: [
          { in: 'body', field: '/fromCartId', message: 'is this very cart' },
        ],
      });
    }
    const currency = await this.#currencyOf(key);
    const source = await store.readSource(key.owner, fromCartId);
    const foreign = source && source.currency !== currency;
    const prices = foreign
      ? await offers.prices(
          currency,
          source.lines.map(({ sku }) => sku),
        )
      : new Map<string, PriceAnswer>();
    let notSold: CappedLine[] = [];
    const result = await store.merge(key, {
      fromCartId,
      limits,
      convert: (cart, wanted) => {
        if (cart.currency === wanted) {
          return cart.lines;
        }
        const converted = convertLines(cart, prices);
        notSold = converted.notSold;
        return converted.lines;
      },
    });
    switch (result.outcome) {
      case 'target-not-found':
        throw cartNotFound(key.cartId);
      case 'source-not-found':
        throw new NotFoundError({
          code: 'source-cart-not-found',
          message: `There is no cart ${fromCartId} to merge.`,
          fields: [
            { in: 'body', field: '/fromCartId', message: 'does not exist' },
          ],
        });
      case 'merged-elsewhere':
        throw new ConflictError({
          code: 'merged-elsewhere',
          message: 'That cart was put into another one before.',
        });
      case 'merged-before':
        return { cart: await this.#present(result.cart), capped: [] };
      default:
        return {
          cart: await this.#present(result.cart),
          capped: [...result.capped, ...notSold],
        };
    }
  }

  /** Everything kept of a customer. */
  async exportCustomer(customerId: string): Promise<ExportedCart[]> {
    return this.#options.store.exportCustomer(customerId);
  }

  async #read(key: CartKey): Promise<StoredCart> {
    const cart = await this.#options.store.read(key);
    if (!cart) {
      throw cartNotFound(key.cartId);
    }
    this.#remember(key.owner, cart);
    return cart;
  }

  async #present(cart: StoredCart): Promise<Cart> {
    const { offers, stock, limits } = this.#options;
    const skus = cart.lines.map(({ sku }) => sku);
    const [prices, availability] = await Promise.all([
      offers.prices(cart.currency, skus),
      stock.available(skus),
    ]);
    return presentCart({ cart, prices, availability, limits });
  }

  /** The offer of a SKU; undefined when nobody can say, which is enough for a line that is there. */
  async #offerFor(key: CartKey, sku: string): Promise<Offer | undefined> {
    const currency = await this.#currencyOf(key);
    const price = (await this.#options.offers.prices(currency, [sku])).get(sku);
    if (price?.state === 'not-sold') {
      throw unknownSku(sku, { in: 'path', field: 'sku' });
    }
    return price?.state === 'fresh' || price?.state === 'stale'
      ? price.offer
      : undefined;
  }

  /** Throws the reason, if there is one, why a line of this cart cannot be set. */
  #refuseLine(
    cart: StoredCart,
    options: {
      sku: string;
      quantity: number;
      ifVersion?: number;
      offer?: Offer;
    },
  ): void {
    const { limits } = this.#options;
    const { sku, quantity, ifVersion, offer } = options;
    if (ifVersion !== undefined && cart.version !== ifVersion) {
      throw versionMismatch('The cart');
    }
    const others = cart.lines.filter(line => line.sku !== sku);
    const isNew = others.length === cart.lines.length;
    if (isNew && !offer) {
      throw productsUnavailable();
    }
    const problem = findLimitProblem([...others, { sku, quantity }], limits);
    if (problem) {
      throw aboveLimit(problem, '/quantity');
    }
  }

  async #currencyOf(key: CartKey): Promise<Currency> {
    return (
      this.#currencies.get(key.owner, key.cartId) ??
      (await this.#read(key)).currency
    );
  }

  #remember(owner: string, cart: StoredCart): void {
    this.#currencies.set(owner, cart.cartId, cart.currency);
  }
}

/**
 * The lines of a cart in another currency, and what is not sold in it.
 *
 * @throws UnavailableError when nobody can say at which price
 */
function convertLines(
  cart: StoredCart,
  prices: ReadonlyMap<string, PriceAnswer>,
): { lines: StoredLine[]; notSold: CappedLine[] } {
  const lines: StoredLine[] = [];
  const notSold: CappedLine[] = [];
  for (const { sku, quantity } of cart.lines) {
    const price = prices.get(sku);
    if (price?.state === 'fresh' || price?.state === 'stale') {
      lines.push({ sku, quantity, ...price.offer });
    } else if (price?.state === 'not-sold') {
      notSold.push({ sku, wanted: quantity, quantity: 0 });
    } else {
      throw productsUnavailable();
    }
  }
  return { lines, notSold };
}
