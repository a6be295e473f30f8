import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { CATALOG_FILTER_EXISTS } from '@backstage/catalog-client';
import {
  Entity,
  getCompoundEntityRef,
  RELATION_OWNED_BY,
  RELATION_PART_OF,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { assertError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import {
  EnvironmentsService,
  limitConcurrency,
} from '@shopfloor/plugin-environments-node';
import {
  DefinitionProblem,
  ENVIRONMENTS_ANNOTATION,
  parseEnvironmentList,
  parseOpenSlo,
  SLO_ANNOTATION,
  SloDefinition,
} from '@shopfloor/plugin-slo-common';
import { DiscoveredSlo, SloStore } from '../store/SloStore';
import { DefinitionReader } from './DefinitionReader';
import { sloId } from './sloId';

const MAX_CONCURRENT_READS = 8;

/** What {@link SloDiscovery} needs. */
export interface SloDiscoveryOptions {
  auth: AuthService;
  catalog: CatalogService;
  reader: DefinitionReader;
  environments: EnvironmentsService;
  store: SloStore;
  logger: LoggerService;
  /** The time now; for tests. */
  now?: () => Date;
}

/** Finds the definitions of SLOs through the catalog and writes them to the store. */
export class SloDiscovery {
  readonly #options: SloDiscoveryOptions;
  readonly #now: () => Date;

  constructor(options: SloDiscoveryOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => new Date());
  }

  /** One round. A file that cannot be read or is wrong never hinders another one. */
  async run(signal?: AbortSignal): Promise<void> {
    const { auth, catalog, store } = this.#options;
    const { items } = await catalog.getEntities(
      {
        filter: {
          [`metadata.annotations.${SLO_ANNOTATION}`]: CATALOG_FILTER_EXISTS,
        },
        fields: ['kind', 'metadata', 'relations'],
      },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    const limit = limitConcurrency(MAX_CONCURRENT_READS);
    await Promise.all(
      items.map(entity =>
        limit(async () => {
          signal?.throwIfAborted();
          await this.#discover(entity);
        }),
      ),
    );
    await store.retainEntities(items.map(stringifyEntityRef), this.#now());
  }

  async #discover(entity: Entity): Promise<void> {
    const { reader, store, logger } = this.#options;
    const entityRef = stringifyEntityRef(entity);
    const annotated = entity.metadata.annotations![SLO_ANNOTATION];
    let location: { file: string; url?: string } = { file: annotated };
    let content: string;
    try {
      location = reader.locate(entity);
      content = await reader.read(entity);
    } catch (error) {
      assertError(error);
      logger.warn(
        `The SLOs of ${entityRef} in ${annotated} cannot be read: ${error.message}`,
      );
      await store.saveSourceFailure({
        entityRef,
        ...location,
        failure: error.message,
      });
      return;
    }
    const { slos, problems } = parseOpenSlo(content, { file: location.file });
    const placed = slos.flatMap(definition =>
      this.#place({ entity, entityRef, location, definition, problems }),
    );
    await store.saveSource({
      entityRef,
      ...location,
      content,
      readAt: this.#now(),
      slos: placed,
      keepOthers: problems.some(({ severity }) => severity === 'error'),
      problems,
    });
  }

  /** One row per environment an SLO is evaluated in. Adds to `problems` what keeps it from being placed. */
  #place(options: {
    entity: Entity;
    entityRef: string;
    location: { file: string; url?: string };
    definition: SloDefinition;
    problems: DefinitionProblem[];
  }): DiscoveredSlo[] {
    const { entity, entityRef, location, definition, problems } = options;
    const known = this.#options.environments.list().map(({ name }) => name);
    const names =
      definition.environments ??
      parseEnvironmentList(
        entity.metadata.annotations?.[ENVIRONMENTS_ANNOTATION],
      );
    const report = (message: string) =>
      problems.push({
        severity: 'error',
        file: location.file,
        line: definition.line,
        column: 1,
        field: `metadata.annotations[${ENVIRONMENTS_ANNOTATION}]`,
        document: `SLO/${definition.name}`,
        message,
      });
    if (names.length === 0) {
      report(
        `Neither the SLO nor its entity says with ${ENVIRONMENTS_ANNOTATION} where it is evaluated`,
      );
    }
    return names.flatMap(environment => {
      if (!known.includes(environment)) {
        report(
          `There is no environment "${environment}"; there are ${known.join(
            ', ',
          )}`,
        );
        return [];
      }
      return [
        {
          id: sloId({
            entity: getCompoundEntityRef(entity),
            name: definition.name,
            environment,
          }),
          entityRef,
          environment,
          owner: firstRelation(entity, RELATION_OWNED_BY),
          system: firstRelation(entity, RELATION_PART_OF),
          tags: entity.metadata.tags ?? [],
          ...location,
          definition,
        },
      ];
    });
  }
}

function firstRelation(entity: Entity, type: string): string | undefined {
  return entity.relations?.find(relation => relation.type === type)?.targetRef;
}
