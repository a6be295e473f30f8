import { formatMoney, money, parseMoney } from '@shopfloor/pricing';
import {
  RemoteProblem,
  type ServiceClient,
  UnavailableError,
} from '@shopfloor/service-kit';
import {
  type AuthoriseRequest,
  type LedgerEntry,
  type LedgerPage,
  type PartRequest,
  type PaymentHandle,
  type PaymentProvider,
  type ProviderCapabilities,
  type ProviderEvent,
  type ProviderPart,
  type ProviderPayment,
  ProviderRefusal,
} from '../PaymentProvider.ts';
import { verifySignature } from './signature.ts';

/** What an account can do, by the profile it was opened with. */
export const TESTPAY_PROFILES: Record<
  'full' | 'single-capture',
  ProviderCapabilities
> = {
  full: {
    multicapture: true,
    partialCapture: true,
    reauthorise: true,
    redirect: true,
    disputes: true,
    maxAuthorisationAgeSeconds: 604_800,
  },
  'single-capture': {
    multicapture: false,
    partialCapture: true,
    reauthorise: false,
    redirect: true,
    disputes: true,
    maxAuthorisationAgeSeconds: 604_800,
  },
};

/** Options of {@link TestpayProvider}. */
export interface TestpayProviderOptions {
  client: ServiceClient;
  apiKey: string;
  webhookSecret: string;
  capabilities: ProviderCapabilities;
}

interface RawPart {
  id: string;
  reference?: string;
  amount: string;
  status: string;
}

interface RawCharge {
  id: string;
  idempotency_key: string;
  currency: string;
  status: string;
  authorized_amount: string;
  version: number;
  failure_code?: string;
  redirect_url?: string;
  authorization_expires_at?: string;
  captures: RawPart[];
  refunds: RawPart[];
  disputes: RawPart[];
}

const statuses: Record<string, ProviderPayment['status']> = {
  requires_action: 'requires-action',
  authorized: 'authorised',
  declined: 'declined',
  partially_captured: 'partially-captured',
  captured: 'captured',
  voided: 'voided',
  expired: 'expired',
};

const ledgerKinds: Record<string, LedgerEntry['kind']> = {
  capture: 'capture',
  refund: 'refund',
  dispute_opened: 'dispute-opened',
  dispute_won: 'dispute-won',
  dispute_lost: 'dispute-lost',
};

const disputeStates: Record<string, 'opened' | 'won' | 'lost'> = {
  needs_response: 'opened',
  won: 'won',
  lost: 'lost',
};

/** Refusals that say something of the request. Others say something of us or of the moment. */
const REFUSALS = new Set([400, 402, 404, 409, 422]);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const authoriseKey = (paymentId: string) => `authorise-${paymentId}`;

function decimal(amount: bigint, currency: string): string {
  return formatMoney(money(amount, currency)).split(' ')[0];
}

function minor(amount: string, currency: string): bigint {
  return parseMoney(amount, currency.toUpperCase()).amount;
}

function toPayment(raw: RawCharge): ProviderPayment {
  const part = ({ id, reference, amount, status }: RawPart): ProviderPart => ({
    id,
    reference,
    amount: minor(amount, raw.currency),
    succeeded: status === 'succeeded',
  });
  return {
    providerPaymentId: raw.id,
    version: BigInt(raw.version),
    status: statuses[raw.status],
    currency: raw.currency.toUpperCase(),
    authorised: minor(raw.authorized_amount, raw.currency),
    declineCode: raw.failure_code?.replaceAll('_', '-'),
    redirectUrl: raw.redirect_url,
    authorisationExpiresAt: raw.authorization_expires_at
      ? new Date(raw.authorization_expires_at)
      : undefined,
    captures: raw.captures.map(part),
    refunds: raw.refunds.map(part),
    disputes: raw.disputes.map(({ id, amount, status }) => ({
      id,
      amount: minor(amount, raw.currency),
      state: disputeStates[status],
    })),
  };
}

/** The adapter of the test payment provider. */
export class TestpayProvider implements PaymentProvider {
  readonly name = 'testpay';
  readonly capabilities: ProviderCapabilities;
  readonly #client: ServiceClient;
  readonly #authorization: string;
  readonly #webhookSecret: string;

  static create(options: TestpayProviderOptions): TestpayProvider {
    return new TestpayProvider(options);
  }

  private constructor(options: TestpayProviderOptions) {
    this.capabilities = options.capabilities;
    this.#client = options.client;
    this.#authorization = `Bearer ${options.apiKey}`;
    this.#webhookSecret = options.webhookSecret;
  }

