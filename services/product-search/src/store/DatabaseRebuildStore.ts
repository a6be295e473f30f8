import type { Database } from '@shopfloor/service-kit';
import type {
  Rebuild,
  RebuildChange,
  RebuildState,
  RebuildStore,
} from './RebuildStore.ts';
import * as statements from './rebuildStatements.ts';

interface RebuildRow {
  id: string;
  state: RebuildState;
  generation: number | null;
  reason: string | null;
  requested_by: string;
  requested_at: Date;
  finished_at: Date | null;
  /** bigint arrives as text. */
  copied: string;
  copied_to: string | null;
  replayed: string;
  documents: string | null;
  last_error: string | null;
}

function toRebuild(row: RebuildRow): Rebuild {
  return {
    id: row.id,
    state: row.state,
    generation: row.generation ?? undefined,
    reason: row.reason ?? undefined,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    finishedAt: row.finished_at ?? undefined,
    copied: Number(row.copied),
    copiedTo: row.copied_to ?? undefined,
    replayed: Number(row.replayed),
    documents: row.documents === null ? undefined : Number(row.documents),
    lastError: row.last_error ?? undefined,
  };
}

/** Rebuilds in the service's own database; leases go by its clock. */
export class DatabaseRebuildStore implements RebuildStore {
  readonly #database: Database;

  static create(options: { database: Database }): DatabaseRebuildStore {
    return new DatabaseRebuildStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  async request(options: {
    id: string;
    requestedBy: string;
    reason?: string;
  }): Promise<{ rebuild: Rebuild; isNew: boolean }> {
    const { id, requestedBy, reason } = options;
    const [made] = await this.#database.query<RebuildRow>(
      statements.insertRebuild,
      [id, requestedBy, reason],
    );
    if (made) {
      return { rebuild: toRebuild(made), isNew: true };
    }
    const [running] = await this.#database.query<RebuildRow>(
      statements.underWay,
    );
    // It has ended between the two statements: now there is room.
    return running
      ? { rebuild: toRebuild(running), isNew: false }
      : this.request(options);
  }

  async find(id: string): Promise<Rebuild | undefined> {
    const [row] = await this.#database.query<RebuildRow>(
      statements.findRebuild,
      [id],
    );
    return row && toRebuild(row);
  }

  async list(limit: number): Promise<Rebuild[]> {
    const rows = await this.#database.query<RebuildRow>(
      statements.listRebuilds,
      [limit],
    );
    return rows.map(toRebuild);
  }

  async cancel(id: string): Promise<Rebuild | undefined> {
    await this.#database.query(statements.cancelRebuild, [id]);
    return this.find(id);
  }

  async lease(options: {
    holder: string;
    seconds: number;
  }): Promise<Rebuild | undefined> {
    const [row] = await this.#database.query<RebuildRow>(
      statements.leaseRebuild,
      [options.holder, options.seconds],
    );
    return row && toRebuild(row);
  }

  async release(holder: string): Promise<void> {
    await this.#database.query(statements.releaseRebuild, [holder]);
  }

  async update(
    id: string,
    holder: string,
    change: RebuildChange,
  ): Promise<boolean> {
    const rows = await this.#database.query(statements.updateRebuild, [
      id,
      holder,
      change.state,
      change.generation,
      change.documents,
      change.lastError,
    ]);
    return rows.length > 0;
  }

  async copyStep(id: string, holder: string, limit: number): Promise<number> {
    const [row] = await this.#database.query<{ copied: number }>(
      statements.copyStep,
      [id, holder, limit],
    );
    return row?.copied ?? 0;
  }

  async countReplayed(id: string, events: number): Promise<void> {
    await this.#database.query(statements.countReplayed, [id, events]);
  }

  async forgetQueue(generation: number): Promise<void> {
    await this.#database.query(statements.forgetQueue, [generation]);
  }
}
