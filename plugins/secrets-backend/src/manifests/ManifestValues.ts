import {
  AuthService,
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  parseLocationRef,
} from '@backstage/catalog-model';
import { stringifyError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { ValuesFile } from '@shopfloor/plugin-secrets-common';

/** For so long what was read is shown again: a page asks for it with every look at a grant. */
const KEPT_MS = 15_000;
const TIMEOUT_MS = 3_000;
const KEPT_FILES = 500;

/** What {@link ManifestValues} needs. */
export interface ManifestValuesOptions {
  auth: AuthService;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  urlReader: UrlReaderService;
  logger: LoggerService;
  now: () => Date;
}

/** Reads values of the platform's chart beside the file that declares a service, as they are in its repository now. */
export class ManifestValues {
  readonly #options: ManifestValuesOptions;
  readonly #read = new Map<
    string,
    { at: number; file: Promise<ValuesFile | undefined> }
  >();

  static create(options: ManifestValuesOptions): ManifestValues {
    return new ManifestValues(options);
  }

  private constructor(options: ManifestValuesOptions) {
    this.#options = options;
  }

  /**
   * The values of a service for an environment. `undefined` when it has no `deploy/values.yaml`, so that it is not deployed by the
   * chart, and when that cannot be told now. Never throws: the other manifests need nothing of it.
   */
  read(
    entityRef: string,
    environment: string,
  ): Promise<ValuesFile | undefined> {
    const key = `${entityRef} ${environment}`;
    const at = this.#options.now().getTime();
    const known = this.#read.get(key);
    if (known && at - known.at < KEPT_MS) {
      return known.file;
    }
    if (this.#read.size >= KEPT_FILES) {
      this.#read.clear();
    }
    const file = this.#fetch(entityRef, environment).catch(error => {
      this.#options.logger.warn(
        `The values of ${entityRef} for ${environment} cannot be read, so no patch of them is offered: ${stringifyError(error)}`,
      );
      return undefined;
    });
    this.#read.set(key, { at, file });
    return file;
  }

  async #fetch(
    entityRef: string,
    environment: string,
  ): Promise<ValuesFile | undefined> {
    const { auth, catalog } = this.#options;
    const entity = await catalog.getEntityByRef(entityRef, {
      credentials: await auth.getOwnServiceCredentials(),
    });
    const location = entity?.metadata.annotations?.[ANNOTATION_LOCATION];
    if (!location || parseLocationRef(location).type !== 'url') {
      return undefined;
    }
    const base = parseLocationRef(location).target;
    const name = `deploy/values-${environment}.yaml`;
    const [common, text] = await Promise.all([
      this.#text('deploy/values.yaml', base),
      this.#text(name, base),
    ]);
    return common === undefined
      ? undefined
      : { name, ...(text !== undefined && { text }) };
  }

  async #text(url: string, base: string): Promise<string | undefined> {
    const { integrations, urlReader } = this.#options;
    try {
      const response = await urlReader.readUrl(
        integrations.resolveUrl({ url, base }),
        { signal: AbortSignal.timeout(TIMEOUT_MS) },
      );
      return (await response.buffer()).toString('utf8');
    } catch (error) {
      if ((error as Error).name === 'NotFoundError') {
        return undefined;
      }
      throw error;
    }
  }
}
