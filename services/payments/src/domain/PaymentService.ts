import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  UnavailableError,
  UnknownOutcomeError,
  UnprocessableError,
} from '@shopfloor/service-kit';
import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { PaymentStore } from '../store/PaymentStore.ts';
import { type Intent, withIntent } from './intents.ts';
import { isFinal } from './paymentStates.ts';
import { capturePolicyOf, toPayment } from './present.ts';
import type { KnownVersions } from './KnownVersions.ts';
import type { ProviderDriver } from './ProviderDriver.ts';
import type { Money, Operation, Payment, PaymentRecord } from './types.ts';

/** A request to authorise. */
export interface CreatePaymentRequest {
  paymentId: string;
  orderId: string;
  amount: Money;
  token: string;
  returnUrl: string;
  expiresInSeconds: number;
}

/** A payment, and whether what was asked is known to have been done. */
export interface Answer {
  payment: Payment;
  /** False: the outcome is not known yet; ask again later. */
  settled: boolean;
}

/** Options of {@link PaymentService}. */
export interface PaymentServiceOptions {
  store: PaymentStore;
  driver: ProviderDriver;
  known: KnownVersions;
  /** Name of the provider of new payments. */
  provider: string;
  logger: Logger;
}

function refuseReuse(id: string): never {
  throw new ConflictError({
    code: 'id-reused',
    message: `${id} was used for another request. Make a new id.`,
  });
}

/** What other services ask of payments. Every request carries its own id and may be repeated. */
export class PaymentService {
  readonly #options: PaymentServiceOptions;

  static create(options: PaymentServiceOptions): PaymentService {
    return new PaymentService(options);
  }

  private constructor(options: PaymentServiceOptions) {
    this.#options = options;
  }

