import { FlagdProvider } from '@openfeature/flagd-provider';
import type { Provider } from '@openfeature/server-sdk';

/** Where flagd is, or its file. */
export interface FlagdOptions {
  host: string;
  port: number;
  tls: boolean;
  /** `rpc` asks for each flag and remembers the answers; `in-process` takes all flags over and evaluates here. */
  resolver: 'rpc' | 'in-process';
  /** A file of flagd's own form instead of a server. */
  offlineFile?: string;
}

/** The provider of OpenFeature that speaks with flagd. */
export function createFlagdProvider(options: FlagdOptions): Provider {
  return new FlagdProvider({
    host: options.host,
    port: options.port,
    tls: options.tls,
    resolverType: options.offlineFile ? 'in-process' : options.resolver,
    offlineFlagSourcePath: options.offlineFile,
  }) as unknown as Provider;
}
