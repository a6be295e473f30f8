import {
  allowsWords,
  authorisationLink,
  Grant,
  GrantActs,
  GrantEvent,
  secretGrantCreatePermission,
  secretGrantRenewPermission,
  secretGrantRepairPermission,
  secretGrantRevokePermission,
  secretLink,
  SecretReference,
  serviceOf,
} from '@shopfloor/plugin-secrets-common';
import { GrantAccess, UserCredentials } from '../access/GrantAccess';
import { GrantResource } from '../access/grantRules';
import { SecretsConfig } from '../config';
import { GrantEngine } from '../engine/GrantEngine';
import { StoredGrant } from '../store/GrantStore';
import { Previewer } from './Previewer';

/** A grant as a resource of permissions. */
export function resourceOf({ grant, owners }: StoredGrant): GrantResource {
  return {
    environment: grant.request.environment,
    subjectOwners: owners.subject,
    secretOwners: owners.secret,
  };
}

/** Shows grants as the API answers them. */
export class Presenter {
  readonly #options: {
    access: GrantAccess;
    config: SecretsConfig;
    engine: GrantEngine;
    previewer: Previewer;
  };

  constructor(options: {
    access: GrantAccess;
    config: SecretsConfig;
    engine: GrantEngine;
    previewer: Previewer;
  }) {
    this.#options = options;
  }

  async grant(
    stored: StoredGrant,
    history: GrantEvent[],
    reader: { ref: string; credentials: UserCredentials },
  ): Promise<Grant> {
    const { engine, previewer } = this.#options;
    const { grant } = stored;
    const { authorisation, version: _, ...data } = grant;
    const { environment, owner, secret } = grant.request;
    const health = await engine.health(environment);
    const link = await this.linkOf(environment, owner, secret);
    const uiUrl = health.uiUrl ?? this.#options.config.vault?.uiUrl;
    return {
      ...data,
      ...(authorisation && {
        authorisation: {
          ...authorisation,
          link: uiUrl
            ? (authorisationLink(
                { url: uiUrl, product: health.product },
                authorisation.accessor,
              ) ?? '')
            : '',
        },
      }),
      ...(grant.approvalRequestId && {
        approvalLink: `/approvals/${grant.approvalRequestId}`,
      }),
      ...(link && { link }),
      allows: allowsWords(grant.request),
      manifests: isConfigured(this.#options.config, environment)
        ? await previewer.manifests(grant.request, grant.plan)
        : [],
      history,
      may: await this.#acts(stored, reader),
    };
  }

  /** Where Vault's own interface shows a secret; undefined while it is not known which product serves, since their addresses differ. */
  async linkOf(
    environment: string,
    owner: string,
    secret: SecretReference,
  ): Promise<string | undefined> {
    const { vault, environments } = this.#options.config;
    const { product } = await this.#options.engine.health(environment);
    const place = environments.find(
      each => each.environment.name === environment,
    );
    return vault && place && product
      ? secretLink(
          { url: vault.uiUrl, product },
          { mounts: place.mounts, owner: serviceOf(owner), secret },
        )
      : undefined;
  }

  async #acts(
    stored: StoredGrant,
    { ref, credentials }: { ref: string; credentials: UserCredentials },
  ): Promise<GrantActs> {
    const { access } = this.#options;
    const { state, renewal, drift, requestedBy, request, expiresAt } =
      stored.grant;
    const resource = resourceOf(stored);
    const [take, renew, revoke, repair] = await Promise.all([
      access.may(secretGrantCreatePermission, credentials),
      access.mayOn(secretGrantRenewPermission, resource, credentials),
      access.mayOn(secretGrantRevokePermission, resource, credentials),
      access.mayOn(secretGrantRepairPermission, resource, credentials),
    ]);
    const standing = state === 'active' || state === 'expiring';
    const drifted = state === 'drifted';
    const revocable =
      standing ||
      drifted ||
      ['approved', 'applying', 'waiting-authorisation', 'failed'].includes(
        state,
      );
    return {
      withdraw: take && state === 'requested' && requestedBy === ref,
      renew:
        renew &&
        standing &&
        !renewal &&
        expiresAt !== undefined &&
        // What was authorised at Vault is authorised anew; a person asks anew.
        request.subject.kind === 'service-account',
      revoke: revoke && revocable,
      repair: repair && drifted && drift?.what !== 'lease',
      accept: repair && drifted && drift?.found === undefined,
      prove: repair && standing && request.subject.kind === 'service-account',
      retry: repair && state === 'failed',
    };
  }
}

function isConfigured(config: SecretsConfig, environment: string): boolean {
  return config.environments.some(
    each => each.environment.name === environment,
  );
}
