import type { Database } from '@shopfloor/service-kit';
import type {
  Consent,
  ConsentPurpose,
  ConsentState,
  Customer,
  Identity,
  Language,
  Profile,
  StoredAddress,
} from '../domain/types.ts';
import type {
  AddressInput,
  CustomerStore,
  WriteOutcome,
} from './CustomerStore.ts';
import * as statements from './customerStatements.ts';

interface CustomerRow {
  id: string;
  email: string | null;
  email_verified: boolean;
  display_name: string | null;
  language: Language | null;
  phone: string | null;
  default_address_id: string | null;
  /** bigint arrives as text. */
  version: string;
  created_at: Date;
  updated_at: Date;
}

interface AddressRow {
  id: string;
  label: string | null;
  name: string;
  line1: string;
  line2: string | null;
  city: string;
  region: string | null;
  postal_code: string | null;
  country: string;
  version: string;
  created_at: Date;
  updated_at: Date;
}

interface ConsentRow {
  id: string;
  purpose: ConsentPurpose;
  text_version: number;
  granted: boolean;
  recorded_at: Date;
}

interface ConsentStateRow {
  purpose: ConsentPurpose;
  version: number;
  en: string;
  zh: string;
  granted: boolean | null;
  text_version: number | null;
  recorded_at: Date | null;
}

