import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import {
  DefinitionFile,
  DefinitionRound,
  takeFirst,
} from '@shopfloor/plugin-definitions-node';
import { parseScorecards } from '@shopfloor/plugin-scorecards-common';
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
  readonly #round: DefinitionRound;

  constructor(options: DefinitionLoaderOptions) {
    const { store, now } = options;
    this.#round = DefinitionRound.create({
      ...options,
      title: 'Scorecards',
      fail: message => store.saveFailure(message),
      use: files => store.replace(parse(files), now()),
    });
  }

  /** One round. When the files cannot be read, what is in use stays in use. */
  async run(): Promise<void> {
    await this.#round.run();
  }
}

function parse(files: DefinitionFile[]): LoadedFile[] {
  const take = takeFirst('scorecard');
  return files.map(({ file, url, text }) => {
    const parsed = parseScorecards(text, { file });
    const { definitions, problems } = take({
      file,
      definitions: parsed.definitions,
      nameOf: ({ definition }) => definition.name,
      lineOf: ({ line }) => line,
    });
    return {
      file,
      ...(url && { url }),
      definitions,
      problems: [
        ...parsed.problems,
        ...problems.map(({ name, ...problem }) => ({
          ...problem,
          scorecard: name,
        })),
      ],
    };
  });
}
