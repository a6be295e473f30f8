import type { Queryable } from '@shopfloor/service-kit';

/** Where an export stands. */
export type ExportState =
  'collecting' | 'ready' | 'downloaded' | 'expired' | 'failed';

/** One service's part of an export. */
export interface ExportPart {
  service: string;
  state: 'pending' | 'done';
  /** Why the last attempt brought nothing. */
  failure?: string;
}

/** An export of everything the shop holds of a customer. */
export interface DataExport {
  exportId: string;
  state: ExportState;
  parts: ExportPart[];
  requestedAt: string;
  readyAt?: string;
  /** Until when it can be downloaded. */
  expiresAt?: string;
  downloadedAt?: string;
}

/** The result of an export. */
export interface DownloadedExport {
  exportId: string;
  customerId: string;
  collectedAt: string;
  /** Records by service. */
  services: Record<string, unknown>;
}

/** A part that this worker has taken; `attempt` is the fencing token. */
export interface TakenPart {
  exportId: string;
  service: string;
  customerId: string;
  attempt: number;
}

/** One service's part of an erasure. */
export interface ErasurePart {
  service: string;
  completedAt?: string;
}

/** An erasure of a customer across all services. */
export interface Erasure {
  erasureId: string;
  customerId: string;
  state: 'running' | 'completed';
  parts: ErasurePart[];
  requestedAt: string;
  deadlineAt: string;
  completedAt?: string;
}

/** How the jobs stand. */
export interface JobFigures {
  erasuresRunning: number;
  erasuresOverdue: number;
  exportsCollecting: number;
  exportsFailed: number;
  /** Running erasures that wait for each service. */
  waiting: ReadonlyMap<string, number>;
}

/** Exports and erasures, resumable by whoever comes next. */
export interface JobStore {
  /** Begins an export; one that is under way is given instead. */
  beginExport(customerId: string, exportId: string): Promise<DataExport>;
  readExport(
    customerId: string,
    exportId: string,
  ): Promise<DataExport | undefined>;
  listExports(customerId: string): Promise<DataExport[]>;
  takeParts(limit: number): Promise<TakenPart[]>;
  finishPart(part: TakenPart, records: unknown): Promise<void>;
  failPart(
    part: TakenPart,
    options: { failure: string; retryInSeconds: number },
  ): Promise<void>;
  settleExports(): Promise<{ ready: number; failed: number; expired: number }>;
  /** Hands the result out and forgets it. */
  download(
    customerId: string,
    exportId: string,
  ): Promise<DownloadedExport | undefined>;
  ownRecords(customerId: string): Promise<unknown>;

  /** Begins an erasure, deletes what is here and tells the other services; a recent one is given instead. */
  erase(customerId: string, erasureId: string): Promise<Erasure>;
  readErasure(
    customerId: string,
    erasureId: string,
  ): Promise<Erasure | undefined>;
  listErasures(customerId: string): Promise<Erasure[]>;
  /** A service has erased. Saying so again changes nothing. */
  completePart(
    tx: Queryable,
    options: { customerId: string; service: string },
  ): Promise<void>;
  /** Tells services again that have not finished for long. @returns how many erasures */
  emitAgain(): Promise<number>;
  measure(): Promise<JobFigures>;
}
