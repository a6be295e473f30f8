import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import {
  DefinitionFile,
  DefinitionRound,
  takeFirst,
} from '@shopfloor/plugin-definitions-node';
import { RuleLanguage } from '../rules/RuleLanguage';
import { DefinitionStore, SavedFile } from '../store/DefinitionStore';
import { EvidenceTypes } from './compileCheck';
import { MAX_DEFINITION_CHARACTERS, parseChecks } from './parseChecks';

/** What {@link DefinitionLoader} needs. */
export interface DefinitionLoaderOptions {
  urlReader: UrlReaderService;
  /** Addresses of files, with patterns. */
  locations: string[];
  store: DefinitionStore;
  types: EvidenceTypes;
  language: RuleLanguage;
  logger: LoggerService;
}

/** Reads the files of definitions and puts those that are right into use. */
export class DefinitionLoader {
  readonly #options: DefinitionLoaderOptions;
  readonly #round: DefinitionRound;

  constructor(options: DefinitionLoaderOptions) {
    const { store, logger } = options;
    this.#options = options;
    this.#round = DefinitionRound.create({
      ...options,
      title: 'The definitions of checks',
      fail: message => store.saveFailure(message),
      use: async files => {
        if (await store.save(this.#parse(files))) {
          logger.info('The definitions of checks changed');
        }
      },
    });
  }

  /** One round. What cannot be read leaves what is in use in use. */
  async run(): Promise<void> {
    await this.#round.run();
  }

  #parse(files: DefinitionFile[]): SavedFile[] {
    const { types, language } = this.#options;
    const take = takeFirst('check');
    return files.map(({ file, url, text }) => {
      const parsed = parseChecks({ text, file, url, types, language });
      const { definitions, problems } = take({
        file,
        definitions: parsed.checks.map(({ definition }) => definition),
        nameOf: ({ name }) => name,
        lineOf: ({ source }) => source.line,
      });
      const unreadable = parsed.problems.some(({ field }) => field === '');
      return {
        file,
        ...(url && { url }),
        content: text.slice(0, MAX_DEFINITION_CHARACTERS + 1),
        definitions,
        problems: [
          ...parsed.problems,
          ...problems.map(({ name: _, ...problem }) => problem),
        ],
        keep: unreadable ? 'all' : parsed.broken,
      };
    });
  }
}
