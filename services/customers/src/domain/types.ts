/** Languages the shop speaks. */
export type Language = 'en' | 'zh';

/** A text in the languages of the shop. */
export interface Texts {
  en: string;
  zh: string;
}

/** Who a token of a customer speaks for. Identity stays with the OpenID provider. */
export interface Identity {
  customerId: string;
  email?: string;
  emailVerified: boolean;
}

/** What a customer may say of himself. */
export interface Profile {
  displayName?: string;
  language?: Language;
  /** E.164, such as +442071838750. */
  phone?: string;
  defaultAddressId?: string;
}

/** A customer as the shop knows him. */
export interface Customer extends Profile {
  customerId: string;
  email?: string;
  emailVerified: boolean;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** A postal address as all services write it. */
export interface PostalAddress {
  name: string;
  line1: string;
  line2?: string;
  city: string;
  region?: string;
  postalCode?: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
}

/** An address that a customer keeps. */
export interface StoredAddress extends PostalAddress {
  addressId: string;
  /** The customer's own word for it, such as "Work". */
  label?: string;
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** What a consent is given for. */
export const CONSENT_PURPOSES = ['marketing-email', 'order-analysis'] as const;

/** One purpose. */
export type ConsentPurpose = (typeof CONSENT_PURPOSES)[number];

/** One decision of a customer, on the very text that was shown. */
export interface Consent {
  consentId: string;
  purpose: ConsentPurpose;
  textVersion: number;
  granted: boolean;
  recordedAt: string;
}

/** A text that consent is asked on. A new wording is a new version. */
export interface ConsentText extends Texts {
  purpose: ConsentPurpose;
  version: number;
}

/** Where a customer stands with a purpose. */
export interface ConsentState {
  purpose: ConsentPurpose;
  /** False until it was granted: nothing is taken for granted. */
  granted: boolean;
  /** The text that the decision was made on; absent where there was none. */
  textVersion?: number;
  recordedAt?: string;
  /** The text of today. */
  text: { version: number } & Texts;
}
