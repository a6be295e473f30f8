import { readFile } from 'fs/promises';
import { join } from 'path';
import { LoggerService } from '@backstage/backend-plugin-api';
import { assertError } from '@backstage/errors';
import {
  formatOwnerRoutes,
  OperatorObjects,
} from '@shopfloor/plugin-slo-common';
import { writeAtomically } from '../rules/writeAtomically';
import { alertOwners, AlertOwnersOptions } from './alertOwners';

const FILE = 'slo-owners.alertmanagerconfig.yaml';

/** What {@link OperatorRoutes} needs. */
export interface OperatorRoutesOptions extends AlertOwnersOptions {
  operator: OperatorObjects & {
    /** Absolute. */
    directory: string;
  };
  logger: LoggerService;
}

/** Keeps an `AlertmanagerConfig` that sends the alerts of SLOs to their owners, for whoever delivers it to the cluster. */
export class OperatorRoutes {
  readonly #options: OperatorRoutesOptions;

  static create(options: OperatorRoutesOptions): OperatorRoutes {
    return new OperatorRoutes(options);
  }

  private constructor(options: OperatorRoutesOptions) {
    this.#options = options;
  }

  /** One round; the next one tries again what failed. */
  async run(): Promise<void> {
    const { operator, logger } = this.#options;
    const path = join(operator.directory, FILE);
    try {
      const content = formatOwnerRoutes({
        ...operator,
        owners: await alertOwners(this.#options),
      });
      const written = await readFile(path, 'utf8').catch(() => undefined);
      if (written !== content) {
        await writeAtomically(path, content);
        logger.info(`Routes to the owners of SLOs were written to ${path}`);
      }
    } catch (error) {
      assertError(error);
      logger.warn(
        `Routes to the owners of SLOs cannot be written to ${path}: ${error.message}`,
      );
    }
  }
}
