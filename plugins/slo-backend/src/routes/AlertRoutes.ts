import { randomUUID } from 'crypto';
import { readFile, rename, rm, writeFile } from 'fs/promises';
import { AuthService, LoggerService } from '@backstage/backend-plugin-api';
import { assertError, ServiceUnavailableError } from '@backstage/errors';
import { CatalogService } from '@backstage/plugin-catalog-node';
import { AlertOwner, ownerRoutes } from '@shopfloor/plugin-slo-common';
import { SloStore } from '../store/SloStore';

const DEADLINE_MILLISECONDS = 10_000;

/** Something that mail can be sent to; what else the catalog says is not taken into a configuration. */
const EMAIL = /^[^\s@<>"',;]+@[^\s@<>"',;]+$/;

/** Where the configuration of Alertmanager is. */
export interface AlertRoutesConfig {
  /** Address without a trailing slash. */
  url: string;
  /** Absolute: what is there without owners, and what Alertmanager reads. */
  baseFile: string;
  file: string;
}

/** What {@link AlertRoutes} needs. */
export interface AlertRoutesOptions {
  config: AlertRoutesConfig;
  store: SloStore;
  auth: AuthService;
  catalog: CatalogService;
  logger: LoggerService;
}

/** Keeps Alertmanager sending the alerts of SLOs to their owners. */
export class AlertRoutes {
  readonly #options: AlertRoutesOptions;
  /** What Alertmanager took last, so that it is told of a change alone. */
  #taken?: string;

  static create(options: AlertRoutesOptions): AlertRoutes {
    return new AlertRoutes(options);
  }

  private constructor(options: AlertRoutesOptions) {
    this.#options = options;
  }

  /** One round; the next one tries again what failed. */
  async run(): Promise<void> {
    const { config, logger } = this.#options;
    try {
      const content = ownerRoutes({
        base: await readFile(config.baseFile, 'utf8'),
        owners: await this.#owners(),
      });
      const written = await readFile(config.file, 'utf8').catch(
        () => undefined,
      );
      if (written === content && this.#taken === content) {
        return;
      }
      if (written !== content) {
        await this.#write(content);
      }
      await this.#reload();
      this.#taken = content;
      logger.info('Alertmanager has the routes of the owners of SLOs');
    } catch (error) {
      assertError(error);
      logger.warn(
        `Alerts of SLOs are not routed to their owners: ${error.message}`,
      );
    }
  }

  /** Owners of SLOs that the catalog knows an address of. */
  async #owners(): Promise<AlertOwner[]> {
    const { store, auth, catalog } = this.#options;
    const refs = [
      ...new Set((await store.listSlos()).flatMap(({ owner }) => owner ?? [])),
    ];
    if (refs.length === 0) {
      return [];
    }
    const { items } = await catalog.getEntitiesByRefs(
      { entityRefs: refs, fields: ['spec.profile'] },
      { credentials: await auth.getOwnServiceCredentials() },
    );
    return refs.flatMap((ref, index) => {
      const profile = items[index]?.spec?.profile as
        { email?: unknown } | undefined;
      const email = profile?.email;
      return typeof email === 'string' && EMAIL.test(email)
        ? [{ ref, email }]
        : [];
    });
  }

  /** In place at once or not at all: another file first, then its name. */
  async #write(content: string): Promise<void> {
    const { file } = this.#options.config;
    const temporary = `${file}.${randomUUID()}.tmp`;
    try {
      await writeFile(temporary, content, { mode: 0o600, flag: 'wx' });
      await rename(temporary, file);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  /** Alertmanager keeps what it has when it refuses the new one. */
  async #reload(): Promise<void> {
    const { url } = this.#options.config;
    let response: Response;
    try {
      response = await fetch(`${url}/-/reload`, {
        method: 'POST',
        signal: AbortSignal.timeout(DEADLINE_MILLISECONDS),
      });
    } catch (error) {
      throw new ServiceUnavailableError(
        `Alertmanager at ${url} does not answer`,
        error,
      );
    }
    const answer = await response.text();
    if (!response.ok) {
      throw new ServiceUnavailableError(
        `Alertmanager at ${url} refuses the configuration (${response.status}): ${answer
          .trim()
          .slice(0, 500)}`,
      );
    }
  }
}
