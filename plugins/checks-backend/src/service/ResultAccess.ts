import {
  BackstageCredentials,
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
import { readableCriteria } from '@shopfloor/plugin-entity-access-node';
import { ResultCriteria, ResultQuery } from './criteria';
import { checkResultResourceRef } from './permissionRules';

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
    const { own, entities } = await readableCriteria<ResultQuery>({
      permissions: this.#permissions,
      permission: checksResultReadPermission,
      transform: conditions => this.#transform(conditions),
      what: 'checks',
      credentials,
    });
    return { allOf: [own, entities] };
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

  /**
   * Whether something may be done with entities.
   *
   * @param act - in words: `have {entities} looked at now`
   * @throws NotAllowedError that names those with which it may not
   */
  async requireOn(
    permission: ResourcePermission<'catalog-entity'>,
    options: { entityRefs: string[]; act: (entities: string) => string },
    credentials: BackstageCredentials,
  ): Promise<void> {
    const { entityRefs, act } = options;
    const decisions = await this.#permissions.authorize(
      entityRefs.map(resourceRef => ({ permission, resourceRef })),
      { credentials },
    );
    const refused = entityRefs.filter(
      (_, index) => decisions[index].result !== AuthorizeResult.ALLOW,
    );
    if (refused.length > 0) {
      throw new NotAllowedError(
        `You may not ${act(refused.join(', '))}: ${permission.name} is given to owners`,
      );
    }
  }
}

function denied(name: string): NotAllowedError {
  return new NotAllowedError(
    `You may not read checks: ${name} is not granted to you`,
  );
}
