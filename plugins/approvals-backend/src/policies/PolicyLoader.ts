import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import {
  ApprovalPolicy,
  LocatedPolicy,
  overlaps,
  parsePolicies,
} from '@shopfloor/plugin-approvals-common';
import { DefinitionRound } from '@shopfloor/plugin-definitions-node';
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
  readonly #round: DefinitionRound;

  constructor(options: PolicyLoaderOptions) {
    const { store, now } = options;
    this.#round = DefinitionRound.create({
      ...options,
      title: 'Policies of approvals',
      fail: message => store.saveFailure(message),
      use: async files => {
        const loaded = files.map(({ file, url, text }) => ({
          file,
          ...parsePolicies(text, { file }),
          ...(url && { url }),
        }));
        await store.replace(
          withoutOverlaps(loaded, await store.keptBeside(loaded)),
          now(),
        );
      },
    });
  }

  /** One round. When the files cannot be read, what is in use stays in use. */
  async run(): Promise<void> {
    await this.#round.run();
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
