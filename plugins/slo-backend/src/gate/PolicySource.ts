import { LoggerService, UrlReaderService } from '@backstage/backend-plugin-api';
import { assertError } from '@backstage/errors';
import { readDefinitionFiles } from '@shopfloor/plugin-definitions-node';
import {
  DEFAULT_RELEASE_POLICY,
  ReleaseGate,
  ReleasePolicy,
} from '@shopfloor/plugin-slo-common';
import { parseReleasePolicy } from './parseReleasePolicy';

/** A policy is read again when it is older than this. */
const KEEP_MILLISECONDS = 60_000;

/** The policy in use, and what the answer says of it. */
export interface PolicyInUse {
  /** Absent when there was never a right one. */
  policy?: ReleasePolicy;
  about: ReleaseGate['policy'];
}

/** What {@link PolicySource} needs. */
export interface PolicySourceOptions {
  /** Address of the file; absent: the built-in policy. */
  location?: string;
  urlReader: UrlReaderService;
  logger: LoggerService;
  now: () => Date;
}

/**
 * The release policy, read at most once a minute. When the file cannot be read or is wrong, the last right one stays in use
 * and every answer says so; without any, nobody knows.
 */
export class PolicySource {
  readonly #options: PolicySourceOptions;
  #last?: ReleasePolicy;
  #reading?: { at: number; result: Promise<PolicyInUse> };

  static create(options: PolicySourceOptions): PolicySource {
    return new PolicySource(options);
  }

  private constructor(options: PolicySourceOptions) {
    this.#options = options;
  }

  async current(): Promise<PolicyInUse> {
    const { location, now } = this.#options;
    if (!location) {
      return {
        policy: DEFAULT_RELEASE_POLICY,
        about: { name: DEFAULT_RELEASE_POLICY.name },
      };
    }
    const at = now().getTime();
    if (!this.#reading || at - this.#reading.at >= KEEP_MILLISECONDS) {
      this.#reading = { at, result: this.#read(location) };
    }
    return this.#reading.result;
  }

  async #read(location: string): Promise<PolicyInUse> {
    const { urlReader, logger } = this.#options;
    let problem: string | undefined;
    try {
      const files = await readDefinitionFiles({
        urlReader,
        locations: [location],
      });
      if (files.length !== 1) {
        throw new Error(`There is no such file: ${location}`);
      }
      const { file, text } = files[0];
      const { policy, problems } = parseReleasePolicy(text, { file });
      this.#last = policy ?? this.#last;
      problem = problems
        .map(({ line, message }) => `${file}:${line}: ${message}`)
        .join('; ');
    } catch (error) {
      assertError(error);
      problem = error.message;
    }
    if (problem) {
      logger.warn(`The release policy is not used as it stands: ${problem}`);
    }
    return {
      policy: this.#last,
      about: {
        name: this.#last?.name ?? '',
        url: location,
        ...(problem && { problem }),
      },
    };
  }
}
