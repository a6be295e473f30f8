import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import { stringifyError } from '@backstage/errors';
import {
  ApprovalPolicy,
  LocatedPolicy,
  overlaps,
  parsePolicies,
} from '@shopfloor/plugin-approvals-common';
import { LoadedPolicyFile, PolicyStore } from '../store/PolicyStore';

/** What {@link PolicyLoader} needs. */
export interface PolicyLoaderOptions {
  urlReader: UrlReaderService;
  /** Addresses of files, with patterns. */
  locations: string[];
  store: PolicyStore;
  logger: LoggerService;
  now: () => Date;
}

/** Reads the files of policies and puts those that are right into use. */
export class PolicyLoader {
  readonly #options: PolicyLoaderOptions;

  constructor(options: PolicyLoaderOptions) {
    this.#options = options;
  }

  /** One round. When the files cannot be read, what is in use stays in use. */
  async run(): Promise<void> {
    const { store, logger, now } = this.#options;
    let files: LoadedPolicyFile[];
    try {
      files = await this.#read();
    } catch (error) {
      logger.warn(
        `Policies of approvals could not be read: ${stringifyError(error)}`,
      );
      await store.saveFailure((error as Error).message);
      return;
    }
    await store.replace(
      withoutOverlaps(files, await store.keptBeside(files)),
      now(),
    );
  }

  async #read(): Promise<LoadedPolicyFile[]> {
    const { urlReader, locations } = this.#options;
    const found = new Map<string, string>();
    for (const location of locations) {
      const { files } = await urlReader.search(location);
      for (const { url, content } of files) {
        found.set(url, (await content()).toString('utf8'));
      }
    }
    return [...found]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([url, text]) => {
        const file = decodeURIComponent(url.split('/').pop() ?? url);
        return {
          file,
          ...parsePolicies(text, { file }),
          // An address of another scheme leads nobody anywhere.
          ...(/^https?:/.test(url) && { url }),
        };
      });
  }
}

/** Of two with one name, or for one request, the first is used; the other is a problem of its file. */
function withoutOverlaps(
  files: LoadedPolicyFile[],
  kept: ApprovalPolicy[],
): LoadedPolicyFile[] {
  const used = [...kept];
  return files.map(loaded => {
    const problems = [...loaded.problems];
    const policies: LocatedPolicy[] = [];
    for (const located of loaded.policies) {
      const { policy, line } = located;
      const same = used.find(({ name }) => name === policy.name);
      const other = same ?? used.find(one => overlaps(one, policy));
      if (other) {
        problems.push({
          file: loaded.file,
          line,
          column: 1,
          field: same ? 'metadata.name' : 'spec.appliesTo',
          policy: policy.name,
          message: same
            ? `The policy "${policy.name}" is defined already; that one is used`
            : `A request could come under "${other.name}" as well, and nothing tells which; that one is used`,
        });
      } else {
        used.push(policy);
        policies.push(located);
      }
    }
    return { ...loaded, policies, problems };
  });
}
