import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  LocatedDefinition,
  parseScorecards,
} from '@shopfloor/plugin-scorecards-common';
import { DefinitionStore, LoadedFile } from '../store/DefinitionStore';

/** What {@link DefinitionLoader} needs. */
export interface DefinitionLoaderOptions {
  urlReader: UrlReaderService;
  /** Addresses of files, with patterns. */
  locations: string[];
  store: DefinitionStore;
  logger: LoggerService;
  now: () => Date;
}

/** Reads the files of scorecards and puts those that are right into use. */
export class DefinitionLoader {
  readonly #options: DefinitionLoaderOptions;

  constructor(options: DefinitionLoaderOptions) {
    this.#options = options;
  }

  /** One round. When the files cannot be read, what is in use stays in use. */
  async run(): Promise<void> {
    const { store, logger, now } = this.#options;
    let files: LoadedFile[];
    try {
      files = await this.#read();
    } catch (error) {
      logger.warn(`Scorecards could not be read: ${stringifyError(error)}`);
      await store.saveFailure((error as Error).message);
      return;
    }
    await store.replace(files, now());
  }

  async #read(): Promise<LoadedFile[]> {
    const { urlReader, locations } = this.#options;
    const found = new Map<string, string>();
    for (const location of locations) {
      const { files } = await urlReader.search(location);
      for (const { url, content } of files) {
        found.set(url, (await content()).toString('utf8'));
      }
    }
    const taken = new Map<string, string>();
    return [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([url, text]) => toFile(url, text, taken));
  }
}

/** `taken` says in which file a name is defined already. */
function toFile(
  url: string,
  text: string,
  taken: Map<string, string>,
): LoadedFile {
  const file = decodeURIComponent(url.split('/').pop() ?? url);
  const parsed = parseScorecards(text, { file });
  const problems = [...parsed.problems];
  const definitions: LocatedDefinition[] = [];
  for (const located of parsed.definitions) {
    const { name } = located.definition;
    const other = taken.get(name);
    if (other === undefined) {
      taken.set(name, file);
      definitions.push(located);
    } else {
      problems.push({
        file,
        line: located.line,
        column: 1,
        field: 'metadata.name',
        scorecard: name,
        message: `The scorecard "${name}" is defined in ${other} already; that one is used`,
      });
    }
  }
  return {
    file,
    definitions,
    problems,
    // An address of another scheme leads nobody anywhere.
    ...(/^https?:/.test(url) && { url }),
  };
}
