import type {
  Consent,
  ConsentPurpose,
  ConsentState,
  Customer,
  Identity,
  PostalAddress,
  Profile,
  StoredAddress,
} from '../domain/types.ts';

/** An address as a customer writes it. */
export type AddressInput = PostalAddress & { label?: string };

/** How a conditional write ended. */
export type WriteOutcome<T> =
  | { outcome: 'changed'; value: T }
  | { outcome: 'version-changed' }
  | { outcome: 'unknown-address' }
  | { outcome: 'not-found' };

/** Profiles, addresses and consents. Every call names the customer; another's rows do not exist. */
export interface CustomerStore {
  /** Makes the row at first sight. @returns undefined while the customer is being erased */
  see(identity: Identity): Promise<Customer | undefined>;
  updateProfile(
    customerId: string,
    ifVersion: number,
    profile: Profile,
  ): Promise<WriteOutcome<Customer>>;
  addresses(customerId: string): Promise<StoredAddress[]>;
  address(
    customerId: string,
    addressId: string,
  ): Promise<StoredAddress | undefined>;
  /** @returns undefined when there are too many */
  addAddress(
    customerId: string,
    addressId: string,
    address: AddressInput,
  ): Promise<StoredAddress | undefined>;
  updateAddress(
    customerId: string,
    addressId: string,
    ifVersion: number,
    address: AddressInput,
  ): Promise<WriteOutcome<StoredAddress>>;
  deleteAddress(
    customerId: string,
    addressId: string,
    ifVersion: number,
  ): Promise<'deleted' | 'version-changed' | 'not-found'>;
  consents(customerId: string): Promise<ConsentState[]>;
  /** @returns undefined when there is no such text; `added` is false when the last decision says the same */
  recordConsent(
    customerId: string,
    decision: {
      purpose: ConsentPurpose;
      textVersion: number;
      granted: boolean;
    },
  ): Promise<{ added: boolean; consent: Consent } | undefined>;
  /** Decisions, the newest first, before one of them. */
  consentHistory(
    customerId: string,
    options: { before?: string; limit: number },
  ): Promise<Consent[]>;
}
