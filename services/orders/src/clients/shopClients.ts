import {
  type CallFaults,
  dependencyOptions,
  RemoteProblem,
  ServiceClient,
  type ServiceMetrics,
  type Tracing,
} from '@shopfloor/service-kit';
import type { createLogger } from '@shopfloor/service-kit';
import type { Payment } from '../domain/paymentReading.ts';
import type {
  Address,
  Localised,
  Money,
  ShippingOption,
} from '../domain/types.ts';

/** A cart as cart tells it. */
export interface Cart {
  cartId: string;
  version: number;
  currency: string;
  country?: string;
  lines: {
    sku: string;
    productId: string;
    name: Localised;
    quantity: number;
    unitPrice: Money;
    available?: number;
  }[];
  subtotal: Money;
}

/** What products tells of a SKU. */
export interface LookedUp {
  sku: string;
  productId: string;
  slug: string;
  name: Localised;
  price: Money;
  taxCategory: 'standard' | 'reduced' | 'zero';
  weightGrams: number;
  /** Slugs of its category and those above, for promotions; an older products does not tell. */
  categories?: string[];
}

/** Answer of a look-up. */
export interface Lookup {
  pricesIncludeTax: boolean;
  items: LookedUp[];
}

/** The services that orders calls. Refusals arrive as RemoteProblem. */
export interface Shop {
  /** With the shopper's own token, so that a stranger's cart is no cart. */
  getCart(cartId: string): Promise<Cart>;
  lookUp(skus: readonly string[], currency: string): Promise<Lookup>;
  quoteShipping(request: {
    currency: string;
    country: string;
    postalCode?: string;
    weightGrams: number;
    subtotal: Money;
  }): Promise<ShippingOption[]>;
  reserve(request: {
    reservationId: string;
    ttlSeconds: number;
    lines: { sku: string; quantity: number }[];
  }): Promise<void>;
  confirmReservation(reservationId: string): Promise<void>;
  releaseReservation(reservationId: string): Promise<void>;
  createPayment(request: {
    paymentId: string;
    orderId: string;
    amount: Money;
    token: string;
    returnUrl: string;
    expiresInSeconds: number;
  }): Promise<Payment>;
  /** Asks the provider when `refresh` is true. */
  getPayment(paymentId: string, refresh: boolean): Promise<Payment>;
  voidPayment(paymentId: string): Promise<Payment>;
  capture(
    paymentId: string,
    captureId: string,
    amount: Money,
    /** Whether what is left of the authorisation is let go. */
    final: boolean,
  ): Promise<Payment>;
  refund(
    paymentId: string,
    refundId: string,
    amount: Money,
    reason: string,
  ): Promise<Payment>;
  createShipment(request: {
    shipmentId: string;
    orderId: string;
    /** For its export and erasure. */
    customerId?: string;
    optionId: string;
    address: Address;
    lines: { sku: string; quantity: number }[];
  }): Promise<void>;
  cancelShipment(shipmentId: string): Promise<void>;
  close(): Promise<void>;
}

/** The names of the dependencies. */
export const DEPENDENCIES = [
  'cart',
  'products',
  'fulfilment',
  'inventory',
  'payments',
] as const;

/** Options of {@link HttpShop}. */
export interface HttpShopOptions {
  config: Parameters<typeof dependencyOptions>[0];
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: ReturnType<typeof createLogger>;
  faults?: CallFaults;
}

/** Whether a call was refused because there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof RemoteProblem && error.status === 404;
}

/** The services over HTTP. Every write carries an id of ours, so all of them may be repeated. */
export class HttpShop implements Shop {
  readonly #clients: Record<(typeof DEPENDENCIES)[number], ServiceClient>;

  static create(options: HttpShopOptions): HttpShop {
    return new HttpShop(options);
  }

