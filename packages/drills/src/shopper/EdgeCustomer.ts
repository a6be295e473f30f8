import { createHash, randomBytes } from 'node:crypto';
import { newId } from '@shopfloor/service-kit/src/ids/newId.ts';
import type { ShopStack } from '../stack/ShopStack.ts';
import { ask, type Answer, type AskOptions } from './http.ts';

/** Who signs in. */
export interface EdgeCustomerOptions {
  customerId: string;
  email: string;
  /** A cart that the guest had filled before. */
  guestCartId?: string;
}

/** One customer at the storefront, with the session that a sign-in leaves; a stack has no issuer for shoppers. */
export class EdgeCustomer {
  readonly #origin: string;
  readonly #secret: string;

  static async signIn(
    stack: ShopStack,
    options: EdgeCustomerOptions,
  ): Promise<EdgeCustomer> {
    const secret = randomBytes(32).toString('base64url');
    await stack.databases.query(
      'storefront',
      `insert into sessions (id, token_hash, subject, kind, email, email_verified, merge_cart_id, cart_currency, expires_at)
       values ($1, $2, $3, 'customer', $4, true, $5, $6, now() + interval '1 hour')`,
      [
        newId(),
        createHash('sha256').update(secret).digest(),
        `customer:${options.customerId}`,
        options.email,
        options.guestCartId,
        options.guestCartId && 'EUR',
      ],
    );
    return new EdgeCustomer(stack.service('storefront').url, secret);
  }

  private constructor(origin: string, secret: string) {
    this.#origin = origin;
    this.#secret = secret;
  }

  ask(
    method: AskOptions['method'],
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    return ask({
      method,
      url: this.#origin + path,
      body,
      headers: {
        'x-shop-request': '1',
        cookie: `sf_session=${this.#secret}`,
        ...headers,
      },
    });
  }
}
