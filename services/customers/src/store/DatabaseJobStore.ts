import {
  outboxParameter,
  type Database,
  type Queryable,
} from '@shopfloor/service-kit';
import { DATA_HOLDERS, OWN_NAME } from '../domain/services.ts';
import { customerErased } from '../events/published.ts';
import * as erasures from './erasureStatements.ts';
import * as exports from './exportStatements.ts';
import type {
  DataExport,
  DownloadedExport,
  Erasure,
  ExportPart,
  ExportState,
  JobFigures,
  JobStore,
  TakenPart,
} from './JobStore.ts';

interface ExportRow {
  id: string;
  state: ExportState;
  requested_at: Date;
  ready_at: Date | null;
  expires_at: Date | null;
  downloaded_at: Date | null;
  parts: {
    service: string;
    state: ExportPart['state'];
    failure: string | null;
  }[];
}

interface ErasureRow {
  id: string;
  customer_id: string;
  state: Erasure['state'];
  requested_at: Date;
  deadline_at: Date;
  completed_at: Date | null;
  parts: { service: string; completedAt: string | null }[] | null;
}

function toExport(row: ExportRow): DataExport {
  return {
    exportId: row.id,
    state: row.state,
    parts: row.parts.map(({ service, state, failure }) => ({
      service,
      state,
      failure: failure ?? undefined,
    })),
    requestedAt: row.requested_at.toISOString(),
    readyAt: row.ready_at?.toISOString(),
    expiresAt: row.expires_at?.toISOString(),
    downloadedAt: row.downloaded_at?.toISOString(),
  };
}

function toErasure(row: ErasureRow): Erasure {
  return {
    erasureId: row.id,
    customerId: row.customer_id,
    state: row.state,
    parts: (row.parts ?? []).map(({ service, completedAt }) => ({
      service,
      completedAt: completedAt
        ? new Date(completedAt).toISOString()
        : undefined,
    })),
    requestedAt: row.requested_at.toISOString(),
    deadlineAt: row.deadline_at.toISOString(),
    completedAt: row.completed_at?.toISOString(),
  };
}

/** Options of {@link DatabaseJobStore}. */
export interface DatabaseJobStoreOptions {
  database: Database;
  /** How long an export may try before it has failed. */
  exportDeadlineSeconds: number;
  /** How long a result waits to be downloaded. */
  exportKeepSeconds: number;
  /** How long a worker keeps a part that it took; longer than a call may take. */
  partLeaseSeconds: number;
  erasureDeadlineSeconds: number;
  /** After which time without an end the services are told again. */
  erasureRepeatSeconds: number;
  /** How long after an erasure tokens from before it may still be about. */
  erasureQuietSeconds: number;
}

/** Exports and erasures in PostgreSQL. Time is the database's. */
export class DatabaseJobStore implements JobStore {
  readonly #options: DatabaseJobStoreOptions;
  readonly #database: Database;

  static create(options: DatabaseJobStoreOptions): DatabaseJobStore {
    return new DatabaseJobStore(options);
  }

  private constructor(options: DatabaseJobStoreOptions) {
    this.#options = options;
    this.#database = options.database;
  }

