import { PermissionsService } from '@backstage/backend-plugin-api';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { catalogEntityReadPermission } from '@backstage/plugin-catalog-common/alpha';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { AuthorizeResult } from '@backstage/plugin-permission-common';
import { SloRequest } from './SloService';

const MAX_REFS_PER_REQUEST = 500;

/** Which entities somebody may see: those that the catalog shows the same somebody. */
export class EntityVisibility {
  readonly #permissions: PermissionsService;
  readonly #catalog: CatalogService;

  static create(options: {
    permissions: PermissionsService;
    catalog: CatalogService;
  }): EntityVisibility {
    return new EntityVisibility(options);
  }

  private constructor(options: {
    permissions: PermissionsService;
    catalog: CatalogService;
  }) {
    this.#permissions = options.permissions;
    this.#catalog = options.catalog;
  }

  /**
   * Those of the entities that may be seen. One question answers it when the policy shows every entity or none; only
   * under conditions the catalog is asked for each of them.
   */
  async visible(
    entityRefs: string[],
    { credentials }: SloRequest,
  ): Promise<Set<string>> {
    const refs = [...new Set(entityRefs)];
    const [decision] = await this.#permissions.authorizeConditional(
      [{ permission: catalogEntityReadPermission }],
      { credentials },
    );
    switch (decision.result) {
      case AuthorizeResult.ALLOW:
        return new Set(refs);
      case AuthorizeResult.CONDITIONAL:
        return this.#shown(refs, credentials);
      default:
        return new Set();
    }
  }

  async #shown(
    refs: string[],
    credentials: SloRequest['credentials'],
  ): Promise<Set<string>> {
    const visible = new Set<string>();
    for (let start = 0; start < refs.length; start += MAX_REFS_PER_REQUEST) {
      const { items } = await this.#catalog.getEntitiesByRefs(
        {
          entityRefs: refs.slice(start, start + MAX_REFS_PER_REQUEST),
          fields: ['kind', 'metadata.namespace', 'metadata.name'],
        },
        { credentials },
      );
      for (const entity of items) {
        if (entity) {
          visible.add(stringifyEntityRef(entity));
        }
      }
    }
    return visible;
  }
}
