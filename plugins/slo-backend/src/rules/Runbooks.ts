import {
  AuthService,
  LoggerService,
  UrlReaderService,
} from '@backstage/backend-plugin-api';
import {
  ANNOTATION_LOCATION,
  Entity,
  parseEntityRef,
  parseLocationRef,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { isError, stringifyError } from '@backstage/errors';
import { ScmIntegrationRegistry } from '@backstage/integration';
import { CatalogService } from '@backstage/plugin-catalog-node';

const TECHDOCS_ANNOTATION = 'backstage.io/techdocs-ref';

/** Of the source of documents beside the file that declares the entity; other forms are not looked into. */
const FOLDER = /^dir:\.?\/?([\w.-]+(\/[\w.-]+)*)?\/?$/;

const PAGE = 'docs/runbook.md';

/** A runbook that is written shows in the alerts within this time. */
const KEPT_MS = 10 * 60_000;

/** Says where the runbooks of services are. */
export interface Runbooks {
  /** Address of the runbook of each of these entities that has one. Never fails: what cannot be looked up stays as it was. */
  of(entityRefs: readonly string[]): Promise<ReadonlyMap<string, string>>;
}

/** What {@link TechDocsRunbooks} needs. */
export interface TechDocsRunbooksOptions {
  auth: AuthService;
  catalog: CatalogService;
  integrations: ScmIntegrationRegistry;
  urlReader: UrlReaderService;
  logger: LoggerService;
  /** Address of the portal. */
  appUrl: string;
  now: () => Date;
}

/**
 * Runbooks among the documents of services in the portal: the page `runbook` of an entity whose documents lie beside the file
 * that declares it, when `docs/runbook.md` is really there.
 */
export class TechDocsRunbooks implements Runbooks {
  readonly #options: TechDocsRunbooksOptions;
  /** By entity; `undefined` in it: there is none. */
  readonly #known = new Map<string, { url?: string; at: number }>();

  static create(options: TechDocsRunbooksOptions): TechDocsRunbooks {
    return new TechDocsRunbooks(options);
  }

  private constructor(options: TechDocsRunbooksOptions) {
    this.#options = options;
  }

  async of(
    entityRefs: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const { auth, catalog, logger, now } = this.#options;
    const at = now().getTime();
    const due = [...new Set(entityRefs)].filter(
      ref => at - (this.#known.get(ref)?.at ?? -Infinity) > KEPT_MS,
    );
    try {
      if (due.length > 0) {
        const { items } = await catalog.getEntitiesByRefs(
          { entityRefs: due, fields: ['kind', 'metadata'] },
          { credentials: await auth.getOwnServiceCredentials() },
        );
        for (const entity of items) {
          await this.#look(entity, at);
        }
      }
    } catch (error) {
      logger.warn(`Runbooks were not looked up: ${stringifyError(error)}`);
    }
    return new Map(
      entityRefs.flatMap(ref => {
        const url = this.#known.get(ref)?.url;
        return url ? [[ref, url] as const] : [];
      }),
    );
  }

  async #look(entity: Entity | undefined, at: number): Promise<void> {
    if (!entity) {
      return;
    }
    const { integrations, urlReader, logger, appUrl } = this.#options;
    const ref = stringifyEntityRef(entity);
    const { annotations = {} } = entity.metadata;
    const folder = FOLDER.exec(annotations[TECHDOCS_ANNOTATION] ?? '');
    const location = annotations[ANNOTATION_LOCATION];
    const { type, target } = location
      ? parseLocationRef(location)
      : { type: '', target: '' };
    const path = folder?.[1] === undefined ? PAGE : `${folder[1]}/${PAGE}`;
    if (!folder || type !== 'url' || path.split('/').includes('..')) {
      this.#known.set(ref, { at });
      return;
    }
    try {
      await urlReader.readUrl(
        integrations.resolveUrl({ url: path, base: target }),
      );
      this.#known.set(ref, { url: pageOf(ref, appUrl), at });
    } catch (error) {
      if (isError(error) && error.name === 'NotFoundError') {
        this.#known.set(ref, { at });
      } else {
        logger.warn(
          `Whether ${ref} has a runbook cannot be told: ${stringifyError(error)}`,
        );
      }
    }
  }
}

function pageOf(ref: string, appUrl: string): string {
  const { kind, namespace, name } = parseEntityRef(ref);
  const path = [namespace, kind, name].map(encodeURIComponent).join('/');
  return `${appUrl.replace(/\/+$/, '')}/docs/${path}/runbook/`;
}
