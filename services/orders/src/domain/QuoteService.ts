import { PricingError, type TaxTable } from '@shopfloor/pricing';
import {
  DomainError,
  newId,
  NotFoundError,
  RemoteProblem,
} from '@shopfloor/service-kit';
import {
  type Cart,
  isNotFound,
  type LookedUp,
  type Shop,
} from '../clients/shopClients.ts';
import type { OrderStore } from '../store/OrderStore.ts';
import type { PromotionBook } from './PromotionBook.ts';
import { priceQuote } from './quoteContent.ts';
import type { Money, Quote, QuoteRequest, ShippingOption } from './types.ts';

/** Options of {@link QuoteService}. */
export interface QuoteServiceOptions {
  store: OrderStore;
  shop: Shop;
  promotions: PromotionBook;
  taxTable: TaxTable;
  ttlSeconds: number;
}

/** Weights that are remembered; a cart with another SKU costs one more wait, nothing else. */
const MAX_WEIGHTS = 20_000;
/** What products answers at once. */
const MAX_LINES = 100;

function unprocessable(
  code: string,
  field: string,
  message: string,
): DomainError {
  return new DomainError({
    kind: 'unprocessable',
    code,
    message: `${field}: ${message}.`,
    fields: [{ in: 'body', field, message }],
  });
}

/** Makes quotes: what a cart costs, bound for some minutes. */
export class QuoteService {
  readonly #options: QuoteServiceOptions;
  readonly #weights = new Map<string, number>();

  static create(options: QuoteServiceOptions): QuoteService {
    return new QuoteService(options);
  }

  private constructor(options: QuoteServiceOptions) {
    this.#options = options;
  }

  /**
   * Prices a cart and stores the quote.
   *
   * @throws DomainError `cart-not-found`, `cart-empty`, `lines-unavailable`, `no-delivery`, `unknown-shipping-option`
   */
  async quote(owner: string, request: QuoteRequest): Promise<Quote> {
    const { store, promotions, taxTable, ttlSeconds } = this.#options;
    const cart = await this.#readCart(request.cartId);
    const [{ lookup, shippingOptions }, open] = await Promise.all([
      this.#ask(cart, request),
      promotions.openTo(owner),
    ]);
    const shipping = chooseShipping(shippingOptions, request.shippingOptionId);
    let content;
    try {
      content = priceQuote({
        cart,
        lookup,
        request,
        shipping,
        promotions: open.promotions,
        taxTable,
        at: open.at,
      });
    } catch (error) {
      if (error instanceof PricingError && error.code === 'no-tax-rule') {
        throw noDelivery(request);
      }
      throw error;
    }
    const quote = {
      quoteId: newId(),
      owner,
      cartId: cart.cartId,
      cartVersion: cart.version,
      currency: cart.currency,
      request,
      shippingOptionId: shipping.optionId,
      content,
    };
    const expiresAt = await store.insertQuote(quote, ttlSeconds);
    return {
      ...quote,
      expiresAt,
      shippingOptions,
      available: Object.fromEntries(
        cart.lines.flatMap(({ sku, available }) =>
          available === undefined ? [] : [[sku, available]],
        ),
      ),
    };
  }

  /** A new quote for what was asked before; undefined when there is none to be had now. */
  async requote(
    owner: string,
    request: QuoteRequest,
  ): Promise<Quote | undefined> {
    this.#options.promotions.forget();
    try {
      return await this.quote(owner, request);
    } catch (error) {
      if (error instanceof DomainError) {
        return undefined;
      }
      throw error;
    }
  }

