import { newId, UnavailableError } from '@shopfloor/service-kit';
import {
  type PaymentProvider,
  type ProviderPayment,
  ProviderRefusal,
} from '../providers/PaymentProvider.ts';
import type { ClaimedRefresh, PaymentStore } from '../store/PaymentStore.ts';
import type { KnownVersions } from './KnownVersions.ts';
import {
  eventsOf,
  learn,
  type LearnOptions,
  type Settlement,
  withLesson,
} from './learn.ts';
import { isFinal } from './paymentStates.ts';
import type { CloseReason, Operation, PaymentRecord } from './types.ts';

/** Options of {@link ProviderDriver}. */
export interface ProviderDriverOptions {
  store: PaymentStore;
  providers: ReadonlyMap<string, PaymentProvider>;
  /** Told of what is learnt. */
  known: KnownVersions;
  /** For how long whoever asks a provider has a payment or an operation to itself. Longer than a call may take. */
  leaseSeconds: number;
  /** After this an authorisation whose outcome cannot be learnt is given up. */
  giveUpSeconds: number;
  /** How long before its end an authorisation is renewed. */
  reauthoriseBeforeSeconds: number;
}

/** How a lesson came about. */
interface LearnContext {
  /** The lease under which the payment was read. */
  lease?: string;
  /** Its authorisation ends soon and could not be renewed: the next look is at its end. */
  renewedInVain?: boolean;
}

/** How often a lesson is learnt anew because the payment changed meanwhile. */
const MAX_RACES = 20;

/**
 * Brings our record and the provider together. Each intent is in the database before the provider is called, and each call may be
 * repeated, so that a crash between any two steps is finished by whoever comes next.
 *
 * Methods that call throw `UnavailableError` and `UnknownOutcomeError`; then the intent stays pending and the worker goes on. Those
 * that give a payment give it as they left it; undefined: it has to be read again.
 */
export class ProviderDriver {
  readonly #options: ProviderDriverOptions;

  static create(options: ProviderDriverOptions): ProviderDriver {
    return new ProviderDriver(options);
  }

  private constructor(options: ProviderDriverOptions) {
    this.#options = options;
  }

  get leaseSeconds(): number {
    return this.#options.leaseSeconds;
  }

  /** The provider of a payment. */
  providerOf(payment: Pick<PaymentRecord, 'provider'>): PaymentProvider {
    const provider = this.#options.providers.get(payment.provider);
    if (!provider) {
      throw new Error(`There is no payment provider ${payment.provider} here`);
    }
    return provider;
  }