  private constructor({ config, ...rest }: HttpShopOptions) {
    const client = (name: (typeof DEPENDENCIES)[number]) =>
      ServiceClient.create({
        ...dependencyOptions(config, name),
        ...rest,
        passOnToken: name === 'cart',
      });
    this.#clients = {
      cart: client('cart'),
      products: client('products'),
      fulfilment: client('fulfilment'),
      inventory: client('inventory'),
      payments: client('payments'),
    };
  }

  async getCart(cartId: string): Promise<Cart> {
    const { body } = await this.#clients.cart.request<Cart>({
      method: 'GET',
      route: '/carts/:id',
      path: `/carts/${cartId}`,
    });
    return body;
  }

  async lookUp(skus: readonly string[], currency: string): Promise<Lookup> {
    const { body } = await this.#clients.products.request<Lookup>({
      method: 'POST',
      route: '/lookups',
      path: '/lookups',
      body: { skus, currency },
      safe: true,
      readOnly: true,
    });
    return body;
  }

  async quoteShipping(
    request: Parameters<Shop['quoteShipping']>[0],
  ): Promise<ShippingOption[]> {
    const { body } = await this.#clients.fulfilment.request<{
      options: ShippingOption[];
    }>({
      method: 'POST',
      route: '/shipping-quotes',
      path: '/shipping-quotes',
      body: request,
      safe: true,
      readOnly: true,
    });
    return body.options;
  }

  async reserve(request: Parameters<Shop['reserve']>[0]): Promise<void> {
    await this.#post('inventory', '/reservations', '/reservations', request);
  }

  async confirmReservation(reservationId: string): Promise<void> {
    await this.#post(
      'inventory',
      '/reservations/:id/confirm',
      `/reservations/${reservationId}/confirm`,
    );
  }

  async releaseReservation(reservationId: string): Promise<void> {
    await this.#post(
      'inventory',
      '/reservations/:id/release',
      `/reservations/${reservationId}/release`,
    );
  }

  async createPayment(
    request: Parameters<Shop['createPayment']>[0],
  ): Promise<Payment> {
    return this.#post('payments', '/payments', '/payments', request);
  }

  async getPayment(paymentId: string, refresh: boolean): Promise<Payment> {
    const { body } = await this.#clients.payments.request<Payment>({
      method: 'GET',
      route: '/payments/:id',
      path: `/payments/${paymentId}`,
      query: { refresh: refresh ? 'true' : undefined },
    });
    return body;
  }

  async voidPayment(paymentId: string): Promise<Payment> {
    return this.#post(
      'payments',
      '/payments/:id/void',
      `/payments/${paymentId}/void`,
    );
  }

  async capture(
    paymentId: string,
    captureId: string,
    amount: Money,
    final: boolean,
  ): Promise<Payment> {
    return this.#post(
      'payments',
      '/payments/:id/captures',
      `/payments/${paymentId}/captures`,
      { captureId, amount, final },
    );
  }

  async refund(
    paymentId: string,
    refundId: string,
    amount: Money,
    reason: string,
  ): Promise<Payment> {
    return this.#post(
      'payments',
      '/payments/:id/refunds',
      `/payments/${paymentId}/refunds`,
      { refundId, amount, reason },
    );
  }

  async createShipment(
    request: Parameters<Shop['createShipment']>[0],
  ): Promise<void> {
    await this.#post('fulfilment', '/shipments', '/shipments', request);
  }

  async cancelShipment(shipmentId: string): Promise<void> {
    await this.#post(
      'fulfilment',
      '/shipments/:id/cancel',
      `/shipments/${shipmentId}/cancel`,
    );
  }

  async close(): Promise<void> {
    await Promise.all(
      Object.values(this.#clients).map(client => client.close()),
    );
  }

  async #post<T>(
    dependency: (typeof DEPENDENCIES)[number],
    route: string,
    path: string,
    body?: unknown,
  ): Promise<T> {
    const answer = await this.#clients[dependency].request<T>({
      method: 'POST',
      route,
      path,
      body,
      safe: true,
    });
    return answer.body;
  }
}
