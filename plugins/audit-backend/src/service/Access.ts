import {
  BackstageCredentials,
  BackstageServicePrincipal,
  BackstageUserPrincipal,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { NotAllowedError } from '@backstage/errors';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import {
  auditChangeReadPermission,
  auditIncidentManagePermission,
} from '@shopfloor/plugin-audit-common';
import {
  catalogConditions,
  EVERYTHING,
} from '@shopfloor/plugin-entity-access-node';
import { Visible } from '../store/visibility';

/** A person. */
export type UserCredentials = BackstageCredentials<BackstageUserPrincipal>;

/** A person, or a plugin for itself, which the router let in by name. */
export type ReaderCredentials = BackstageCredentials<
  BackstageUserPrincipal | BackstageServicePrincipal
>;

/** Says what somebody may see and do. */
export class Access {
  readonly #permissions: PermissionsService;

  constructor(options: { permissions: PermissionsService }) {
    this.#permissions = options.permissions;
  }

  /**
   * Of which entities changes and incidents may be seen: those that the catalog shows.
   *
   * @throws NotAllowedError when there can be none
   */
  async visible(credentials: ReaderCredentials): Promise<Visible> {
    if (credentials.principal.type === 'service') {
      return EVERYTHING;
    }
    const [[changes], [entities]] = await Promise.all([
      this.#permissions.authorize([{ permission: auditChangeReadPermission }], {
        credentials,
      }),
      this.#permissions.authorizeConditional(
        [{ permission: catalogEntityReadPermission }],
        { credentials },
      ),
    ]);
    if (changes.result !== AuthorizeResult.ALLOW) {
      throw new NotAllowedError(
        `You may not read changes and incidents: ${auditChangeReadPermission.name} is not granted to you`,
      );
    }
    switch (entities.result) {
      case AuthorizeResult.ALLOW:
        return EVERYTHING;
      case AuthorizeResult.CONDITIONAL:
        return catalogConditions(entities.conditions);
      default:
        throw new NotAllowedError(
          `You may not read changes and incidents: ${catalogEntityReadPermission.name} is not granted to you`,
        );
    }
  }

  /** Whether the person may open and close incidents about all of the entities; about none, only who may about everything. */
  async mayManage(
    entityRefs: string[],
    credentials: UserCredentials,
  ): Promise<boolean> {
    const permission = auditIncidentManagePermission;
    const decisions =
      entityRefs.length > 0
        ? await this.#permissions.authorize(
            entityRefs.map(resourceRef => ({ permission, resourceRef })),
            { credentials },
          )
        : await this.#permissions.authorizeConditional([{ permission }], {
            credentials,
          });
    return decisions.every(({ result }) => result === AuthorizeResult.ALLOW);
  }

  /** @throws NotAllowedError with whom to ask */
  async requireManage(
    entityRefs: string[],
    credentials: UserCredentials,
  ): Promise<void> {
    if (!(await this.mayManage(entityRefs, credentials))) {
      throw new NotAllowedError(
        `You may not open or close incidents about ${
          entityRefs.join(', ') || 'no entity'
        }: ${
          auditIncidentManagePermission.name
        } is given to owners and the platform team`,
      );
    }
  }
}
