import {
  PermissionsRegistryService,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import {
  AuthorizeResult,
  BasicPermission,
} from '@backstage/plugin-permission-common';
import {
  ConditionTransformer,
  createConditionTransformer,
} from '@backstage/plugin-permission-node';
import { approvalReadPermission } from '@shopfloor/plugin-approvals-common';
import { EVERYTHING } from '@shopfloor/plugin-entity-access-node';
import { PersonDirectory, UserCredentials } from '../people/PersonDirectory';
import { approvalRequestResourceRef } from './approvalRules';
import { Readable, RequestCriteria, RequestQuery } from './criteria';

/** Says what a person may see and do. */
export class RequestAccess {
  readonly #permissions: PermissionsService;
  readonly #people: PersonDirectory;
  readonly #transform: ConditionTransformer<RequestQuery>;

  constructor(options: {
    permissions: PermissionsService;
    permissionsRegistry: PermissionsRegistryService;
    people: PersonDirectory;
  }) {
    this.#permissions = options.permissions;
    this.#people = options.people;
    this.#transform = createConditionTransformer<RequestQuery>(
      options.permissionsRegistry.getPermissionRuleset(
        approvalRequestResourceRef,
      ),
    );
  }

  /**
   * Which requests.
   *
   * @throws NotAllowedError when there can be none
   */
  async readable(credentials: UserCredentials): Promise<Readable> {
    const [[decision], person] = await Promise.all([
      this.#permissions.authorizeConditional(
        [{ permission: approvalReadPermission }],
        { credentials },
      ),
      this.#people.resolve(credentials),
    ]);
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return { criteria: EVERYTHING, person };
      case AuthorizeResult.CONDITIONAL:
        return {
          criteria: this.#transform(decision.conditions) as RequestCriteria,
          person,
        };
      default:
        throw new NotAllowedError(
          `You may not read requests for approval: ${approvalReadPermission.name} is not granted to you`,
        );
    }
  }

  async may(
    permission: BasicPermission,
    credentials: UserCredentials,
  ): Promise<boolean> {
    const [decision] = await this.#permissions.authorize([{ permission }], {
      credentials,
    });
    return decision.result === AuthorizeResult.ALLOW;
  }

  /** @throws NotAllowedError */
  async require(
    permission: BasicPermission,
    credentials: UserCredentials,
  ): Promise<void> {
    if (!(await this.may(permission, credentials))) {
      throw new NotAllowedError(
        `You may not do this: ${permission.name} is not granted to you`,
      );
    }
  }
}
