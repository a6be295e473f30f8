import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  PermissionCondition,
  PermissionCriteria,
  QueryPermissionResponse,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import { catalogConditions } from './catalogConditions';
import { AccessCriteria, EVERYTHING, FacetQuery } from './criteria';

/** What {@link readableCriteria} needs. */
export interface ReadableCriteriaOptions<TQuery> {
  permissions: PermissionsService;
  /** Of the plugin's own resource. */
  permission: ResourcePermission;
  /** The plugin's own conditions as criteria, of `createConditionTransformer`. */
  transform: (
    conditions: PermissionCriteria<PermissionCondition>,
  ) => PermissionCriteria<TQuery>;
  /** What a person may not read, as the refusal says it: `checks`. */
  what: string;
  credentials: BackstageCredentials;
}

/** What somebody may see. Both must be met. */
export interface ReadableCriteria<TQuery> {
  /** Of the plugin's own resources. */
  own: AccessCriteria<TQuery>;
  /** Of entities: what the catalog shows the same person. */
  entities: PermissionCriteria<FacetQuery>;
}

/**
 * What somebody may see of a plugin's resources that belong to entities: what the policy gives, of entities that the catalog
 * shows.
 *
 * @throws NotAllowedError when there can be nothing
 */
export async function readableCriteria<TQuery>(
  options: ReadableCriteriaOptions<TQuery>,
): Promise<ReadableCriteria<TQuery>> {
  const { permissions, permission, transform, what, credentials } = options;
  const [own, entities] = await permissions.authorizeConditional(
    [{ permission }, { permission: catalogEntityReadPermission }],
    { credentials },
  );
  const criteria = <T>(
    decision: QueryPermissionResponse,
    name: string,
    translate: (
      conditions: PermissionCriteria<PermissionCondition>,
    ) => PermissionCriteria<T>,
  ): AccessCriteria<T> => {
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return EVERYTHING;
      case AuthorizeResult.CONDITIONAL:
        return translate(decision.conditions);
      default:
        throw new NotAllowedError(
          `You may not read ${what}: ${name} is not granted to you`,
        );
    }
  };
  return {
    own: criteria(own, permission.name, transform),
    entities: criteria<FacetQuery>(
      entities,
      catalogEntityReadPermission.name,
      catalogConditions,
    ),
  };
}