  async authorise(request: AuthoriseRequest): Promise<ProviderPayment> {
    return toPayment(
      await this.#call<RawCharge>({
        method: 'POST',
        path: '/api/charges',
        key: authoriseKey(request.paymentId),
        body: {
          amount: decimal(request.amount, request.currency),
          currency: request.currency.toLowerCase(),
          source: request.token,
          reference: request.paymentId,
          return_url: request.returnUrl,
          action_expires_in_seconds: request.expiresInSeconds,
        },
      }),
    );
  }

  async find(handle: PaymentHandle): Promise<ProviderPayment | undefined> {
    const { paymentId, providerPaymentId } = handle;
    if (providerPaymentId) {
      return toPayment(
        await this.#call<RawCharge>({
          method: 'GET',
          route: '/api/charges/:id',
          path: `/api/charges/${providerPaymentId}`,
        }),
      );
    }
    const { data } = await this.#call<{ data: RawCharge[] }>({
      method: 'GET',
      path: '/api/charges',
      query: { reference: paymentId },
    });
    const charge = data.find(
      ({ idempotency_key }) => idempotency_key === authoriseKey(paymentId),
    );
    return charge && toPayment(charge);
  }

  async abandon(handle: PaymentHandle): Promise<ProviderPayment | undefined> {
    const { charge } = await this.#call<{ charge?: RawCharge }>(
      // Keys are kept for a day only; a payment that is known is let go by its own id.
      handle.providerPaymentId
        ? {
            method: 'POST',
            path: '/api/voids',
            body: { charge: handle.providerPaymentId },
          }
        : {
            method: 'POST',
            path: '/api/cancellations',
            body: { idempotency_key: authoriseKey(handle.paymentId) },
          },
    ).then(body =>
      handle.providerPaymentId ? { charge: body as RawCharge } : body,
    );
    return charge && toPayment(charge);
  }

  async capture(
    request: PartRequest & { final: boolean },
  ): Promise<ProviderPayment> {
    return this.#part('capture', request, { final: request.final });
  }

  async refund(request: PartRequest): Promise<ProviderPayment> {
    return this.#part('refund', request, {});
  }

  async reauthorise(providerPaymentId: string): Promise<ProviderPayment> {
    return toPayment(
      await this.#call<RawCharge>({
        method: 'POST',
        path: '/api/reauthorizations',
        body: { charge: providerPaymentId },
      }),
    );
  }

  readWebhook(options: {
    headers: Record<string, string | string[] | undefined>;
    body: Buffer;
  }): ProviderEvent | undefined {
    const signature = options.headers['testpay-signature'];
    const signedAtSeconds = verifySignature({
      secret: this.#webhookSecret,
      signature: typeof signature === 'string' ? signature : '',
      body: options.body,
    });
    if (signedAtSeconds === undefined) {
      return undefined;
    }
    // Genuine, so its shape is the provider's.
    const event = JSON.parse(options.body.toString('utf8')) as {
      id: string;
      type: string;
      data: { reference: string; version?: number };
    };
    const { reference, version } = event.data;
    return {
      eventId: event.id,
      type: event.type,
      paymentId: UUID.test(reference) ? reference : undefined,
      providerVersion: version === undefined ? undefined : BigInt(version),
      signedAtSeconds,
    };
  }

  async ledger(after: bigint): Promise<LedgerPage> {
    const page = await this.#call<{
      data: {
        position: number;
        type: string;
        charge: string;
        charge_reference: string;
        object_id: string;
        reference?: string;
        amount: string;
        currency: string;
      }[];
      has_more: boolean;
    }>({
      method: 'GET',
      path: '/api/ledger_entries',
      query: { after: after.toString(), limit: '500' },
    });
    return {
      hasMore: page.has_more,
      entries: page.data.map(entry => ({
        position: BigInt(entry.position),
        kind: ledgerKinds[entry.type] ?? 'other',
        providerPaymentId: entry.charge,
        paymentReference: entry.charge_reference,
        objectId: entry.object_id,
        reference: entry.reference,
        amount: minor(entry.amount, entry.currency),
        currency: entry.currency.toUpperCase(),
      })),
    };
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #part(
    kind: 'capture' | 'refund',
    request: PartRequest,
    extra: object,
  ): Promise<ProviderPayment> {
    const { charge } = await this.#call<{ charge: RawCharge }>({
      method: 'POST',
      path: `/api/${kind}s`,
      key: `${kind}-${request.operationId}`,
      body: {
        charge: request.providerPaymentId,
        amount: decimal(request.amount, request.currency),
        reference: request.operationId,
        ...extra,
      },
    });
    return toPayment(charge);
  }

  async #call<T>(call: {
    method: string;
    path: string;
    route?: string;
    key?: string;
    query?: Record<string, string>;
    body?: object;
  }): Promise<T> {
    try {
      const { body } = await this.#client.request<T>({
        method: call.method,
        route: call.route ?? call.path,
        path: call.path,
        query: call.query,
        body: call.body,
        headers: {
          authorization: this.#authorization,
          ...(call.key && { 'idempotency-key': call.key }),
        },
        // Every call is idempotent, by its key or by its nature.
        safe: true,
      });
      return body;
    } catch (error) {
      if (!(error instanceof RemoteProblem)) {
        throw error;
      }
      const refusal = error.problem.error as { code?: string } | undefined;
      if (REFUSALS.has(error.status) && refusal?.code) {
        throw new ProviderRefusal(refusal.code.replaceAll('_', '-'));
      }
      throw new UnavailableError({
        code: 'provider-unavailable',
        message: `The payment provider does not serve us now (${error.status}).`,
        cause: error,
      });
    }
  }
}
