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
import { checksResultReadPermission } from '@shopfloor/plugin-checks-common';
import {
  isEverything,
  readableCriteria,
} from '@shopfloor/plugin-entity-access-node';
import { scorecardReadPermission } from '@shopfloor/plugin-scorecards-common';
import { CheckSight, resultCriteria } from './CheckSight';
import { GradeCriteria, GradeQuery } from './criteria';
import { scorecardResourceRef } from './scorecardRules';

/** Who asks: a person. */
export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

/** What a person may see. */
export interface Readable {
  scorecards: GradeCriteria;
  entities: GradeCriteria;
  /** Which results; absent: all of these entities. */
  checks?: CheckSight;
}

/** Says what a person may see and do. */
export class GradeAccess {
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<GradeQuery>;
  readonly #categories: () => Promise<ReadonlyMap<string, string>>;

  constructor(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
    /** Category by check. */
    categories: () => Promise<ReadonlyMap<string, string>>;
  }) {
    this.#permissions = options.permissions;
    this.#categories = options.categories;
    this.#transform = createConditionTransformer<GradeQuery>(
      options.permissionsRegistry.getPermissionRuleset(scorecardResourceRef),
    );
  }

  /**
   * Which scorecards, which entities (those that the catalog shows), and which results of them.
   *
   * @throws NotAllowedError when there can be none
   */
  async readable(credentials: UserCredentials): Promise<Readable> {
    const [{ own, entities }, results] = await Promise.all([
      readableCriteria<GradeQuery>({
        permissions: this.#permissions,
        permission: scorecardReadPermission,
        transform: conditions => this.#transform(conditions),
        what: 'scorecards',
        credentials,
      }),
      readableCriteria({
        permissions: this.#permissions,
        permission: checksResultReadPermission,
        transform: resultCriteria,
        what: 'results of checks',
        credentials,
      }),
    ]);
    return {
      scorecards: own,
      entities,
      ...(!isEverything(results.own) && {
        checks: CheckSight.create({
          criteria: results.own,
          categories: await this.#categories(),
        }),
      }),
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