function toCustomer(row: CustomerRow): Customer {
  return {
    customerId: row.id,
    email: row.email ?? undefined,
    emailVerified: row.email_verified,
    displayName: row.display_name ?? undefined,
    language: row.language ?? undefined,
    phone: row.phone ?? undefined,
    defaultAddressId: row.default_address_id ?? undefined,
    version: Number(row.version),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function toAddress(row: AddressRow): StoredAddress {
  return {
    addressId: row.id,
    label: row.label ?? undefined,
    name: row.name,
    line1: row.line1,
    line2: row.line2 ?? undefined,
    city: row.city,
    region: row.region ?? undefined,
    postalCode: row.postal_code ?? undefined,
    country: row.country,
    version: Number(row.version),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function toConsent(row: ConsentRow): Consent {
  return {
    consentId: row.id,
    purpose: row.purpose,
    textVersion: row.text_version,
    granted: row.granted,
    recordedAt: row.recorded_at.toISOString(),
  };
}

function addressValues(address: AddressInput): unknown[] {
  return [
    address.label,
    address.name,
    address.line1,
    address.line2,
    address.city,
    address.region,
    address.postalCode,
    address.country,
  ];
}

const FOREIGN_KEY_VIOLATION = '23503';

/** Options of {@link DatabaseCustomerStore}. */
export interface DatabaseCustomerStoreOptions {
  database: Database;
  addressesPerCustomer: number;
  /** How long after an erasure tokens from before it may still be about. */
  erasureQuietSeconds: number;
}

/** Customers in PostgreSQL. */
export class DatabaseCustomerStore implements CustomerStore {
  readonly #options: DatabaseCustomerStoreOptions;
  readonly #database: Database;

  static create(options: DatabaseCustomerStoreOptions): DatabaseCustomerStore {
    return new DatabaseCustomerStore(options);
  }

  private constructor(options: DatabaseCustomerStoreOptions) {
    this.#options = options;
    this.#database = options.database;
  }

  async see(identity: Identity): Promise<Customer | undefined> {
    // Made by another request at the same moment, a row is only seen the second time.
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const [row] = await this.#database.query<CustomerRow>(
        statements.seeCustomerStatement,
        [
          identity.customerId,
          identity.email,
          identity.emailVerified,
          this.#options.erasureQuietSeconds,
        ],
      );
      if (row) {
        return toCustomer(row);
      }
    }
    return undefined;
  }

  async updateProfile(
    customerId: string,
    ifVersion: number,
    profile: Profile,
  ): Promise<WriteOutcome<Customer>> {
    try {
      const [row] = await this.#database.query<
        CustomerRow & { changed: boolean }
      >(statements.updateProfileStatement, [
        customerId,
        ifVersion,
        profile.displayName,
        profile.language,
        profile.phone,
        profile.defaultAddressId,
      ]);
      if (!row) {
        return { outcome: 'not-found' };
      }
      if (row.changed) {
        return { outcome: 'changed', value: toCustomer(row) };
      }
      return {
        outcome:
          Number(row.version) === ifVersion
            ? 'unknown-address'
            : 'version-changed',
      };
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      if (code === FOREIGN_KEY_VIOLATION) {
        // Deleted at this very moment.
        return { outcome: 'unknown-address' };
      }
      throw error;
    }
  }

  async addresses(customerId: string): Promise<StoredAddress[]> {
    const rows = await this.#database.query<AddressRow>(
      statements.listAddressesStatement,
      [customerId],
    );
    return rows.map(toAddress);
  }

  async address(
    customerId: string,
    addressId: string,
  ): Promise<StoredAddress | undefined> {
    const [row] = await this.#database.query<AddressRow>(
      statements.readAddressStatement,
      [customerId, addressId],
    );
    return row && toAddress(row);
  }

  async addAddress(
    customerId: string,
    addressId: string,
    address: AddressInput,
  ): Promise<StoredAddress | undefined> {
    return this.#database.transaction(async tx => {
      await tx.query(statements.lockCustomerStatement, [customerId]);
      const [row] = await tx.query<AddressRow>(statements.addAddressStatement, [
        customerId,
        addressId,
        ...addressValues(address),
        this.#options.addressesPerCustomer,
      ]);
      return row && toAddress(row);
    });
  }

  async updateAddress(
    customerId: string,
    addressId: string,
    ifVersion: number,
    address: AddressInput,
  ): Promise<WriteOutcome<StoredAddress>> {
    const [row] = await this.#database.query<AddressRow & { changed: boolean }>(
      statements.updateAddressStatement,
      [customerId, addressId, ifVersion, ...addressValues(address)],
    );
    if (!row) {
      return { outcome: 'not-found' };
    }
    return row.changed
      ? { outcome: 'changed', value: toAddress(row) }
      : { outcome: 'version-changed' };
  }

  async deleteAddress(
    customerId: string,
    addressId: string,
    ifVersion: number,
  ): Promise<'deleted' | 'version-changed' | 'not-found'> {
    const [row] = await this.#database.query<{ deleted: boolean }>(
      statements.deleteAddressStatement,
      [customerId, addressId, ifVersion],
    );
    if (!row) {
      return 'not-found';
    }
    return row.deleted ? 'deleted' : 'version-changed';
  }

  async consents(customerId: string): Promise<ConsentState[]> {
    const rows = await this.#database.query<ConsentStateRow>(
      statements.consentStatesStatement,
      [customerId],
    );
    return rows.map(row => ({
      purpose: row.purpose,
      granted: row.granted ?? false,
      textVersion: row.text_version ?? undefined,
      recordedAt: row.recorded_at?.toISOString(),
      text: { version: row.version, en: row.en, zh: row.zh },
    }));
  }

  async recordConsent(
    customerId: string,
    decision: {
      purpose: ConsentPurpose;
      textVersion: number;
      granted: boolean;
    },
  ): Promise<{ added: boolean; consent: Consent } | undefined> {
    const [row] = await this.#database.query<ConsentRow & { added: boolean }>(
      statements.recordConsentStatement,
      [customerId, decision.purpose, decision.textVersion, decision.granted],
    );
    return row && { added: row.added, consent: toConsent(row) };
  }

  async consentHistory(
    customerId: string,
    options: { before?: string; limit: number },
  ): Promise<Consent[]> {
    const rows = await this.#database.query<ConsentRow>(
      statements.consentHistoryStatement,
      [customerId, options.before, options.limit],
    );
    return rows.map(toConsent);
  }
}
