import {
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import {
  AuthorizeResult,
  BasicPermission,
  PermissionCondition,
  PermissionCriteria,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  ConditionTransformer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  AccessCriteria,
  applyCriteria,
  EVERYTHING,
  meetsCriteria,
  NOTHING,
} from '@shopfloor/plugin-entity-access-node';
import { secretGrantReadPermission } from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';
import { answer } from '../answer';
import { GrantQuery, GrantResource, grantResourceRef } from './grantRules';

/** Who asks: a person. */
export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

/** Which grants a permission is about. */
export type GrantCriteria = AccessCriteria<GrantQuery>;

/** Says what a person may see and do. */
export class GrantAccess {
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<GrantQuery>;

  static create(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
  }): GrantAccess {
    return new GrantAccess(options);
  }

  private constructor(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
  }) {
    this.#permissions = options.permissions;
    this.#transform = createConditionTransformer<GrantQuery>(
      options.permissionsRegistry.getPermissionRuleset(grantResourceRef),
    );
  }

  /** Which grants somebody has a permission on; none when it is denied. */
  async criteria(
    permission: ResourcePermission,
    credentials: BackstageCredentials,
  ): Promise<GrantCriteria> {
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission }],
      { credentials },
    );
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return EVERYTHING;
      case AuthorizeResult.CONDITIONAL:
        return this.#transform(
          decision.conditions as PermissionCriteria<PermissionCondition>,
        ) as GrantCriteria;
      default:
        return NOTHING;
    }
  }

  /** Narrows a query of grants to what a person may see. */
  async readable(
    credentials: UserCredentials,
  ): Promise<(query: Knex.QueryBuilder) => void> {
    return narrowing(
      await this.criteria(secretGrantReadPermission, credentials),
    );
  }

  /** Whether somebody has a permission without a resource. */
  async may(
    permission: BasicPermission,
    credentials: BackstageCredentials,
  ): Promise<boolean> {
    const [decision] = await this.#permissions.authorize([{ permission }], {
      credentials,
    });
    return decision.result === AuthorizeResult.ALLOW;
  }

  /** @throws NotAllowedError */
  async require(
    permission: BasicPermission,
    credentials: BackstageCredentials,
  ): Promise<void> {
    if (!(await this.may(permission, credentials))) {
      throw notGranted(permission.name);
    }
  }

  /** Whether somebody has a permission on a grant. */
  async mayOn(
    permission: ResourcePermission,
    resource: GrantResource,
    credentials: BackstageCredentials,
  ): Promise<boolean> {
    return meets(await this.criteria(permission, credentials), resource);
  }
}

/** Whether a grant meets criteria. */
export function meets(
  criteria: GrantCriteria,
  resource: GrantResource,
): boolean {
  return meetsCriteria(criteria, condition => {
    const { subjectOwners, secretOwners, environments } =
      condition as GrantQuery;
    return (
      some(subjectOwners, resource.subjectOwners) ||
      some(secretOwners, resource.secretOwners) ||
      (environments?.includes(resource.environment) ?? false)
    );
  });
}

/** Criteria as a restriction of `secrets_grants as g`. */
export function narrowing(
  criteria: GrantCriteria,
): (query: Knex.QueryBuilder) => void {
  return query =>
    applyCriteria(query, criteria, (one, condition) => {
      const {
        subjectOwners = [],
        secretOwners = [],
        environments = [],
      } = condition as GrantQuery;
      one.whereRaw(
        '(g.subject_owners && ?::text[] or g.secret_owners && ?::text[] or g.environment = any(?::text[]))',
        [subjectOwners, secretOwners, environments],
      );
    });
}

/** Criteria as a restriction of `secrets_rotations as r`, whose subject is nobody. */
export function narrowingRotations(
  criteria: GrantCriteria,
): (query: Knex.QueryBuilder) => void {
  return query =>
    applyCriteria(query, criteria, (one, condition) => {
      const { secretOwners = [], environments = [] } = condition as GrantQuery;
      one.whereRaw(
        '(r.owners && ?::text[] or r.environment = any(?::text[]))',
        [secretOwners, environments],
      );
    });
}

/** The error of a permission that is not there. */
export function notGranted(name: string): Error {
  return answer('permission-missing', { permission: name });
}

function some(wanted: string[] | undefined, have: string[]): boolean {
  return wanted?.some(claim => have.includes(claim)) ?? false;
}
