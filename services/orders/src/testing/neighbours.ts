import { newId } from '@shopfloor/service-kit';
import type { Cart, LookedUp } from '../clients/shopClients.ts';
import {
  Neighbour,
  type NeighbourAnswer,
  type NeighbourCall,
  refuse,
} from './Neighbour.ts';
import { TestPayments } from './TestPayments.ts';

/** Carts, each open to the bearer of any token. */
export class TestCart extends Neighbour {
  readonly carts = new Map<string, Cart>();

  /** Makes a cart of quantities by SKU. */
  add(quantities: Record<string, number>, currency = 'EUR'): Cart {
    const cart: Cart = {
      cartId: newId(),
      version: 1,
      currency,
      lines: Object.entries(quantities).map(([sku, quantity]) => ({
        sku,
        productId: newId(),
        name: { en: sku, zh: sku },
        quantity,
        unitPrice: { amount: 1, currency },
        available: 5,
      })),
      // What the cart says of prices does not matter; a quote asks products.
      subtotal: { amount: 1, currency },
    };
    this.carts.set(cart.cartId, cart);
    return cart;
  }

  protected answer({ path, headers }: NeighbourCall): NeighbourAnswer {
    const cart = this.carts.get(path.split('/')[2]);
    if (!headers.authorization) {
      return refuse(401, 'token-missing');
    }
    return cart ? { status: 200, body: cart } : refuse(404, 'cart-not-found');
  }
}

/** Products with a price list. */
export class TestProducts extends Neighbour {
  readonly items = new Map<string, LookedUp>();
  pricesIncludeTax = true;

  add(
    sku: string,
    amount: number,
    rest: Partial<LookedUp> & { currency?: string } = {},
  ): void {
    const { currency = 'EUR', ...changes } = rest;
    this.items.set(sku, {
      sku,
      productId: newId(),
      slug: sku.toLowerCase(),
      name: { en: `The ${sku}`, zh: `此${sku}` },
      price: { amount, currency },
      taxCategory: 'standard',
      weightGrams: 400,
      ...changes,
    });
  }

  protected answer({ body }: NeighbourCall): NeighbourAnswer {
    const items = (body.skus as string[]).flatMap(
      sku => this.items.get(sku) ?? [],
    );
    return {
      status: 200,
      body: { pricesIncludeTax: this.pricesIncludeTax, items },
    };
  }
}

/** Stock with reservations. */
export class TestInventory extends Neighbour {
  readonly stock = new Map<string, number>();
  readonly reservations = new Map<
    string,
    {
      state: 'held' | 'confirmed' | 'released' | 'expired';
      lines: { sku: string; quantity: number }[];
    }
  >();

  /** Ends a hold, as time would. */
  expire(reservationId: string): void {
    const reservation = this.reservations.get(reservationId);
    if (reservation?.state === 'held') {
      this.#giveBack(reservation.lines);
      reservation.state = 'expired';
    }
  }

  #giveBack(lines: { sku: string; quantity: number }[]): void {
    for (const { sku, quantity } of lines) {
      this.stock.set(sku, this.stock.get(sku)! + quantity);
    }
  }

  protected answer({ path, body }: NeighbourCall): NeighbourAnswer {
    const [, , id, action] = path.split('/');
    const reservation = this.reservations.get(id ?? body.reservationId);
    if (!action) {
      if (reservation?.state === 'held' || reservation?.state === 'confirmed') {
        return {
          status: 201,
          body: { reservationId: body.reservationId, state: reservation.state },
        };
      }
      const lines = body.lines as { sku: string; quantity: number }[];
      const short = lines.filter(
        ({ sku, quantity }) => (this.stock.get(sku) ?? 0) < quantity,
      );
      if (short.length > 0) {
        return refuse(409, 'insufficient-stock', {
          errors: short.map(({ sku }) => ({
            in: 'body',
            field: `/lines/${lines.findIndex(line => line.sku === sku)}/quantity`,
            message: `only ${this.stock.get(sku) ?? 0} of ${sku} are available`,
          })),
        });
      }
      for (const { sku, quantity } of lines) {
        this.stock.set(sku, this.stock.get(sku)! - quantity);
      }
      this.reservations.set(body.reservationId, { state: 'held', lines });
      return {
        status: 201,
        body: { reservationId: body.reservationId, state: 'held' },
      };
    }
    if (!reservation) {
      return refuse(404, 'reservation-not-found');
    }
    if (action === 'confirm') {
      if (reservation.state === 'held' || reservation.state === 'confirmed') {
        reservation.state = 'confirmed';
        return { status: 200, body: { state: 'confirmed' } };
      }
      return refuse(409, 'reservation-expired');
    }
    if (reservation.state === 'held' || reservation.state === 'confirmed') {
      this.#giveBack(reservation.lines);
    }
    reservation.state = 'released';
    return { status: 200, body: { state: 'released' } };
  }
}

/** Ways of delivery and shipments. */
export class TestFulfilment extends Neighbour {
  readonly shipments = new Map<
    string,
    {
      state: 'pending' | 'dispatched' | 'cancelled';
      orderId: string;
      customerId?: string;
    }
  >();

  protected answer({ path, body }: NeighbourCall): NeighbourAnswer {
    if (path === '/shipping-quotes') {
      const { currency, country } = body;
      const option = (optionId: string, amount: number) => ({
        optionId,
        title: { en: optionId, zh: optionId },
        price: { amount, currency },
        minDays: 1,
        maxDays: 3,
      });
      return country === 'AQ'
        ? refuse(422, 'no-delivery')
        : {
            status: 200,
            body: {
              options: [option('standard', 490), option('express', 990)],
            },
          };
    }
    const [, , id, action] = path.split('/');
    const shipment = this.shipments.get(id ?? body.shipmentId);
    if (action === 'cancel') {
      if (!shipment) {
        return refuse(404, 'shipment-not-found');
      }
      if (shipment.state === 'dispatched') {
        return refuse(409, 'already-dispatched');
      }
      shipment.state = 'cancelled';
      return { status: 200, body: { state: 'cancelled' } };
    }
    if (!shipment) {
      this.shipments.set(body.shipmentId, {
        state: 'pending',
        orderId: body.orderId,
        customerId: body.customerId,
      });
    }
    return {
      status: 201,
      body: { shipmentId: body.shipmentId, state: 'pending' },
    };
  }
}

/** All that orders calls, each a server of its own. */
export class TestShop {
  readonly cart = new TestCart();
  readonly products = new TestProducts();
  readonly inventory = new TestInventory();
  readonly fulfilment = new TestFulfilment();
  readonly payments = new TestPayments();

  static async start(): Promise<TestShop> {
    const shop = new TestShop();
    await Promise.all(shop.all.map(neighbour => neighbour.listen()));
    return shop;
  }

  get all(): Neighbour[] {
    const { cart, products, inventory, fulfilment, payments } = this;
    return [cart, products, inventory, fulfilment, payments];
  }

  /** Variables by which orders finds them. */
  get env(): Record<string, string> {
    return {
      CART_URL: this.cart.url,
      PRODUCTS_URL: this.products.url,
      INVENTORY_URL: this.inventory.url,
      FULFILMENT_URL: this.fulfilment.url,
      PAYMENTS_URL: this.payments.url,
    };
  }

  /** Lets every call pass again. */
  calm(): void {
    for (const neighbour of this.all) {
      neighbour.intercept = () => undefined;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map(neighbour => neighbour.close()));
  }
}
