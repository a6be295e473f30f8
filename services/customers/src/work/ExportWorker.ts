import { DomainError, inOwnTrace, type Tracing } from '@shopfloor/service-kit';
import type { Logger } from 'pino';
import type { DataHolderClient } from '../clients/DataHolderClient.ts';
import { backoffSeconds } from '../domain/backoff.ts';
import { OWN_NAME, type DataHolder } from '../domain/services.ts';
import type { JobStore, TakenPart } from '../store/JobStore.ts';

/** Options of {@link ExportWorker}. */
export interface ExportWorkerOptions {
  jobs: JobStore;
  holders: DataHolderClient;
  tracing: Tracing;
  logger: Logger;
}

const PARTS_AT_ONCE = 10;

/**
 * Collects what services hold of customers. Each part is leased, asked for, kept or
 * tried again later by itself, so one service that is down holds up no other, and
 * whoever is killed is followed by the next.
 */
export class ExportWorker {
  readonly #options: ExportWorkerOptions;

  static create(options: ExportWorkerOptions): ExportWorker {
    return new ExportWorker(options);
  }

  private constructor(options: ExportWorkerOptions) {
    this.#options = options;
  }

  /** Asks for the parts that are due and moves exports on. @returns whether more may be due */
  async round(): Promise<boolean> {
    const { jobs, tracing } = this.#options;
    const parts = await jobs.takeParts(PARTS_AT_ONCE);
    await Promise.all(
      parts.map(part =>
        inOwnTrace(
          tracing,
          {
            name: `export from ${part.service}`,
            attributes: { 'shopfloor.export.id': part.exportId },
          },
          () => this.#collect(part),
        ),
      ),
    );
    await jobs.settleExports();
    return parts.length === PARTS_AT_ONCE;
  }

  async #collect(part: TakenPart): Promise<void> {
    const { jobs, holders, logger } = this.#options;
    let records: unknown;
    try {
      records =
        part.service === OWN_NAME
          ? await jobs.ownRecords(part.customerId)
          : await holders.export(part.service as DataHolder, part.customerId);
    } catch (error) {
      logger.warn(
        {
          error,
          service_asked: part.service,
          export_id: part.exportId,
          attempt: part.attempt,
        },
        'A part of an export could not be had; it is tried again',
      );
      await jobs.failPart(part, {
        failure: error instanceof DomainError ? error.code : 'unreadable',
        retryInSeconds: backoffSeconds(part.attempt),
      });
      return;
    }
    await jobs.finishPart(part, records);
  }
}
