import { Announcement } from '@shopfloor/plugin-announcements-node';
import { ConflictError } from '@backstage/errors';
import { WaiverFacts } from '@shopfloor/plugin-scorecards-common';
import { Knex } from 'knex';
import { saveAnnouncements } from './AnnouncementStore';

/** A waiver as it is written. */
export interface StoredWaiver {
  id: string;
  scorecard: string;
  entityRef: string;
  check: string;
  reason: string;
  state: WaiverFacts['state'];
  requestedBy: string;
  requestedAt: Date;
  expiresAt: Date;
  decidedBy?: string;
  decidedAt?: Date;
  comment?: string;
  /** Of the request for approval, when an engine decides. */
  approvalId?: string;
}

/** What of a waiver decides. */
export function factsOf(waiver: StoredWaiver): WaiverFacts {
  return {
    state: waiver.state,
    requestedBy: waiver.requestedBy,
    expiresAt: waiver.expiresAt.toISOString(),
  };
}

interface WaiverRow {
  id: string;
  scorecard: string;
  entity_ref: string;
  check_name: string;
  reason: string;
  state: WaiverFacts['state'];
  requested_by: string;
  requested_at: Date;
  expires_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  comment: string | null;
  approval_id: string | null;
}

/** Waivers of checks. */
export class WaiverStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** @throws ConflictError when there is one already that waits or is in force */
  async create(waiver: StoredWaiver): Promise<void> {
    const { scorecard, entityRef, check, requestedAt } = waiver;
    await this.#db.transaction(async tx => {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `waiver ${scorecard} ${entityRef} ${check}`,
      ]);
      const other = await tx('scorecards_waivers')
        .where({ scorecard, entity_ref: entityRef, check_name: check })
        .whereIn('state', ['waiting', 'approved'])
        .where('expires_at', '>', requestedAt)
        .first('id', 'state');
      if (other) {
        throw new ConflictError(
          `A waiver of ${check} for ${entityRef} is ${other.state} already (${other.id})`,
        );
      }
      await tx('scorecards_waivers').insert({
        id: waiver.id,
        scorecard,
        entity_ref: entityRef,
        check_name: check,
        reason: waiver.reason,
        state: waiver.state,
        requested_by: waiver.requestedBy,
        requested_at: requestedAt,
        expires_at: waiver.expiresAt,
      });
    });
  }

  async get(id: string): Promise<StoredWaiver | undefined> {
    const row = await this.#db('scorecards_waivers').where({ id }).first();
    return row && toWaiver(row);
  }

  /**
   * Moves a waiver on, with what is to be announced, unless somebody else was faster.
   *
   * @returns whether it was moved
   */
  async move(options: {
    waiver: StoredWaiver;
    from: WaiverFacts['state'];
    now: Date;
    announcement?: Announcement;
    /** It is by the outcome of its request for approval. */
    settled?: boolean;
  }): Promise<boolean> {
    const { waiver, from, now, announcement, settled } = options;
    return this.#db.transaction(async tx => {
      const moved = await tx('scorecards_waivers')
        .where({ id: waiver.id, state: from })
        .where('expires_at', '>', now)
        .update({
          state: waiver.state,
          decided_by: waiver.decidedBy ?? null,
          decided_at: waiver.decidedAt ?? null,
          comment: waiver.comment ?? null,
          ...(settled && {
            approval_id: waiver.approvalId ?? null,
            approval_settled: true,
          }),
        });
      if (moved > 0 && announcement) {
        await saveAnnouncements(tx, [announcement]);
      }
      return moved > 0;
    });
  }

  /** Those that wait and of which no request for approval is known, oldest first. */
  async unasked(now: Date): Promise<StoredWaiver[]> {
    const rows: WaiverRow[] = await this.#db('scorecards_waivers')
      .where({ state: 'waiting' })
      .where('expires_at', '>', now)
      .whereNull('approval_id')
      .orderBy('requested_at');
    return rows.map(toWaiver);
  }

  /** Notes the request for approval of a waiver. One that is noted stays, unless the new one takes its place. */
  async link(options: {
    id: string;
    approvalId: string;
    insteadOf?: string;
  }): Promise<void> {
    const { id, approvalId, insteadOf } = options;
    await this.#db('scorecards_waivers')
      .where({ id })
      .whereRaw('(approval_id is null or approval_id = ?)', [insteadOf ?? ''])
      .update({ approval_id: approvalId, approval_settled: false });
  }

  /** Those that are over, while it is not known that no request for approval is open. At most 100, the first to end first. */
  async unsettled(now: Date): Promise<StoredWaiver[]> {
    const rows: WaiverRow[] = await this.#db('scorecards_waivers')
      .where({ approval_settled: false })
      .whereRaw(`(state <> 'waiting' or expires_at <= ?)`, [now])
      .orderByRaw('coalesce(decided_at, expires_at)')
      .limit(100);
    return rows.map(toWaiver);
  }

  /** Notes that no request for approval is open. */
  async settle(id: string): Promise<void> {
    await this.#db('scorecards_waivers')
      .where({ id })
      .update({ approval_settled: true });
  }

  /** Checks waived now, by `scorecard entityRef`. */
  async inForce(now: Date): Promise<Map<string, Set<string>>> {
    const rows: WaiverRow[] = await this.#db('scorecards_waivers')
      .where({ state: 'approved' })
      .where('expires_at', '>', now);
    const waived = new Map<string, Set<string>>();
    for (const { scorecard, entity_ref, check_name } of rows) {
      const key = `${scorecard} ${entity_ref}`;
      waived.set(key, (waived.get(key) ?? new Set()).add(check_name));
    }
    return waived;
  }

  /** Entities of which a check was ever waived. */
  async entities(): Promise<string[]> {
    const rows = await this.#db('scorecards_waivers').distinct('entity_ref');
    return rows.map(({ entity_ref }) => entity_ref);
  }

  /** Those in force that end before a time, with the owner of their entity. */
  async expiring(options: {
    now: Date;
    until: Date;
  }): Promise<Array<{ waiver: StoredWaiver; owner?: string }>> {
    const rows: Array<WaiverRow & { owner: string | null }> = await this.#db(
      'scorecards_waivers as w',
    )
      .leftJoin('scorecards_entities as e', 'e.entity_ref', 'w.entity_ref')
      .where('w.state', 'approved')
      .where('w.expires_at', '>', options.now)
      .where('w.expires_at', '<=', options.until)
      .select('w.*', 'e.owner');
    return rows.map(row => ({
      waiver: toWaiver(row),
      ...(row.owner && { owner: row.owner }),
    }));
  }

  /** A query over `scorecards_waivers as w` joined with `scorecards_entities as e`, newest first. */
  async list(
    narrow: (query: Knex.QueryBuilder) => void,
  ): Promise<StoredWaiver[]> {
    const query = this.#db('scorecards_waivers as w')
      .join('scorecards_entities as e', 'e.entity_ref', 'w.entity_ref')
      .orderBy('w.requested_at', 'desc')
      .limit(1000)
      .select('w.*');
    narrow(query);
    return ((await query) as WaiverRow[]).map(toWaiver);
  }
}

function toWaiver(row: WaiverRow): StoredWaiver {
  return {
    id: row.id,
    scorecard: row.scorecard,
    entityRef: row.entity_ref,
    check: row.check_name,
    reason: row.reason,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    ...(row.decided_by && { decidedBy: row.decided_by }),
    ...(row.decided_at && { decidedAt: row.decided_at }),
    ...(row.comment && { comment: row.comment }),
    ...(row.approval_id && { approvalId: row.approval_id }),
  };
}
