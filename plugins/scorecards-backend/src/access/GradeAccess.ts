import {
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  ConditionTransformer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import { readableCriteria } from '@shopfloor/plugin-entity-access-node';
import { scorecardReadPermission } from '@shopfloor/plugin-scorecards-common';
import { GradeCriteria, GradeQuery } from './criteria';
import { scorecardResourceRef } from './scorecardRules';

/** Who asks: a person. */
export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

/** What a person may see. */
export interface Readable {
  scorecards: GradeCriteria;
  entities: GradeCriteria;
}

/** Says what a person may see and do. */
export class GradeAccess {
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<GradeQuery>;

  constructor(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
  }) {
    this.#permissions = options.permissions;
    this.#transform = createConditionTransformer<GradeQuery>(
      options.permissionsRegistry.getPermissionRuleset(scorecardResourceRef),
    );
  }

  /**
   * Which scorecards, and which entities: those that the catalog shows.
   *
   * @throws NotAllowedError when there can be none
   */
  async readable(credentials: UserCredentials): Promise<Readable> {
    const { own, entities } = await readableCriteria<GradeQuery>({
      permissions: this.#permissions,
      permission: scorecardReadPermission,
      transform: conditions => this.#transform(conditions),
      what: 'scorecards',
      credentials,
    });
    return { scorecards: own, entities };
  }

  /** Whether something is allowed, on an entity or at all. */
  async may(
    permission: BasicPermission | ResourcePermission<'catalog-entity'>,
    credentials: UserCredentials,
    entityRef?: string,
  ): Promise<boolean> {
    const [decision] = await this.#permissions.authorize(
      [
        permission.type === 'resource'
          ? { permission, resourceRef: entityRef ?? '' }
          : { permission },
      ],
      { credentials },
    );
    return decision.result === AuthorizeResult.ALLOW;
  }

  /** @throws NotAllowedError */
  async require(
    permission: BasicPermission | ResourcePermission<'catalog-entity'>,
    credentials: UserCredentials,
    entityRef?: string,
  ): Promise<void> {
    if (!(await this.may(permission, credentials, entityRef))) {
      throw new NotAllowedError(
        entityRef
          ? `You may not do this for ${entityRef}: ${permission.name} is given to its owners and the platform team`
          : `You may not do this: ${permission.name} is not granted to you`,
      );
    }
  }
}
