import { ServiceSecrets } from '@shopfloor/plugin-secrets-common';
import { VaultClient } from '@shopfloor/vault-client';
import { DatabaseSettings } from './platformSettings';

/** A service with its secrets and where it runs. */
export interface PlatformService extends ServiceSecrets {
  /** Names of environments; all when absent. */
  environments?: string[];
}

/** An environment whose grants the pipeline writes out. */
export interface PlatformEnvironment {
  name: string;
  /** Namespace of Kubernetes in which its services run; the environment's name unless it is given. */
  namespace?: string;
  /** Names of mounts where they differ from the usual ones (`mountsOf`). */
  mounts?: {
    kv?: string;
    database?: string;
    pki?: string;
    transit?: string;
    kubernetes?: string;
    oidc?: string;
  };
  /** Whether the portal may write undeclared access where the server has no control groups. Leave it off in production. */
  freeForm?: boolean;
}

/** How the portal logs in. */
export type PortalLogin =
  | { kind: 'approle'; mount: string }
  | {
      kind: 'kubernetes';
      mount: string;
      namespace: string;
      serviceAccount: string;
      audience: string;
    };

/** Options of {@link applyPlatform}. */
export interface PlatformOptions {
  /** Logged in as the platform: `platform/vault/policies/platform-pipeline.hcl`. Never as the portal. */
  client: VaultClient;
  services: readonly PlatformService[];
  environments: readonly PlatformEnvironment[];
  /** `platform/vault/database.yaml`. */
  database: DatabaseSettings;
  /** Policies that are files, by name: `platform/vault/policies/*.hcl`. */
  policies: ReadonlyMap<string, string>;
  portal: PortalLogin;
  /** E-mail addresses of who may authorise free-form access; their entities are made when they never signed in. */
  approvers: readonly string[];
  /** Mount of the method by which people sign in; without it there are no approvers. */
  peopleMount?: string;
  /** Kinds of secrets that a service gets of its own from the start, as number 0. */
  seeds: readonly string[];
  /** Unused numbers of each slot that lie ready; 8 unless it is given. */
  window?: number;
  /** Only says what it would do. */
  planOnly?: boolean;
}

/** One thing that was written, or would be. */
export interface PlatformChange {
  action: 'create' | 'update';
  path: string;
  /** Lines that go and come, with `-` and `+`. Of policies and roles only, which have no secrets. */
  diff: string[];
}
