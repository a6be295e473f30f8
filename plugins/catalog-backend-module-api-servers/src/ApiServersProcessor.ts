import type { Entity } from '@backstage/catalog-model';
import type { CatalogProcessor } from '@backstage/plugin-catalog-node';
import type { EnvironmentSummary } from '@shopfloor/plugin-environments-common';
import { addServers, API_SERVICE_ANNOTATION } from './addServers';

/** Options of {@link ApiServersProcessor}. */
export interface ApiServersProcessorOptions {
  environments: readonly EnvironmentSummary[];
}

/** Puts the addresses of the environments into API documents while the catalog takes them in. */
export class ApiServersProcessor implements CatalogProcessor {
  readonly #environments: readonly EnvironmentSummary[];

  constructor(options: ApiServersProcessorOptions) {
    this.#environments = options.environments;
  }

  getProcessorName(): string {
    return 'ShopfloorApiServersProcessor';
  }

  /** After the placeholders are resolved, whose priority is the default 20: only then is the document there. */
  getPriority(): number {
    return 30;
  }

  async preProcessEntity(entity: Entity): Promise<Entity> {
    const service = entity.metadata.annotations?.[API_SERVICE_ANNOTATION];
    const definition = entity.spec?.definition;
    if (
      entity.kind !== 'API' ||
      entity.spec?.type !== 'openapi' ||
      !service ||
      typeof definition !== 'string'
    ) {
      return entity;
    }
    return {
      ...entity,
      spec: {
        ...entity.spec,
        definition: addServers({
          definition,
          service,
          environments: this.#environments,
        }),
      },
    };
  }
}
