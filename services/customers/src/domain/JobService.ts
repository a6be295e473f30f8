import { newId } from '@shopfloor/service-kit';
import type {
  DataExport,
  DownloadedExport,
  Erasure,
  JobStore,
} from '../store/JobStore.ts';
import type { CustomerService } from './CustomerService.ts';
import {
  erasureNotFound,
  exportNotDownloadable,
  exportNotFound,
} from './refusals.ts';
import { retentionOf, type Retention } from './retention.ts';
import type { Identity } from './types.ts';

/** An erasure with what stays after it, and why. */
export interface ShownErasure extends Erasure {
  retention: Retention[];
}

/** Options of {@link JobService}. */
export interface JobServiceOptions {
  jobs: JobStore;
  customers: CustomerService;
  retentionYears: number;
  /** Told when there is work for the export worker. */
  onExport: () => void;
}

/** Exports and erasures across all services, as a customer asks for them. */
export class JobService {
  readonly #options: JobServiceOptions;
  readonly #jobs: JobStore;

  static create(options: JobServiceOptions): JobService {
    return new JobService(options);
  }

  private constructor(options: JobServiceOptions) {
    this.#options = options;
    this.#jobs = options.jobs;
  }

  /** Begins an export; while one is under way, asking again gives that one. */
  async beginExport(identity: Identity): Promise<DataExport> {
    await this.#options.customers.see(identity);
    const begun = await this.#jobs.beginExport(identity.customerId, newId());
    this.#options.onExport();
    return begun;
  }

  async exports(identity: Identity): Promise<DataExport[]> {
    return this.#jobs.listExports(identity.customerId);
  }

  /** @throws NotFoundError `export-not-found` */
  async export(identity: Identity, exportId: string): Promise<DataExport> {
    const found = await this.#jobs.readExport(identity.customerId, exportId);
    if (!found) {
      throw exportNotFound(exportId);
    }
    return found;
  }

  /**
   * Hands the result out, once.
   *
   * @throws ConflictError `export-not-ready`, `export-downloaded`, `export-expired`, `export-failed`
   */
  async download(
    identity: Identity,
    exportId: string,
  ): Promise<DownloadedExport> {
    const downloaded = await this.#jobs.download(identity.customerId, exportId);
    if (downloaded) {
      return downloaded;
    }
    const { state } = await this.export(identity, exportId);
    // Ready by its state, but its time is over and nobody has swept yet.
    throw exportNotDownloadable(state === 'ready' ? 'expired' : state);
  }

  /** Begins the erasure of the customer. It cannot be taken back; asking again gives the same one. */
  async erase(identity: Identity): Promise<ShownErasure> {
    return this.#shown(await this.#jobs.erase(identity.customerId, newId()));
  }

  async erasures(identity: Identity): Promise<ShownErasure[]> {
    const found = await this.#jobs.listErasures(identity.customerId);
    return found.map(erasure => this.#shown(erasure));
  }

  /** @throws NotFoundError `erasure-not-found` */
  async erasure(identity: Identity, erasureId: string): Promise<ShownErasure> {
    const found = await this.#jobs.readErasure(identity.customerId, erasureId);
    if (!found) {
      throw erasureNotFound(erasureId);
    }
    return this.#shown(found);
  }

  #shown(erasure: Erasure): ShownErasure {
    return {
      ...erasure,
      retention: retentionOf(this.#options.retentionYears),
    };
  }
}
