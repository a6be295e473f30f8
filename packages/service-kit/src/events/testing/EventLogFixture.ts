import type { EventLog } from '../types.ts';

/** One event log for the tests of a contract run. */
export interface EventLogFixture {
  /** A new handle, as another process would have. The fixture closes it. */
  open(options?: { leaseTtlMs?: number }): EventLog;
  /** Makes a topic with the usual partitions. */
  createTopic(name: string): Promise<void>;
  /** Environment with which another process opens the same log. */
  env: Record<string, string>;
  /** Closes every handle and removes what it can. */
  close(): Promise<void>;
}
