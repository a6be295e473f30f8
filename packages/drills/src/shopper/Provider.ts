import { request } from 'undici';
import type { ShopStack } from '../stack/ShopStack.ts';
import { ask, expectStatus, type Answer } from './http.ts';

const ACCOUNT = 'acct_shop';

/** A charge of the test provider. */
export interface Charge {
  id: string;
  status: string;
  amount: number;
  captured: number;
  refunded: number;
}

/** The test provider as its control API and its pages show it, and what it has stored. */
export class Provider {
  readonly #stack: ShopStack;

  constructor(stack: ShopStack) {
    this.#stack = stack;
  }

  get url(): string {
    return this.#stack.service('test-payment-provider').url;
  }

  /** Lets the shop's account misbehave; see the provider's docs, `control.md`. */
  async misbehave(
    misbehaviour: Record<string, number | string | boolean>,
  ): Promise<void> {
    await this.#control('PATCH', `/accounts/${ACCOUNT}`, { misbehaviour });
  }

  /** Answers a redirect page as a shopper does; returns where the shopper is sent. */
  async answer(
    redirectUrl: string,
    answer: 'approve' | 'decline' = 'approve',
  ): Promise<string | undefined> {
    const { headers, body } = await request(redirectUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `answer=${answer}`,
    });
    await body.dump();
    return headers.location as string | undefined;
  }

  /** What the card field does with a number: only the provider sees it, and gives a token. */
  async tokenFor(number: string): Promise<string> {
    const { body } = expectStatus(
      await ask({
        method: 'POST',
        url: `${this.url}/fields/tokens`,
        body: { publishable_key: 'pk_test_shop', number, expiry: '12/34' },
      }),
      201,
    );
    return body.id;
  }

  /** The charge of a payment, as it is stored. */
  async charge(paymentId: string): Promise<Charge | undefined> {
    const [charge] = await this.#stack.databases.query<Charge>(
      'test-payment-provider',
      `select id, status, amount::float8, captured::float8, refunded::float8 from charges where reference = $1`,
      [paymentId],
    );
    return charge;
  }

  /** Sends the very bytes of all webhooks of a charge again, old signatures and all; returns what they were answered. */
  async replay(chargeId: string): Promise<number[]> {
    const { body } = await this.#control(
      'POST',
      `/accounts/${ACCOUNT}/charges/${chargeId}/replays`,
    );
    return body.statuses;
  }

  /** Sends all webhooks of a charge again, signed anew. */
  async repeat(chargeId: string): Promise<void> {
    await this.#control(
      'POST',
      `/accounts/${ACCOUNT}/charges/${chargeId}/repeats`,
    );
  }

  async #control(
    method: 'POST' | 'PATCH',
    path: string,
    body?: unknown,
  ): Promise<Answer> {
    return expectStatus(
      await ask({ method, url: `${this.url}/control${path}`, body }),
      200,
      201,
    );
  }
}
