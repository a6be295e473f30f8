import { ConflictError } from '@backstage/errors';
import { ExclusionFigures, ExclusionState } from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';

/** An exclusion as it is written. */
export interface StoredExclusion {
  id: string;
  sloId: string;
  entityRef: string;
  from: Date;
  /** Not part of it. */
  to: Date;
  reason: string;
  state: ExclusionState;
  requestedBy: string;
  requestedAt: Date;
  /** Both budgets of each objective when it was asked for. */
  figures: ExclusionFigures[];
  approvalId?: string;
  decidedBy?: string;
  decidedAt?: Date;
  comment?: string;
}

interface ExclusionRow {
  id: string;
  slo_id: string;
  entity_ref: string;
  from_at: Date;
  to_at: Date;
  reason: string;
  state: ExclusionState;
  requested_by: string;
  requested_at: Date;
  figures: ExclusionFigures[];
  approval_id: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  comment: string | null;
}

const TABLE = 'slo_exclusions';

/** Past stretches that do not count, or shall not. */
export class ExclusionStore {
  readonly #db: Knex;

  constructor(options: { db: Knex }) {
    this.#db = options.db;
  }

  /** @throws ConflictError when one that waits or holds has a part of the same stretch */
  async create(exclusion: StoredExclusion): Promise<void> {
    const { sloId, from, to } = exclusion;
    await this.#db.transaction(async tx => {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `exclusion ${sloId}`,
      ]);
      const other = await tx(TABLE)
        .where({ slo_id: sloId })
        .whereIn('state', ['waiting', 'excluded'])
        .where('from_at', '<', to)
        .where('to_at', '>', from)
        .first('id', 'state', 'from_at', 'to_at');
      if (other) {
        throw new ConflictError(
          `from: the stretch from ${other.from_at.toISOString()} to ${other.to_at.toISOString()} is ${other.state} already (${other.id})`,
        );
      }
      await tx(TABLE).insert({
        id: exclusion.id,
        slo_id: sloId,
        entity_ref: exclusion.entityRef,
        from_at: from,
        to_at: to,
        reason: exclusion.reason,
        state: exclusion.state,
        requested_by: exclusion.requestedBy,
        requested_at: exclusion.requestedAt,
        figures: JSON.stringify(exclusion.figures),
      });
    });
  }

  async get(id: string): Promise<StoredExclusion | undefined> {
    const row = await this.#db(TABLE).where({ id }).first();
    return row && toExclusion(row);
  }

  /** Those of an SLO, newest first; at most 200. */
  async list(sloId: string): Promise<StoredExclusion[]> {
    const rows: ExclusionRow[] = await this.#db(TABLE)
      .where({ slo_id: sloId })
      .orderBy('requested_at', 'desc')
      .limit(200);
    return rows.map(toExclusion);
  }

  /**
   * Moves one on, unless somebody else was faster.
   *
   * @returns whether it was moved
   */
  async move(options: {
    exclusion: StoredExclusion;
    from: ExclusionState;
    /** It is by the outcome of its request for approval. */
    settled?: boolean;
  }): Promise<boolean> {
    const { exclusion, from, settled } = options;
    const moved = await this.#db(TABLE)
      .where({ id: exclusion.id, state: from })
      .update({
        state: exclusion.state,
        decided_by: exclusion.decidedBy ?? null,
        decided_at: exclusion.decidedAt ?? null,
        comment: exclusion.comment ?? null,
        ...(settled && {
          approval_id: exclusion.approvalId ?? null,
          approval_settled: true,
        }),
      });
    return moved > 0;
  }

  /** Those that wait and of which no request for approval is known, oldest first. At most 100. */
  async unasked(): Promise<StoredExclusion[]> {
    const rows: ExclusionRow[] = await this.#db(TABLE)
      .where({ state: 'waiting' })
      .whereNull('approval_id')
      .orderBy('requested_at')
      .limit(100);
    return rows.map(toExclusion);
  }

  /** Those that are over, while it is not known that no request for approval is open. At most 100. */
  async unsettled(): Promise<StoredExclusion[]> {
    const rows: ExclusionRow[] = await this.#db(TABLE)
      .where({ approval_settled: false })
      .whereNot({ state: 'waiting' })
      .orderBy('decided_at')
      .limit(100);
    return rows.map(toExclusion);
  }

  /** Notes the request for approval; one that is noted stays. */
  async link(options: { id: string; approvalId: string }): Promise<void> {
    await this.#db(TABLE)
      .where({ id: options.id })
      .whereNull('approval_id')
      .update({ approval_id: options.approvalId });
  }

  /** Notes that no request for approval is open. */
  async settle(id: string): Promise<void> {
    await this.#db(TABLE).where({ id }).update({ approval_settled: true });
  }
}

function toExclusion(row: ExclusionRow): StoredExclusion {
  return {
    id: row.id,
    sloId: row.slo_id,
    entityRef: row.entity_ref,
    from: row.from_at,
    to: row.to_at,
    reason: row.reason,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    figures: row.figures,
    ...(row.approval_id && { approvalId: row.approval_id }),
    ...(row.decided_by && { decidedBy: row.decided_by }),
    ...(row.decided_at && { decidedAt: row.decided_at }),
    ...(row.comment && { comment: row.comment }),
  };
}