  async beginExport(customerId: string, exportId: string): Promise<DataExport> {
    const begun = await this.#database.query(exports.beginExportStatement, [
      exportId,
      customerId,
      [OWN_NAME, ...DATA_HOLDERS],
      this.#options.exportDeadlineSeconds,
    ]);
    const [row] = begun.length
      ? await this.#database.query<ExportRow>(exports.readExportStatement, [
          customerId,
          exportId,
        ])
      : await this.#database.query<ExportRow>(exports.runningExportStatement, [
          customerId,
        ]);
    if (!row) {
      // The one that was under way ended between the two statements.
      return this.beginExport(customerId, exportId);
    }
    return toExport(row);
  }

  async readExport(
    customerId: string,
    exportId: string,
  ): Promise<DataExport | undefined> {
    const [row] = await this.#database.query<ExportRow>(
      exports.readExportStatement,
      [customerId, exportId],
    );
    return row && toExport(row);
  }

  async listExports(customerId: string): Promise<DataExport[]> {
    const rows = await this.#database.query<ExportRow>(
      exports.listExportsStatement,
      [customerId],
    );
    return rows.map(toExport);
  }

  async takeParts(limit: number): Promise<TakenPart[]> {
    const rows = await this.#database.query<{
      export_id: string;
      service: string;
      attempts: number;
      customer_id: string;
    }>(exports.takePartsStatement, [this.#options.partLeaseSeconds, limit]);
    return rows.map(row => ({
      exportId: row.export_id,
      service: row.service,
      attempt: row.attempts,
      customerId: row.customer_id,
    }));
  }

  async finishPart(part: TakenPart, records: unknown): Promise<void> {
    await this.#database.query(exports.finishPartStatement, [
      part.exportId,
      part.service,
      part.attempt,
      JSON.stringify(records),
    ]);
  }

  async failPart(
    part: TakenPart,
    options: { failure: string; retryInSeconds: number },
  ): Promise<void> {
    await this.#database.query(exports.failPartStatement, [
      part.exportId,
      part.service,
      part.attempt,
      options.failure,
      options.retryInSeconds,
    ]);
  }

  async settleExports(): Promise<{
    ready: number;
    failed: number;
    expired: number;
  }> {
    const [settled] = await this.#database.query<{
      ready: number;
      failed: number;
      expired: number;
    }>(exports.settleExportsStatement, [this.#options.exportKeepSeconds]);
    return settled;
  }

  async download(
    customerId: string,
    exportId: string,
  ): Promise<DownloadedExport | undefined> {
    const [row] = await this.#database.query<{
      ready_at: Date;
      services: Record<string, unknown>;
    }>(exports.downloadExportStatement, [customerId, exportId]);
    return (
      row && {
        exportId,
        customerId,
        collectedAt: row.ready_at.toISOString(),
        services: row.services,
      }
    );
  }

  async ownRecords(customerId: string): Promise<unknown> {
    const [row] = await this.#database.query<{ records: unknown }>(
      exports.ownRecordsStatement,
      [customerId],
    );
    return row.records;
  }

  async erase(customerId: string, erasureId: string): Promise<Erasure> {
    const { erasureDeadlineSeconds, erasureRepeatSeconds } = this.#options;
    return this.#database.transaction(async tx => {
      const recent = async () => {
        const [row] = await tx.query<ErasureRow>(
          erasures.recentErasureStatement,
          [customerId, this.#options.erasureQuietSeconds],
        );
        return row && toErasure(row);
      };
      const before = await recent();
      if (before) {
        return before;
      }
      const begun = await tx.query(erasures.beginErasureStatement, [
        erasureId,
        customerId,
        erasureDeadlineSeconds,
        erasureRepeatSeconds,
      ]);
      if (begun.length > 0) {
        await tx.query(erasures.carryOutErasureStatement, [
          erasureId,
          customerId,
          [OWN_NAME, ...DATA_HOLDERS],
          OWN_NAME,
          outboxParameter([customerErased(customerId, 1)], {
            source: OWN_NAME,
          }),
        ]);
      }
      const erasure = await recent();
      if (!erasure) {
        throw new Error(`Erasure ${erasureId} was begun but cannot be found`);
      }
      return erasure;
    });
  }

  async readErasure(
    customerId: string,
    erasureId: string,
  ): Promise<Erasure | undefined> {
    const [row] = await this.#database.query<ErasureRow>(
      erasures.readErasureStatement,
      [customerId, erasureId],
    );
    return row && toErasure(row);
  }

  async listErasures(customerId: string): Promise<Erasure[]> {
    const rows = await this.#database.query<ErasureRow>(
      erasures.listErasuresStatement,
      [customerId],
    );
    return rows.map(toErasure);
  }

  async completePart(
    tx: Queryable,
    options: { customerId: string; service: string },
  ): Promise<void> {
    const [running] = await tx.query<{ id: string }>(
      erasures.lockErasureStatement,
      [options.customerId],
    );
    if (!running) {
      return;
    }
    await tx.query(erasures.completePartStatement, [
      running.id,
      options.service,
    ]);
    await tx.query(erasures.completeErasureStatement, [running.id]);
  }

  async emitAgain(): Promise<number> {
    return this.#database.transaction(async tx => {
      const due = await tx.query<{
        id: string;
        customer_id: string;
        emissions: number;
      }>(erasures.dueEmissionsStatement);
      for (const { id, customer_id, emissions } of due) {
        await tx.query(erasures.emitAgainStatement, [
          id,
          this.#options.erasureRepeatSeconds,
          outboxParameter([customerErased(customer_id, emissions + 1)], {
            source: OWN_NAME,
          }),
        ]);
      }
      return due.length;
    });
  }

  async measure(): Promise<JobFigures> {
    const [[figures], waiting] = await Promise.all([
      this.#database.query<{
        erasures_running: number;
        erasures_overdue: number;
        exports_collecting: number;
        exports_failed: number;
      }>(erasures.measureJobsStatement),
      this.#database.query<{ service: string; waiting: number }>(
        erasures.waitingServicesStatement,
      ),
    ]);
    return {
      erasuresRunning: figures.erasures_running,
      erasuresOverdue: figures.erasures_overdue,
      exportsCollecting: figures.exports_collecting,
      exportsFailed: figures.exports_failed,
      waiting: new Map(waiting.map(row => [row.service, row.waiting])),
    };
  }
}
