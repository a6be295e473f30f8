import { randomUUID } from 'crypto';
import { readFile, rename, rm, writeFile } from 'fs/promises';
import { LoggerService } from '@backstage/backend-plugin-api';
import { assertError, ServiceUnavailableError } from '@backstage/errors';
import { ownerRoutes } from '@shopfloor/plugin-slo-common';
import { alertOwners, AlertOwnersOptions } from './alertOwners';

const DEADLINE_MILLISECONDS = 10_000;

/** Where the configuration of Alertmanager is. */
export interface AlertRoutesConfig {
  /** Address without a trailing slash. */
  url: string;
  /** Absolute: what is there without owners, and what Alertmanager reads. */
  baseFile: string;
  file: string;
}

/** What {@link AlertRoutes} needs. */
export interface AlertRoutesOptions extends AlertOwnersOptions {
  config: AlertRoutesConfig;
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
        owners: await alertOwners(this.#options),
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