  /** Authorises an amount. @throws ConflictError `id-reused` */
  async create(request: CreatePaymentRequest): Promise<Answer> {
    const { store, driver, provider } = this.#options;
    const { paymentId, token } = request;
    const tokenHash = createHash('sha256')
      .update(`${paymentId}.${token}`)
      .digest();
    const made = await store.insert({
      paymentId,
      orderId: request.orderId,
      provider,
      amount: BigInt(request.amount.amount),
      currency: request.amount.currency,
      tokenHash,
      returnUrl: request.returnUrl,
      expiresInSeconds: request.expiresInSeconds,
      leaseSeconds: driver.leaseSeconds,
    });
    const payment = made ?? (await this.#find(paymentId));
    if (!made) {
      const same =
        payment.orderId === request.orderId &&
        payment.amount === BigInt(request.amount.amount) &&
        payment.currency === request.amount.currency &&
        payment.returnUrl === request.returnUrl &&
        payment.expiresInSeconds === request.expiresInSeconds &&
        payment.tokenHash.equals(tokenHash);
      if (!same) {
        refuseReuse(paymentId);
      }
    }
    const authorisation = operationOf(payment, paymentId);
    const mine =
      made !== undefined ||
      (authorisation?.state === 'pending' &&
        !payment.closeReason &&
        (await store.retryOperation(paymentId, driver.leaseSeconds)));
    const after = mine
      ? await this.#attempt(paymentId, () => driver.authorise(payment, token))
      : undefined;
    return this.#answer(paymentId, paymentId, after);
  }

  /** @throws NotFoundError */
  async get(paymentId: string, refresh: boolean): Promise<Payment> {
    const payment = await this.#find(paymentId);
    const settled = isFinal(payment.state) && payment.captured === 0n;
    if (refresh && !settled) {
      await this.#options.driver.refresh(payment);
      return this.#present(await this.#find(paymentId));
    }
    return this.#present(payment);
  }

  /** Captures. @throws ConflictError when it cannot be, UnprocessableError when the provider refuses */
  async capture(
    paymentId: string,
    request: { captureId: string; amount: Money; final: boolean },
  ): Promise<Answer> {
    const { store, driver } = this.#options;
    const { captureId, final } = request;
    return this.#move({
      paymentId,
      operationId: captureId,
      kind: 'capture',
      amount: request.amount,
      details: { final },
      same: operation => operation.final === final,
      intend: (payment, amount) => {
        const { capabilities } = driver.providerOf(payment);
        return store.intendCapture({
          paymentId,
          captureId,
          amount,
          final,
          multicapture: capabilities.multicapture,
          partialCapture: capabilities.partialCapture,
          leaseSeconds: driver.leaseSeconds,
        });
      },
      refuse: (payment, amount) => this.#refuseCapture(payment, amount),
    });
  }

  /** Refunds. @throws ConflictError when it cannot be, UnprocessableError when the provider refuses */
  async refund(
    paymentId: string,
    request: { refundId: string; amount: Money; reason: string },
  ): Promise<Answer> {
    const { store, driver } = this.#options;
    const { refundId, reason } = request;
    return this.#move({
      paymentId,
      operationId: refundId,
      kind: 'refund',
      amount: request.amount,
      details: { reason },
      same: operation => operation.reason === reason,
      intend: (_payment, amount) =>
        store.intendRefund({
          paymentId,
          refundId,
          amount,
          reason,
          leaseSeconds: driver.leaseSeconds,
        }),
      refuse: payment => {
        throw new ConflictError({
          code: 'amount-exceeds-captured',
          message: `Only ${payment.captured - payment.refundReserved} minor units of payment ${payment.paymentId} can still be refunded.`,
        });
      },
    });
  }

  /** Lets go of what is not captured; repeating it changes nothing. @throws ConflictError when all is captured, or being captured */
  async void(paymentId: string): Promise<Answer> {
    const { driver } = this.#options;
    await this.#find(paymentId);
    await this.#attempt(paymentId, async () => {
      await driver.close(paymentId, 'void');
      return undefined;
    });
    const payment = await this.#find(paymentId);
    const closing = payment.operations.some(
      ({ kind, state }) => kind === 'void' && state === 'pending',
    );
    const closed = payment.operations.some(({ kind }) => kind === 'void');
    if (!closing && !closed && payment.captureReserved > 0n) {
      throw new ConflictError({
        code:
          payment.captureReserved > payment.captured
            ? 'capture-under-way'
            : 'payment-captured',
        message: `Payment ${paymentId} is captured or being captured; refund it instead.`,
      });
    }
    return {
      payment: this.#present(payment),
      settled: isFinal(payment.state),
    };
  }

  async #move(options: {
    paymentId: string;
    operationId: string;
    kind: 'capture' | 'refund';
    amount: Money;
    /** What the intent says beside the amount. */
    details: Pick<Intent, 'final' | 'reason'>;
    same: (operation: Operation) => boolean;
    intend: (payment: PaymentRecord, amount: bigint) => Promise<boolean>;
    refuse: (payment: PaymentRecord, amount: bigint) => never;
  }): Promise<Answer> {
    const { paymentId, operationId, kind } = options;
    const amount = BigInt(options.amount.amount);
    const payment = await this.#find(paymentId);
    if (options.amount.currency !== payment.currency) {
      throw new InvalidInputError({
        code: 'currency-differs',
        message: `Payment ${paymentId} is in ${payment.currency}.`,
        fields: [
          {
            in: 'body',
            field: '/amount/currency',
            message: `must be ${payment.currency}`,
          },
        ],
      });
    }
    const isNew =
      !operationOf(payment, operationId) &&
      (await options.intend(payment, amount));
    let after: PaymentRecord | undefined;
    if (isNew) {
      const intended = withIntent(payment, {
        operationId,
        kind,
        amount,
        ...options.details,
      });
      after = await this.#attempt(paymentId, () =>
        this.#options.driver.carryOut(intended, operationId),
      );
    } else {
      const current = await this.#find(paymentId);
      const operation = operationOf(current, operationId);
      if (!operation) {
        options.refuse(current, amount);
      } else if (
        operation.kind !== kind ||
        operation.amount !== amount ||
        !options.same(operation)
      ) {
        refuseReuse(operationId);
      }
    }
    return this.#answer(paymentId, operationId, after);
  }

  #refuseCapture(payment: PaymentRecord, amount: bigint): never {
    const { paymentId, authorised, captureReserved, state } = payment;
    const { capabilities } = this.#options.driver.providerOf(payment);
    if (!['authorised', 'partially-captured'].includes(state)) {
      throw new ConflictError({
        code: 'payment-not-capturable',
        message: `Payment ${paymentId} is ${state} and cannot be captured.`,
      });
    }
    if (captureReserved > 0n && !capabilities.multicapture) {
      throw new ConflictError({
        code: 'single-capture-only',
        message: `Payment ${paymentId} can be captured once; its capturePolicy says how.`,
      });
    }
    if (amount !== authorised && !capabilities.partialCapture) {
      throw new ConflictError({
        code: 'partial-capture-unsupported',
        message: `Payment ${paymentId} can be captured as a whole only.`,
      });
    }
    if (captureReserved + amount > authorised) {
      throw new ConflictError({
        code: 'amount-exceeds-authorised',
        message: `Only ${authorised - captureReserved} minor units of payment ${paymentId} can still be captured.`,
      });
    }
    throw new ConflictError({
      code: 'payment-not-capturable',
      message: `Payment ${paymentId} is being let go, or its authorisation has ended.`,
    });
  }

  /** Whatever cannot be finished now is finished by the worker: its intent is recorded. @returns the payment, where it is known */
  async #attempt(
    paymentId: string,
    work: () => Promise<PaymentRecord | undefined>,
  ): Promise<PaymentRecord | undefined> {
    try {
      return await this.#options.known.whileAsking(paymentId, work);
    } catch (error) {
      if (
        !(error instanceof UnavailableError) &&
        !(error instanceof UnknownOutcomeError)
      ) {
        throw error;
      }
      this.#options.logger.warn(
        { error },
        'The payment provider gave no outcome; the worker asks again',
      );
      return undefined;
    }
  }

  /** @param known - the payment as it is now; read when absent */
  async #answer(
    paymentId: string,
    operationId: string,
    known: PaymentRecord | undefined,
  ): Promise<Answer> {
    const payment = known ?? (await this.#find(paymentId));
    const operation = operationOf(payment, operationId);
    if (operation?.state === 'failed' && operation.kind !== 'authorise') {
      throw new UnprocessableError({
        code: `${operation.kind}-refused`,
        message: `The payment provider refused ${operation.kind} ${operationId}: ${operation.failureCode ?? 'no reason given'}.`,
      });
    }
    const settled =
      operation?.kind === 'authorise'
        ? payment.state !== 'pending'
        : operation?.state === 'succeeded';
    return { payment: this.#present(payment), settled };
  }

  #present(payment: PaymentRecord): Payment {
    const { capabilities } = this.#options.driver.providerOf(payment);
    return toPayment(payment, capturePolicyOf(capabilities));
  }

  async #find(paymentId: string): Promise<PaymentRecord> {
    const payment = await this.#options.store.find(paymentId);
    if (!payment) {
      throw new NotFoundError({
        code: 'payment-not-found',
        message: `There is no payment ${paymentId}.`,
      });
    }
    return payment;
  }
}

function operationOf(
  payment: PaymentRecord,
  operationId: string,
): Operation | undefined {
  return payment.operations.find(
    operation => operation.operationId === operationId,
  );
}
