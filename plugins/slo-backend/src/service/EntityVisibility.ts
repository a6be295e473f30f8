import {
  BackstageCredentials,
  PermissionsService,
} from '@backstage/backend-plugin-api';
import { Entity, stringifyEntityRef } from '@backstage/catalog-model';
import {
  catalogEntityReadPermission,
  RESOURCE_TYPE_CATALOG_ENTITY,
} from '@backstage/plugin-catalog-common/alpha';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  AuthorizeResult,
  PermissionCriteria,
  QueryPermissionResponse,
} from '@backstage/plugin-permission-common';
import {
  catalogConditions,
  EVERYTHING,
  facetsOf,
  FacetQuery,
  isEverything,
  meetsCriteria,
  NOTHING,
} from '@shopfloor/plugin-entity-access-node';
import { sloObjectiveReadPermission } from '@shopfloor/plugin-slo-common';

const MAX_REFS_PER_REQUEST = 500;

/** Enough to tell which entities there are. */
const NAMES = ['kind', 'metadata.namespace', 'metadata.name'];

/**
 * Of which entities somebody may see the SLOs: those that the catalog shows the same somebody, and of which the policy lets
 * SLOs be read.
 */
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
   * Those of the entities whose SLOs may be seen. One question answers it when the policy gives all or none; only under
   * conditions the catalog is asked for each of them, and what the conditions ask of an entity is judged here.
   */
  async visible(
    entityRefs: string[],
    { credentials }: { credentials: BackstageCredentials },
  ): Promise<Set<string>> {
    const refs = [...new Set(entityRefs)];
    const [slos, entities] = await this.#permissions.authorizeConditional(
      [
        { permission: sloObjectiveReadPermission },
        { permission: catalogEntityReadPermission },
      ],
      { credentials },
    );
    const criteria = criteriaOf(slos);
    if (
      criteria === NOTHING ||
      entities.result === AuthorizeResult.DENY ||
      refs.length === 0
    ) {
      return new Set();
    }
    if (isEverything(criteria) && entities.result === AuthorizeResult.ALLOW) {
      return new Set(refs);
    }
    return this.#shown(refs, criteria, credentials);
  }

  async #shown(
    refs: string[],
    criteria: PermissionCriteria<FacetQuery>,
    credentials: BackstageCredentials,
  ): Promise<Set<string>> {
    const visible = new Set<string>();
    for (let start = 0; start < refs.length; start += MAX_REFS_PER_REQUEST) {
      const { items } = await this.#catalog.getEntitiesByRefs(
        {
          entityRefs: refs.slice(start, start + MAX_REFS_PER_REQUEST),
          ...(isEverything(criteria) && { fields: NAMES }),
        },
        { credentials },
      );
      for (const entity of items) {
        if (entity && meets(entity, criteria)) {
          visible.add(stringifyEntityRef(entity));
        }
      }
    }
    return visible;
  }
}

function criteriaOf(
  decision: QueryPermissionResponse,
): PermissionCriteria<FacetQuery> {
  switch (decision.result) {
    case AuthorizeResult.ALLOW:
      return EVERYTHING;
    case AuthorizeResult.CONDITIONAL:
      return decision.resourceType === RESOURCE_TYPE_CATALOG_ENTITY
        ? catalogConditions(decision.conditions)
        : NOTHING;
    default:
      return NOTHING;
  }
}

function meets(
  entity: Entity,
  criteria: PermissionCriteria<FacetQuery>,
): boolean {
  if (isEverything(criteria)) {
    return true;
  }
  const facets = new Set(facetsOf(entity));
  return meetsCriteria(criteria, query =>
    query.facets.some(facet => facets.has(facet)),
  );
}