  async #readCart(cartId: string): Promise<Cart> {
    let cart: Cart;
    try {
      cart = await this.#options.shop.getCart(cartId);
    } catch (error) {
      throw isNotFound(error)
        ? new NotFoundError({
            code: 'cart-not-found',
            message: `There is no cart ${cartId}.`,
            fields: [
              { in: 'body', field: '/cartId', message: 'is no cart of yours' },
            ],
          })
        : error;
    }
    if (cart.lines.length === 0) {
      throw unprocessable('cart-empty', '/cartId', 'is a cart without a line');
    }
    if (cart.lines.length > MAX_LINES) {
      throw unprocessable(
        'cart-too-long',
        '/cartId',
        `has more than ${MAX_LINES} lines`,
      );
    }
    return cart;
  }

  /**
   * Asks products and fulfilment. Delivery needs weights, which products knows:
   * where they are remembered both are asked at once, and delivery is asked again
   * only if it was asked about something else.
   */
  async #ask(cart: Cart, request: QuoteRequest) {
    const { shop } = this.#options;
    const remembered = this.#weightOf(cart, sku => this.#weights.get(sku));
    const early =
      remembered === undefined
        ? undefined
        : this.#askShipping(request, cart.currency, remembered, cart.subtotal)
            .then(options => ({ options, error: undefined }))
            .catch((error: unknown) => ({ options: undefined, error }));
    const lookup = await shop.lookUp(
      cart.lines.map(({ sku }) => sku),
      cart.currency,
    );
    const bySku = new Map(lookup.items.map(item => [item.sku, item]));
    this.#remember(lookup.items);
    const missing = cart.lines.filter(({ sku }) => !bySku.has(sku));
    if (missing.length > 0) {
      throw new DomainError({
        kind: 'conflict',
        code: 'lines-unavailable',
        message: `The shop does not sell ${missing.map(({ sku }) => sku).join(', ')} any more. Remove it from the cart.`,
        fields: missing.map(({ sku }) => ({
          in: 'body' as const,
          field: '/cartId',
          message: `holds ${sku}, which is not sold any more`,
        })),
      });
    }
    const weight = this.#weightOf(cart, sku => bySku.get(sku)?.weightGrams)!;
    const subtotal: Money = {
      amount: cart.lines.reduce(
        (sum, { sku, quantity }) =>
          sum + bySku.get(sku)!.price.amount * quantity,
        0,
      ),
      currency: cart.currency,
    };
    const answered = await early;
    if (
      answered &&
      weight === remembered &&
      subtotal.amount === cart.subtotal.amount
    ) {
      if (answered.options === undefined) {
        throw answered.error;
      }
      return { lookup, shippingOptions: answered.options };
    }
    return {
      lookup,
      shippingOptions: await this.#askShipping(
        request,
        cart.currency,
        weight,
        subtotal,
      ),
    };
  }

  async #askShipping(
    request: QuoteRequest,
    currency: string,
    weightGrams: number,
    subtotal: Money,
  ): Promise<ShippingOption[]> {
    const { country, postalCode } = request.shippingAddress;
    try {
      return await this.#options.shop.quoteShipping({
        currency,
        country,
        postalCode,
        weightGrams,
        subtotal,
      });
    } catch (error) {
      if (error instanceof RemoteProblem && error.code === 'no-delivery') {
        throw noDelivery(request);
      }
      throw error;
    }
  }

  #weightOf(
    cart: Cart,
    weigh: (sku: string) => number | undefined,
  ): number | undefined {
    let sum = 0;
    for (const { sku, quantity } of cart.lines) {
      const weight = weigh(sku);
      if (weight === undefined) {
        return undefined;
      }
      sum += weight * quantity;
    }
    return sum;
  }

  #remember(items: readonly LookedUp[]): void {
    if (this.#weights.size > MAX_WEIGHTS) {
      this.#weights.clear();
    }
    for (const { sku, weightGrams } of items) {
      this.#weights.set(sku, weightGrams);
    }
  }
}

function noDelivery({ shippingAddress }: QuoteRequest): DomainError {
  const { country, region } = shippingAddress;
  return country === 'US'
    ? unprocessable(
        'no-delivery',
        '/shippingAddress/region',
        `must be a state of the US, but is ${region ?? 'absent'}`,
      )
    : unprocessable(
        'no-delivery',
        '/shippingAddress/country',
        `nothing is delivered to ${country}`,
      );
}

function chooseShipping(
  options: readonly ShippingOption[],
  optionId: string | undefined,
): ShippingOption {
  const chosen =
    optionId === undefined
      ? options[0]
      : options.find(option => option.optionId === optionId);
  if (!chosen) {
    throw unprocessable(
      optionId === undefined ? 'no-delivery' : 'unknown-shipping-option',
      '/shippingOptionId',
      options.length > 0
        ? `must be one of ${options.map(option => option.optionId).join(', ')}`
        : 'no way of delivery is offered',
    );
  }
  return chosen;
}
