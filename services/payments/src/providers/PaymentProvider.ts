/** What a provider can do. The payment tells its caller, who has to follow. */
export interface ProviderCapabilities {
  /** Several captures of one authorisation. Without: the first capture lets the rest go. */
  multicapture: boolean;
  /** A capture of less than what is authorised. */
  partialCapture: boolean;
  /** An authorisation can be renewed before it ends. */
  reauthorise: boolean;
  /** Shoppers may be sent to a page of the provider. */
  redirect: boolean;
  disputes: boolean;
  /** How long an authorisation lasts at most, in seconds. */
  maxAuthorisationAgeSeconds: number;
}

/** A capture or refund as the provider has it. */
export interface ProviderPart {
  /** The provider's own id. */
  id: string;
  /** Our id, as we gave it; absent when it was not made by us. */
  reference: string | undefined;
  /** Minor units. */
  amount: bigint;
  succeeded: boolean;
}

/** A dispute as the provider has it. */
export interface ProviderDispute {
  id: string;
  amount: bigint;
  state: 'opened' | 'won' | 'lost';
}

/** A payment as the provider has it, at one moment. */
export interface ProviderPayment {
  providerPaymentId: string;
  /** Grows with every change, so that older knowledge never overwrites newer. */
  version: bigint;
  status:
    | 'requires-action'
    | 'authorised'
    | 'declined'
    | 'partially-captured'
    /** Nothing more can be captured. */
    | 'captured'
    | 'voided'
    | 'expired';
  currency: string;
  authorised: bigint;
  declineCode: string | undefined;
  redirectUrl: string | undefined;
  authorisationExpiresAt: Date | undefined;
  captures: ProviderPart[];
  refunds: ProviderPart[];
  disputes: ProviderDispute[];
}

/** Where a payment is found at the provider. */
export interface PaymentHandle {
  paymentId: string;
  /** Absent while the provider has not told it. */
  providerPaymentId: string | undefined;
}

/** A request to authorise. The provider's idempotency key follows from `paymentId` alone. */
export interface AuthoriseRequest {
  paymentId: string;
  amount: bigint;
  currency: string;
  /** Stands for a card. Never kept, never logged. */
  token: string;
  returnUrl: string;
  expiresInSeconds: number;
}

/** A request to capture or refund. The provider's idempotency key follows from `operationId` alone. */
export interface PartRequest {
  operationId: string;
  providerPaymentId: string;
  amount: bigint;
  currency: string;
}

/** A webhook whose signature is genuine. */
export interface ProviderEvent {
  eventId: string;
  type: string;
  /** Our id; absent when the event is of no payment of ours. */
  paymentId: string | undefined;
  /** Version of the payment at the provider that it tells of, where the provider says so. */
  providerVersion: bigint | undefined;
  /** Seconds since 1970 at which it was signed. */
  signedAtSeconds: number;
}

/** One movement of money in the provider's ledger. */
export interface LedgerEntry {
  /** Grows; entries appear in its order. */
  position: bigint;
  kind:
    | 'capture'
    | 'refund'
    | 'dispute-opened'
    | 'dispute-won'
    | 'dispute-lost'
    | 'other';
  providerPaymentId: string;
  /** Our payment's id as the provider has it. */
  paymentReference: string;
  objectId: string;
  /** Our operation's id; absent when it was not made by us. */
  reference: string | undefined;
  amount: bigint;
  currency: string;
}

/** One page of the provider's ledger. */
export interface LedgerPage {
  entries: LedgerEntry[];
  hasMore: boolean;
}

/** The provider understood and refused: nothing was done, and asking again does not help. */
export class ProviderRefusal extends Error {
  /** The provider's own code, kebab-case. */
  readonly code: string;

  constructor(code: string) {
    super(`The payment provider refused: ${code}`);
    this.name = 'ProviderRefusal';
    this.code = code;
  }
}

/**
 * A payment provider. Each call that changes something carries a key derived from our own id, so it may be repeated.
 *
 * Every method that calls throws `ProviderRefusal` (certainly not done, will not be), `UnavailableError` (certainly not done now) or
 * `UnknownOutcomeError` (perhaps done: ask with {@link find} before anything else).
 */
export interface PaymentProvider {
  /** Stable, kebab-case; stored with each payment and part of the webhook's address. */
  readonly name: string;
  readonly capabilities: ProviderCapabilities;

  authorise(request: AuthoriseRequest): Promise<ProviderPayment>;
  /** @returns undefined when the provider has never seen the payment */
  find(handle: PaymentHandle): Promise<ProviderPayment | undefined>;
  /**
   * Lets go of what is not captured, and makes sure that an authorisation still on its way is never made.
   *
   * @returns undefined when there was nothing, and now never will be
   */
  abandon(handle: PaymentHandle): Promise<ProviderPayment | undefined>;
  capture(request: PartRequest & { final: boolean }): Promise<ProviderPayment>;
  refund(request: PartRequest): Promise<ProviderPayment>;
  reauthorise(providerPaymentId: string): Promise<ProviderPayment>;

  /**
   * Checks the signature over the exact bytes. Says nothing about age: the caller decides by the database clock.
   *
   * @returns undefined when it is not genuine
   */
  readWebhook(options: {
    headers: Record<string, string | string[] | undefined>;
    body: Buffer;
  }): ProviderEvent | undefined;
  /** Entries after a position, oldest first. */
  ledger(after: bigint): Promise<LedgerPage>;
  close(): Promise<void>;
}
