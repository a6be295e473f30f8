import {
  principalOf,
  RemoteProblem,
  type ServiceClient,
} from '@shopfloor/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import type { SessionService } from './SessionService.ts';
import type { Session } from './SessionStore.ts';

/** Options of {@link CartFinder}. */
export interface CartFinderOptions {
  cart: ServiceClient;
  sessions: SessionService;
  logger: Pick<Logger, 'warn'>;
  /** Of a cart for which nobody said one. */
  defaultCurrency: string;
}

/** What a new cart is for. */
export interface NewCart {
  currency: string;
  country?: string;
}

interface CartSummary {
  cartId: string;
  currency: string;
}

/** Refusals of a merge that will never become a success: the source has gone. */
const MERGE_OVER = new Set([404, 409, 422]);

/** Knows which cart is the shopper's: the session's, else the newest one that the customer has. */
export class CartFinder {
  readonly #options: CartFinderOptions;

  static create(options: CartFinderOptions): CartFinder {
    return new CartFinder(options);
  }

  private constructor(options: CartFinderOptions) {
    this.#options = options;
  }

  /** The cart, when there is one. What a guest had put in is merged first. */
  async find(request: FastifyRequest): Promise<string | undefined> {
    const { session } = request;
    if (session?.mergeCartId) {
      await this.#merge(request, session, session.mergeCartId);
    }
    if (session?.cartId) {
      return session.cartId;
    }
    if (principalOf(request).kind === 'guest') {
      return undefined;
    }
    const newest = await this.#newest(request);
    return newest && session
      ? this.#options.sessions.setCart(session, newest.cartId, newest.currency)
      : newest?.cartId;
  }

  /** Forgets a cart that is gone. */
  async forget(request: FastifyRequest, cartId: string): Promise<void> {
    const { session } = request;
    if (session?.cartId === cartId) {
      await this.#options.sessions.setCart(session, undefined);
    }
  }

  /** The cart, made when there is none. `gone` is one that was found not to exist any more. */
  async findOrCreate(
    request: FastifyRequest,
    wanted: NewCart,
    gone?: string,
  ): Promise<string> {
    if (gone !== undefined) {
      await this.forget(request, gone);
    }
    return (
      (await this.find(request)) ?? (await this.create(request, wanted)).cartId
    );
  }

  /** Makes a cart and takes it as the session's. */
  async create(
    request: FastifyRequest,
    wanted: NewCart,
  ): Promise<{ cartId: string; made: object }> {
    const { sessions } = this.#options;
    const { session } = request;
    let made: { cartId: string };
    try {
      made = await this.#make(request, wanted);
    } catch (error) {
      // The shopper has its cookie, and stays the same guest when the cart comes later.
      if (session) {
        await sessions.store(session);
      }
      throw error;
    }
    const counts =
      session &&
      (await sessions.setCart(session, made.cartId, wanted.currency));
    return { cartId: counts ?? made.cartId, made };
  }

  async #make(
    request: FastifyRequest,
    wanted: NewCart,
  ): Promise<{ cartId: string }> {
    const { body } = await this.#options.cart.request<{ cartId: string }>({
      method: 'POST',
      route: '/carts',
      path: '/carts',
      body: wanted,
      headers: this.#headers(request),
    });
    return body;
  }

  async #newest(request: FastifyRequest): Promise<CartSummary | undefined> {
    const { body } = await this.#options.cart.request<{
      items: CartSummary[];
    }>({
      method: 'GET',
      route: '/carts',
      path: '/carts',
      headers: this.#headers(request),
    });
    return body.items[0];
  }

  /**
   * Puts the guest's cart into the customer's. Tried again at each request until the
   * cart service has answered; the same merge again adds nothing.
   */
  async #merge(
    request: FastifyRequest,
    session: Session,
    fromCartId: string,
  ): Promise<void> {
    const { cart, sessions, logger } = this.#options;
    try {
      const newest = session.cartId ? undefined : await this.#newest(request);
      if (newest) {
        await sessions.setCart(session, newest.cartId, newest.currency);
      }
      const target =
        session.cartId ??
        (
          await this.create(request, {
            currency: session.cartCurrency ?? this.#options.defaultCurrency,
          })
        ).cartId;
      await cart.request({
        method: 'POST',
        route: '/carts/:cartId/merges',
        path: `/carts/${target}/merges`,
        body: { fromCartId },
        headers: this.#headers(request),
        safe: true,
      });
    } catch (error) {
      if (!(error instanceof RemoteProblem) || !MERGE_OVER.has(error.status)) {
        throw error;
      }
      logger.warn(
        { code: error.code },
        'The cart of a guest cannot be merged any more',
      );
    }
    await sessions.markMerged(session, fromCartId);
  }

  #headers(request: FastifyRequest): Record<string, string> {
    return { authorization: `Bearer ${principalOf(request).token}` };
  }
}
