import {
  BackstageCredentials,
  BackstageUserPrincipal,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  BasicPermission,
  QueryPermissionResponse,
  ResourcePermission,
} from '@backstage/plugin-permission-common';
import {
  ConditionTransformer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import { scorecardReadPermission } from '@shopfloor/plugin-scorecards-common';
import { catalogConditions } from './catalogConditions';
import { ALL, GradeCriteria, GradeQuery } from './criteria';
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
    const [scorecards, entities] = await this.#permissions.authorizeConditional(
      [
        { permission: scorecardReadPermission },
        { permission: catalogEntityReadPermission },
      ],
      { credentials },
    );
    return {
      scorecards: criteriaOf(
        scorecards,
        scorecardReadPermission.name,
        conditions => this.#transform(conditions) as GradeCriteria,
      ),
      entities: criteriaOf(
        entities,
        catalogEntityReadPermission.name,
        catalogConditions,
      ),
    };
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

function criteriaOf(
  decision: QueryPermissionResponse,
  name: string,
  transform: (
    conditions: Extract<
      QueryPermissionResponse,
      { result: AuthorizeResult.CONDITIONAL }
    >['conditions'],
  ) => GradeCriteria,
): GradeCriteria {
  switch (decision.result) {
    case AuthorizeResult.ALLOW:
      return ALL;
    case AuthorizeResult.CONDITIONAL:
      return transform(decision.conditions);
    default:
      throw new NotAllowedError(
        `You may not read scorecards: ${name} is not granted to you`,
      );
  }
}
