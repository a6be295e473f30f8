import { LocalizedText } from '@shopfloor/plugin-approvals-common';

/** What a secret is: a path of the KV engine, a role of the database or PKI engine, a key of the Transit engine. */
export const SECRET_KINDS = ['kv', 'database', 'pki', 'transit'] as const;

/** One of {@link SECRET_KINDS}. */
export type SecretKind = (typeof SECRET_KINDS)[number];

/** What may be done with a secret, in the order in which names have it. */
export const ACCESSES = [
  'read',
  'write',
  'issue',
  'encrypt',
  'decrypt',
] as const;

/** One of {@link ACCESSES}. */
export type Access = (typeof ACCESSES)[number];

/** What each kind of secret can be accessed for. */
export const ACCESS_OF_KIND: Readonly<Record<SecretKind, readonly Access[]>> = {
  kv: ['read', 'write'],
  database: ['read'],
  pki: ['issue'],
  transit: ['encrypt', 'decrypt'],
};

/** How much harm a secret does in wrong hands. */
export const SECRET_CLASSES = ['standard', 'sensitive', 'critical'] as const;

/** One of {@link SECRET_CLASSES}. */
export type SecretClass = (typeof SECRET_CLASSES)[number];

const DAY_SECONDS = 86_400;

/** The longest grant by the class of the secret, in seconds: 90, 30 and 7 days. */
export const LONGEST_GRANT_SECONDS: Readonly<Record<SecretClass, number>> = {
  standard: 90 * DAY_SECONDS,
  sensitive: 30 * DAY_SECONDS,
  critical: 7 * DAY_SECONDS,
};

/** The longest grant of a person, in seconds: 8 hours. */
export const LONGEST_PERSON_GRANT_SECONDS = 8 * 3_600;

/** The shortest grant, in seconds. */
export const SHORTEST_GRANT_SECONDS = 600;

/** The longest grant of what nobody declared, in seconds. */
export const LONGEST_UNDECLARED_GRANT_SECONDS = LONGEST_GRANT_SECONDS.sensitive;

/** How a secret gets from Vault to the program. */
export const DELIVERIES = [
  'agent',
  'external-secrets',
  'vault-secrets-operator',
  'none',
] as const;

/** One of {@link DELIVERIES}. */
export type Delivery = (typeof DELIVERIES)[number];

/** Annotation of a component that says where its secrets are declared, for example `./secrets.yaml`. */
export const SECRETS_ANNOTATION = 'shopfloor.dev/secrets';

/** A secret that a service declares in its `secrets.yaml`. It has no value. */
export interface SecretDeclaration {
  /** Unique in the file; lower-case letters, digits and hyphens. */
  name: string;
  title: LocalizedText;
  kind: SecretKind;
  /** Of `kv`, relative to the prefix of the service, for example `payment-provider`. */
  path?: string;
  /** Of `database` and `pki`: the role; of `database` `<service>-<class>` unless it is given, of `pki` the service. */
  role?: string;
  /** Of `transit`: the key, `<service>-<name>` unless it is given. */
  key?: string;
  class: SecretClass;
  /** After how many days the value should be another one. */
  rotationDays?: number;
  access: Access[];
  /** Names of the services, other than its owner, that may ask for it. */
  readers: string[];
}

/** What a service declares. */
export interface ServiceSecrets {
  /** Entity ref, lower case. */
  entityRef: string;
  /** Name of the service: its prefix in Vault and its service account. */
  service: string;
  secrets: SecretDeclaration[];
}
