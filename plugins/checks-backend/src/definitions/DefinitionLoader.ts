import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import { RuleLanguage } from '../rules/RuleLanguage';
import { DefinitionStore, ReadFile, SavedFile } from '../store/DefinitionStore';
import { EvidenceTypes } from './compileCheck';
import { MAX_DEFINITION_CHARACTERS, parseChecks } from './parseChecks';

/** Reads the files of definitions and puts those that are right into use. */
export class DefinitionLoader {
  readonly #options: {
    urlReader: UrlReaderService;
    /** Addresses of files, with patterns. */
    locations: string[];
    store: DefinitionStore;
    types: EvidenceTypes;
    language: RuleLanguage;
    logger: LoggerService;
  };

  constructor(options: {
    urlReader: UrlReaderService;
    locations: string[];
    store: DefinitionStore;
    types: EvidenceTypes;
    language: RuleLanguage;
    logger: LoggerService;
  }) {
    this.#options = options;
  }

  /** One round. What cannot be read leaves what is in use in use. */
  async run(): Promise<void> {
    const { store, logger } = this.#options;
    let files: ReadFile[];
    try {
      files = await this.#read();
    } catch (error) {
      await store.saveFailure((error as Error).message);
      logger.warn(
        `The definitions of checks could not be read: ${stringifyError(error)}`,
      );
      return;
    }
    if (await store.save(this.#parse(files))) {
      logger.info('The definitions of checks changed');
    }
  }

  async #read(): Promise<ReadFile[]> {
    const files: ReadFile[] = [];
    for (const location of this.#options.locations) {
      const found = await this.#options.urlReader.search(location);
      for (const { url, content } of found.files) {
        const text = (await content()).toString('utf8');
        files.push({
          file: nameOf(url, location),
          // An address of another scheme leads nobody anywhere.
          ...(/^https?:/.test(url) && { url }),
          content: text.slice(0, MAX_DEFINITION_CHARACTERS + 1),
        });
      }
    }
    return files.sort((a, b) => (a.file < b.file ? -1 : 1));
  }

  #parse(files: ReadFile[]): SavedFile[] {
    const { types, language } = this.#options;
    const taken = new Map<string, string>();
    return files.map(file => {
      const parsed = parseChecks({
        text: file.content,
        file: file.file,
        url: file.url,
        types,
        language,
      });
      const problems = [...parsed.problems];
      const definitions = parsed.checks.flatMap(({ definition }) => {
        const other = taken.get(definition.name);
        if (other !== undefined) {
          problems.push({
            file: file.file,
            line: definition.source.line,
            column: 1,
            field: 'metadata.name',
            message: `${definition.name} is defined in ${other} already`,
          });
          return [];
        }
        taken.set(definition.name, file.file);
        return [definition];
      });
      const unreadable = parsed.problems.some(({ field }) => field === '');
      return {
        ...file,
        definitions,
        problems,
        keep: unreadable ? 'all' : parsed.broken,
      };
    });
  }
}

/** The part of an address that the pattern left open, or its last part. */
function nameOf(url: string, location: string): string {
  const fixed = location.slice(0, location.search(/[*?[{]|$/));
  const base = fixed.slice(0, fixed.lastIndexOf('/') + 1);
  return decodeURIComponent(
    url.startsWith(base)
      ? url.slice(base.length)
      : (url.split('/').pop() ?? url),
  );
}
