import { newId, versionMismatch } from '@shopfloor/service-kit';
import type { OrdersClient } from '../clients/OrdersClient.ts';
import type { AddressInput, CustomerStore } from '../store/CustomerStore.ts';
import { findAddressProblems, normaliseAddress } from './address.ts';
import {
  addressInvalid,
  addressNotFound,
  emailNotVerified,
  erasureInProgress,
  tooManyAddresses,
  unknownDefaultAddress,
  unknownText,
} from './refusals.ts';
import type {
  Consent,
  ConsentPurpose,
  ConsentState,
  Customer,
  Identity,
  Profile,
  StoredAddress,
} from './types.ts';

/** Options of {@link CustomerService}. */
export interface CustomerServiceOptions {
  store: CustomerStore;
  orders: OrdersClient;
  /** For words; the store holds it. */
  addressesPerCustomer: number;
}

/** What customers do with what the shop knows of them. */
export class CustomerService {
  readonly #options: CustomerServiceOptions;
  readonly #store: CustomerStore;

  static create(options: CustomerServiceOptions): CustomerService {
    return new CustomerService(options);
  }

  private constructor(options: CustomerServiceOptions) {
    this.#options = options;
    this.#store = options.store;
  }

  /**
   * The customer, made at first sight.
   *
   * @throws ConflictError `erasure-in-progress`
   */
  async see(identity: Identity): Promise<Customer> {
    const customer = await this.#store.see(identity);
    if (!customer) {
      throw erasureInProgress();
    }
    return customer;
  }

  /** @throws PreconditionFailedError `version-changed`; UnprocessableError `unknown-address` */
  async updateProfile(
    identity: Identity,
    ifVersion: number,
    profile: Profile,
  ): Promise<Customer> {
    const result = await this.#store.updateProfile(
      identity.customerId,
      ifVersion,
      profile,
    );
    switch (result.outcome) {
      case 'changed':
        return result.value;
      case 'unknown-address':
        throw unknownDefaultAddress();
      case 'not-found':
        await this.see(identity);
        throw versionMismatch('The profile');
      default:
        throw versionMismatch('The profile');
    }
  }

  async addresses(identity: Identity): Promise<StoredAddress[]> {
    return this.#store.addresses(identity.customerId);
  }

  /** @throws NotFoundError `address-not-found` */
  async address(identity: Identity, addressId: string): Promise<StoredAddress> {
    const address = await this.#store.address(identity.customerId, addressId);
    if (!address) {
      throw addressNotFound(addressId);
    }
    return address;
  }

  /** @throws InvalidInputError `address-not-valid`; ConflictError `too-many-addresses` */
  async addAddress(
    identity: Identity,
    input: AddressInput,
  ): Promise<StoredAddress> {
    const address = this.#checked(input);
    await this.see(identity);
    const added = await this.#store.addAddress(
      identity.customerId,
      newId(),
      address,
    );
    if (!added) {
      throw tooManyAddresses(this.#options.addressesPerCustomer);
    }
    return added;
  }

  /** @throws those of {@link CustomerService.addAddress}, PreconditionFailedError `version-changed` */
  async updateAddress(
    identity: Identity,
    addressId: string,
    options: { ifVersion: number; address: AddressInput },
  ): Promise<StoredAddress> {
    const result = await this.#store.updateAddress(
      identity.customerId,
      addressId,
      options.ifVersion,
      this.#checked(options.address),
    );
    if (result.outcome === 'changed') {
      return result.value;
    }
    throw result.outcome === 'version-changed'
      ? versionMismatch('The address')
      : addressNotFound(addressId);
  }

  /** @throws NotFoundError `address-not-found`; PreconditionFailedError `version-changed` */
  async deleteAddress(
    identity: Identity,
    addressId: string,
    ifVersion: number,
  ): Promise<void> {
    const outcome = await this.#store.deleteAddress(
      identity.customerId,
      addressId,
      ifVersion,
    );
    if (outcome !== 'deleted') {
      throw outcome === 'not-found'
        ? addressNotFound(addressId)
        : versionMismatch('The address');
    }
  }

  /** Where the customer stands with each purpose, and the text of today. */
  async consents(identity: Identity): Promise<ConsentState[]> {
    return this.#store.consents(identity.customerId);
  }

  /** @throws UnprocessableError `unknown-text-version` */
  async recordConsent(
    identity: Identity,
    decision: {
      purpose: ConsentPurpose;
      textVersion: number;
      granted: boolean;
    },
  ): Promise<{ added: boolean; consent: Consent }> {
    await this.see(identity);
    const recorded = await this.#store.recordConsent(
      identity.customerId,
      decision,
    );
    if (!recorded) {
      throw unknownText();
    }
    return recorded;
  }

  /** Every decision ever made, the newest first. */
  async consentHistory(
    identity: Identity,
    options: { cursor?: string; limit: number },
  ): Promise<{ items: Consent[]; nextCursor?: string }> {
    const { cursor, limit } = options;
    const found = await this.#store.consentHistory(identity.customerId, {
      before: cursor,
      limit: limit + 1,
    });
    const items = found.slice(0, limit);
    return {
      items,
      nextCursor: found.length > limit ? items.at(-1)?.consentId : undefined,
    };
  }

  /**
   * Gives the customer the orders that were placed as a guest with his e-mail.
   *
   * @throws ForbiddenError `email-not-verified`
   */
  async claim(identity: Identity): Promise<string[]> {
    const { customerId, email, emailVerified } = identity;
    // By the token of this request, never by what was stored: it may have changed hands.
    if (!email || !emailVerified) {
      throw emailNotVerified();
    }
    await this.see(identity);
    return this.#options.orders.claim({ customerId, email });
  }

  #checked(input: AddressInput): AddressInput {
    const address = normaliseAddress(input);
    const problems = findAddressProblems(address);
    if (problems.length > 0) {
      throw addressInvalid(problems);
    }
    const label = input.label?.trim() || undefined;
    return { ...address, label };
  }
}
