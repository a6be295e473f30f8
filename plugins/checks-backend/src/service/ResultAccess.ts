import {
  BackstageCredentials,
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import {
  AuthorizeResult,
  BasicPermission,
  PermissionCondition,
  PermissionCriteria,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import {
  ConditionTransformer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import {
  checksResultReadPermission,
  checksRunCreatePermission,
} from '@shopfloor/plugin-checks-common';
import { catalogConditions } from './catalogConditions';
import { ResultCriteria, ResultQuery } from './criteria';
import { checkResultResourceRef } from './permissionRules';

/** Everything, and nothing. */
const ALL: ResultCriteria = { not: { checks: [] } };

/** Says what somebody may do. */
export class ResultAccess {
  readonly #permissions: PermissionsService;
  readonly #transform: ConditionTransformer<ResultQuery>;

  constructor(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
  }) {
    this.#permissions = options.permissions;
    this.#transform = createConditionTransformer<ResultQuery>(
      options.permissionsRegistry.getPermissionRuleset(checkResultResourceRef),
    );
  }

  /**
   * Which results may be seen: those that the policy of checks gives, of entities that the catalog shows.
   *
   * @throws NotAllowedError when there can be none
   */
  async readable(credentials: BackstageCredentials): Promise<ResultCriteria> {
    const [results, entities] = await this.#permissions.authorizeConditional(
      [
        { permission: checksResultReadPermission },
        { permission: catalogEntityReadPermission },
      ],
      { credentials },
    );
    return {
      allOf: [
        this.#criteria(results, checksResultReadPermission.name, conditions =>
          this.#transform(conditions),
        ),
        this.#criteria(
          entities,
          catalogEntityReadPermission.name,
          catalogConditions,
        ),
      ],
    };
  }

  /** @throws NotAllowedError */
  async require(
    permission: BasicPermission,
    credentials: BackstageCredentials,
  ): Promise<void> {
    const [decision] = await this.#permissions.authorize([{ permission }], {
      credentials,
    });
    if (decision.result !== AuthorizeResult.ALLOW) {
      throw denied(permission.name);
    }
  }

  /** @throws NotAllowedError when one of the entities may not be looked at now */
  async requireRun(
    entityRefs: string[],
    credentials: BackstageCredentials,
  ): Promise<void> {
    const decisions = await this.#permissions.authorize(
      entityRefs.map(resourceRef => ({
        permission: checksRunCreatePermission,
        resourceRef,
      })),
      { credentials },
    );
    const refused = entityRefs.filter(
      (_, index) => decisions[index].result !== AuthorizeResult.ALLOW,
    );
    if (refused.length > 0) {
      throw new NotAllowedError(
        `You may not have ${refused.join(', ')} looked at now: ${
          checksRunCreatePermission.name
        } is given to owners`,
      );
    }
  }

  #criteria(
    decision: QueryPermissionResponse,
    name: string,
    transform: (
      conditions: PermissionCriteria<PermissionCondition>,
    ) => ResultCriteria,
  ): ResultCriteria {
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return ALL;
      case AuthorizeResult.CONDITIONAL:
        return transform(decision.conditions);
      default:
        throw denied(name);
    }
  }
}

function denied(name: string): NotAllowedError {
  return new NotAllowedError(
    `You may not read checks: ${name} is not granted to you`,
  );
}
