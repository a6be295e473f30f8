import {
  coreServices,
  createServiceFactory,
  createServiceRef,
} from '@backstage/backend-plugin-api';
import { Config } from '@backstage/config';
import { NotFoundError } from '@backstage/errors';
import {
  Environment,
  readEnvironments,
} from '@shopfloor/plugin-environments-common';

/**
 * The configured environments.
 *
 * @public
 */
export interface EnvironmentsService {
  /** All environments in the order of the configuration. */
  list(): Environment[];
  /**
   * One environment by its name.
   *
   * @throws NotFoundError that names the ones there are
   */
  get(name: string): Environment;
}

/** @public */
export class DefaultEnvironmentsService implements EnvironmentsService {
  readonly #environments: Map<string, Environment>;

  /** Reads `shopfloor.environments`; throws on the first mistake, naming the key. */
  static fromConfig(config: Config): DefaultEnvironmentsService {
    return new DefaultEnvironmentsService(readEnvironments(config));
  }

  private constructor(environments: Environment[]) {
    this.#environments = new Map(
      environments.map(environment => [environment.name, environment]),
    );
  }

  list(): Environment[] {
    return [...this.#environments.values()];
  }

  get(name: string): Environment {
    const environment = this.#environments.get(name);
    if (!environment) {
      throw new NotFoundError(
        `No environment '${name}'; there are ${[
          ...this.#environments.keys(),
        ].join(', ')}`,
      );
    }
    return environment;
  }
}

/**
 * Service reference of the configured environments; needs no registration.
 *
 * @public
 */
export const environmentsServiceRef = createServiceRef<EnvironmentsService>({
  id: 'shopfloor.environments',
  scope: 'root',
  defaultFactory: async service =>
    createServiceFactory({
      service,
      deps: { config: coreServices.rootConfig },
      factory: ({ config }) => DefaultEnvironmentsService.fromConfig(config),
    }),
});
