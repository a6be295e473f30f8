import {
  type Client,
  type JsonValue,
  OpenFeature,
  type Provider,
  ProviderEvents,
  type ServerProviderEvents,
} from '@openfeature/server-sdk';
import type { Logger } from 'pino';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { FlagMetrics } from './FlagMetrics.ts';
import type { FlagContext, Flags } from './Flags.ts';

/** Options of {@link OpenFeatureFlags}. */
export interface OpenFeatureFlagsOptions {
  provider: Provider;
  /** Keeps several sets of flags in one process apart. */
  domain: string;
  metrics: ServiceMetrics;
  logger: Logger;
}

/** What the SDK says about an answer. */
interface Details<T> {
  value: T;
  errorCode?: string;
}

/** An evaluation that failed for one of these is no trouble: the flag is simply not there, or the provider is still connecting. */
const QUIET = ['FLAG_NOT_FOUND', 'PROVIDER_NOT_READY'];

const notFound = async <T>(_flag: string, fallback: T) => ({
  value: fallback,
  reason: 'DEFAULT',
});

/** Takes a provider's place once it is closed, so that the SDK lets go of it. */
const NO_FLAGS: Provider = {
  metadata: { name: 'none' },
  runsOn: 'server',
  resolveBooleanEvaluation: notFound,
  resolveStringEvaluation: notFound,
  resolveNumberEvaluation: notFound,
  resolveObjectEvaluation: notFound,
};

/** Flags of whatever provider of OpenFeature is configured. */
export class OpenFeatureFlags implements Flags {
  readonly #client: Client;
  readonly #provider: Provider;
  readonly #domain: string;
  readonly #logger: Logger;
  readonly #metrics: FlagMetrics;
  readonly #handlers: readonly [ServerProviderEvents, () => void][];
  readonly #listeners = new Set<() => void>();
  readonly #reported = new Set<string>();

  /** Does not wait for a provider that cannot connect: until it can, every answer is the fallback. */
  static create(options: OpenFeatureFlagsOptions): OpenFeatureFlags {
    return new OpenFeatureFlags(options);
  }

  private constructor(options: OpenFeatureFlagsOptions) {
    const { provider, domain, metrics, logger } = options;
    this.#provider = provider;
    this.#domain = domain;
    this.#logger = logger;
    this.#metrics = FlagMetrics.create(metrics);
    this.#client = OpenFeature.getClient(domain);
    const handlers: [ServerProviderEvents, () => void][] = [
      [
        ProviderEvents.Ready,
        () => {
          this.#metrics.setUsable(true);
          this.#changed();
        },
      ],
      [ProviderEvents.ConfigurationChanged, () => this.#changed()],
      [ProviderEvents.Stale, () => this.#metrics.setUsable(false)],
      [
        ProviderEvents.Error,
        () => {
          this.#metrics.setUsable(false);
          this.#metrics.countProblem('source');
          logger.warn(
            'The provider of flags is in trouble; fallbacks are in use',
          );
        },
      ],
    ];
    for (const [event, handler] of handlers) {
      this.#client.addHandler(event, handler);
    }
    this.#handlers = handlers;
    OpenFeature.setProviderAndWait(domain, provider).catch(error =>
      logger.warn({ error }, 'The provider of flags is not ready yet'),
    );
  }

  async boolean(flag: string, fallback: boolean, context?: FlagContext) {
    return this.#answer(
      flag,
      await this.#client.getBooleanDetails(flag, fallback, given(context)),
    );
  }

  async string(flag: string, fallback: string, context?: FlagContext) {
    return this.#answer(
      flag,
      await this.#client.getStringDetails(flag, fallback, given(context)),
    );
  }

  async number(flag: string, fallback: number, context?: FlagContext) {
    return this.#answer(
      flag,
      await this.#client.getNumberDetails(flag, fallback, given(context)),
    );
  }

  async object<T extends object>(
    flag: string,
    fallback: T,
    context?: FlagContext,
  ) {
    const value = this.#answer(
      flag,
      await this.#client.getObjectDetails(
        flag,
        fallback as unknown as JsonValue,
        given(context),
      ),
    );
    return value as unknown as T;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#listeners.clear();
    for (const [event, handler] of this.#handlers) {
      this.#client.removeHandler(event, handler);
    }
    await OpenFeature.setProviderAndWait(this.#domain, NO_FLAGS).catch(
      () => undefined,
    );
    await this.#provider.onClose?.();
  }

  #changed(): void {
    this.#reported.clear();
    this.#listeners.forEach(listener => listener());
  }

  #answer<T>(flag: string, details: Details<T>): T {
    const { errorCode, value } = details;
    if (errorCode && !QUIET.includes(errorCode)) {
      this.#metrics.countProblem(
        errorCode === 'TYPE_MISMATCH' ? 'type' : 'error',
      );
      if (!this.#reported.has(flag)) {
        this.#reported.add(flag);
        this.#logger.error(
          { flag, problem: errorCode },
          'A flag could not be evaluated; the fallback is used',
        );
      }
    }
    return value;
  }
}

/** Without the attributes that are not set. */
function given(context: FlagContext = {}) {
  return Object.fromEntries(
    Object.entries(context).filter(([, value]) => value !== undefined),
  ) as Record<string, string | number | boolean>;
}