  /** Authorises with the token at hand. The intent is recorded and taken. */
  async authorise(
    payment: PaymentRecord,
    token: string,
  ): Promise<PaymentRecord | undefined> {
    const { paymentId, amount, currency, returnUrl, expiresInSeconds } =
      payment;
    let snapshot: ProviderPayment;
    try {
      snapshot = await this.providerOf(payment).authorise({
        paymentId,
        amount,
        currency,
        token,
        returnUrl,
        expiresInSeconds,
      });
    } catch (error) {
      const code = await this.#certainFailure(paymentId, error);
      if (code === undefined) {
        throw error;
      }
      return this.#learn(payment, {
        snapshot: undefined,
        closeReason:
          error instanceof ProviderRefusal ? 'refused' : 'unreachable',
        settlements: [
          { operationId: paymentId, state: 'failed', failureCode: code },
        ],
      });
    }
    return this.#learn(payment, { snapshot });
  }

  /** Finds out about, or carries out, an operation that is pending. */
  async perform(options: {
    paymentId: string;
    operationId: string;
    ageSeconds?: number;
  }): Promise<void> {
    const { paymentId, operationId, ageSeconds } = options;
    const payment = await this.#options.store.find(paymentId);
    if (payment) {
      await this.carryOut(payment, operationId, ageSeconds);
    }
  }

  /** The same for a payment that was just read, or just got the intent. */
  async carryOut(
    payment: PaymentRecord,
    operationId: string,
    ageSeconds = 0,
  ): Promise<PaymentRecord | undefined> {
    const operation = payment.operations.find(
      candidate => candidate.operationId === operationId,
    );
    if (operation?.state !== 'pending') {
      return payment;
    }
    switch (operation.kind) {
      case 'authorise':
        await this.#askForAuthorisation(payment, ageSeconds);
        return undefined;
      case 'void':
        await this.#letGo(payment, operation);
        return undefined;
      case 'reauthorise':
        await this.#renew(payment, operation);
        return undefined;
      default:
        return this.#move(payment, operation);
    }
  }

  /** Reads a payment at its provider and learns from it. */
  async refresh(
    payment: PaymentRecord,
    options: LearnContext = {},
  ): Promise<void> {
    const snapshot = await this.providerOf(payment).find(payment);
    if (snapshot) {
      await this.#learn(payment, { snapshot }, options);
    } else {
      await this.#options.store.rest({
        paymentId: payment.paymentId,
        lease: options.lease,
        refreshAt: undefined,
      });
    }
  }

  /** Does what a payment is due for: the end of a redirect, the end of an authorisation, or a hint that something changed. */
  async attend(claim: ClaimedRefresh): Promise<void> {
    const { store } = this.#options;
    const { paymentId, lease } = claim;
    const payment = await store.find(paymentId);
    if (!payment) {
      return;
    }
    if (claim.overdue) {
      await this.close(paymentId, 'deadline');
      await store.rest({ paymentId, lease, refreshAt: undefined });
      return;
    }
    let renewed = false;
    if (claim.endsSoon && this.providerOf(payment).capabilities.reauthorise) {
      const operationId = newId();
      renewed = await store.intendReauthorise({
        paymentId,
        operationId,
        leaseSeconds: this.#options.leaseSeconds,
      });
      if (renewed) {
        await this.perform({ paymentId, operationId });
      }
    }
    const now = renewed ? ((await store.find(paymentId)) ?? payment) : payment;
    await this.refresh(now, {
      lease,
      renewedInVain:
        claim.endsSoon &&
        now.authorisationExpiresAt?.getTime() ===
          payment.authorisationExpiresAt?.getTime(),
    });
  }

  /**
   * Lets a payment go: the intent first, then the provider.
   *
   * @returns whether the intent was recorded; not when a capture is on its way or nothing is left
   */
  async close(paymentId: string, reason: CloseReason): Promise<boolean> {
    const operationId = newId();
    const intended = await this.#options.store.intendVoid({
      paymentId,
      operationId,
      reason,
      leaseSeconds: this.#options.leaseSeconds,
    });
    if (intended) {
      await this.perform({ paymentId, operationId });
    }
    return intended;
  }

  /**
   * Asks the provider once more for a movement that it has lost: not shown in the payment, asked for under the same key.
   *
   * @returns whether the provider has it now; not when it shows it after all, or refuses
   */
  async repeat(paymentId: string, operationId: string): Promise<boolean> {
    const payment = await this.#options.store.find(paymentId);
    const operation = payment?.operations.find(
      candidate => candidate.operationId === operationId,
    );
    if (!payment?.providerPaymentId || operation?.state !== 'succeeded') {
      return false;
    }
    const provider = this.providerOf(payment);
    const snapshot = await provider.find(payment);
    const shown = [
      ...(snapshot?.captures ?? []),
      ...(snapshot?.refunds ?? []),
    ].some(({ reference }) => reference === operationId);
    if (shown) {
      return false;
    }
    const request = {
      operationId,
      providerPaymentId: payment.providerPaymentId,
      amount: operation.amount,
      currency: payment.currency,
    };
    try {
      const after =
        operation.kind === 'capture'
          ? await provider.capture({ ...request, final: operation.final })
          : await provider.refund(request);
      await this.#learn(payment, { snapshot: after });
      return true;
    } catch (error) {
      if (error instanceof ProviderRefusal) {
        return false;
      }
      throw error;
    }
  }

  /**
   * Why an authorisation certainly was not made: refused, or never sent, and not by anybody else before.
   *
   * @returns undefined when that is not certain
   */
  async #certainFailure(
    paymentId: string,
    error: unknown,
  ): Promise<string | undefined> {
    if (error instanceof ProviderRefusal) {
      return error.code;
    }
    if (!(error instanceof UnavailableError)) {
      return undefined;
    }
    const payment = await this.#options.store.find(paymentId);
    const attempts = payment?.operations.find(
      ({ operationId }) => operationId === paymentId,
    )?.attempts;
    return attempts === 1 ? 'provider-unavailable' : undefined;
  }

  async #askForAuthorisation(
    payment: PaymentRecord,
    ageSeconds: number,
  ): Promise<void> {
    const snapshot = await this.providerOf(payment).find(payment);
    if (snapshot) {
      await this.#learn(payment, { snapshot });
    } else if (payment.overdue || ageSeconds >= this.#options.giveUpSeconds) {
      // The request may still be under way: the provider is told to refuse it from now on.
      await this.close(
        payment.paymentId,
        payment.overdue ? 'deadline' : 'unreachable',
      );
    }
  }

  async #letGo(payment: PaymentRecord, operation: Operation): Promise<void> {
    const snapshot = await this.providerOf(payment).abandon(payment);
    const settlements: Settlement[] = [
      { operationId: operation.operationId, state: 'succeeded' },
    ];
    if (!snapshot) {
      settlements.push({ operationId: payment.paymentId, state: 'failed' });
    }
    await this.#learn(payment, { snapshot, settlements });
  }

  async #renew(payment: PaymentRecord, operation: Operation): Promise<void> {
    const { operationId } = operation;
    const provider = this.providerOf(payment);
    try {
      const snapshot = await provider.reauthorise(payment.providerPaymentId!);
      await this.#learn(payment, {
        snapshot,
        settlements: [{ operationId, state: 'succeeded' }],
      });
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) {
        throw error;
      }
      await this.#learn(payment, {
        snapshot: await provider.find(payment),
        settlements: [
          { operationId, state: 'failed', failureCode: error.code },
        ],
      });
    }
  }

  async #move(
    payment: PaymentRecord,
    operation: Operation,
  ): Promise<PaymentRecord | undefined> {
    const { operationId, amount, kind, final, attempts } = operation;
    const { currency } = payment;
    const provider = this.providerOf(payment);
    if (attempts > 1) {
      // The provider forgets keys after a while, but not what it did.
      const snapshot = await provider.find(payment);
      const parts = [
        ...(snapshot?.captures ?? []),
        ...(snapshot?.refunds ?? []),
      ];
      if (parts.some(({ reference }) => reference === operationId)) {
        return this.#learn(payment, { snapshot });
      }
    }
    const request = {
      operationId,
      providerPaymentId: payment.providerPaymentId!,
      amount,
      currency,
    };
    try {
      const snapshot =
        kind === 'capture'
          ? await provider.capture({ ...request, final })
          : await provider.refund(request);
      return await this.#learn(payment, { snapshot });
    } catch (error) {
      if (!(error instanceof ProviderRefusal)) {
        throw error;
      }
      return this.#learn(payment, {
        // What it shows as done counts more than its refusal.
        snapshot: await provider.find(payment),
        settlements: [
          { operationId, state: 'failed', failureCode: error.code },
        ],
      });
    }
  }

  /** Learns on top of a payment as it was read; reads it again when it has changed meanwhile. */
  async #learn(
    read: PaymentRecord,
    options: LearnOptions,
    context: LearnContext = {},
  ): Promise<PaymentRecord | undefined> {
    const { lease } = context;
    const { store } = this.#options;
    const { paymentId } = read;
    for (let race = 0; race < MAX_RACES; race += 1) {
      const payment = race === 0 ? read : await store.find(paymentId);
      if (!payment) {
        throw new Error(`Payment ${paymentId} is gone`);
      }
      const lesson = learn(payment, options);
      const known =
        !lesson.changed &&
        lesson.settlements.length === 0 &&
        lesson.disputes.length === 0 &&
        lesson.providerVersion === payment.providerVersion &&
        lesson.providerPaymentId === payment.providerPaymentId;
      const refreshAt = this.#refreshAt(payment, lesson, context);
      if (known) {
        await store.rest({ paymentId, lease, refreshAt });
        this.#options.known.note(paymentId, lesson.providerVersion);
        return payment;
      }
      const written = await store.apply({
        payment,
        lesson,
        events: eventsOf(payment, lesson, payment.version + 1),
        lease,
        refreshAt,
      });
      if (written) {
        this.#options.known.note(paymentId, lesson.providerVersion);
        if (lesson.closeBecause) {
          await this.close(paymentId, lesson.closeBecause);
          return undefined;
        }
        return withLesson(payment, lesson);
      }
    }
    throw new UnavailableError({
      code: 'payment-busy',
      message: `Payment ${paymentId} changes too fast. Try again shortly.`,
    });
  }

  /** When a payment is to be looked at without a hint. */
  #refreshAt(
    payment: PaymentRecord,
    lesson: {
      state: PaymentRecord['state'];
      authorisationExpiresAt: Date | undefined;
    },
    { renewedInVain }: LearnContext,
  ): Date | undefined {
    if (isFinal(lesson.state) || lesson.state === 'pending') {
      return undefined;
    }
    if (lesson.state === 'requires-action') {
      return payment.expiresAt;
    }
    const ends = lesson.authorisationExpiresAt;
    if (!ends) {
      return undefined;
    }
    const { capabilities } = this.providerOf(payment);
    const leadMs =
      capabilities.reauthorise && !renewedInVain
        ? this.#renewLeadMs(payment)
        : -1000;
    return new Date(ends.getTime() - leadMs);
  }

  #renewLeadMs(payment: PaymentRecord): number {
    const { maxAuthorisationAgeSeconds } =
      this.providerOf(payment).capabilities;
    return (
      Math.min(
        this.#options.reauthoriseBeforeSeconds,
        maxAuthorisationAgeSeconds / 2,
      ) * 1000
    );
  }
}
