import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { DefinitionFile, readDefinitionFiles } from './readDefinitionFiles';

/** What {@link DefinitionRound} needs. */
export interface DefinitionRoundOptions {
  urlReader: UrlReaderService;
  /** Addresses of files, with patterns. */
  locations: string[];
  /** What people call them, for example `Policies of approvals`. */
  title: string;
  logger: LoggerService;
  /** Puts what was read into use. */
  use(files: DefinitionFile[]): Promise<void>;
  /** Told why nothing could be read; what is in use stays in use. */
  fail(message: string): Promise<void>;
}

/** Reads files of definitions again and again: a task of the scheduler calls {@link DefinitionRound.run}. */
export class DefinitionRound {
  readonly #options: DefinitionRoundOptions;

  static create(options: DefinitionRoundOptions): DefinitionRound {
    return new DefinitionRound(options);
  }

  private constructor(options: DefinitionRoundOptions) {
    this.#options = options;
  }

  /** One round. It throws only what `use` and `fail` throw. */
  async run(): Promise<void> {
    const { title, logger, use, fail } = this.#options;
    let files: DefinitionFile[];
    try {
      files = await readDefinitionFiles(this.#options);
    } catch (error) {
      logger.warn(`${title} could not be read: ${stringifyError(error)}`);
      await fail((error as Error).message);
      return;
    }
    await use(files);
  }
}
