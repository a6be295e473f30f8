import { Entity } from '@backstage/catalog-model';
import { CollectedEvidence, Collector } from '@shopfloor/plugin-checks-node';
import { Knex } from 'knex';
import { CheckSet, gradeLocked } from './GradingStore';
import { saveEvidence } from './saveEvidence';

/** The right to look at one entity with one collector, until it runs out. */
export interface WorkLease {
  entityRef: string;
  collector: string;
  entity: Entity;
  /** Grows with each lease; what an older one brings back is not written. */
  token: number;
}

/** A system that did not answer. */
export interface FailingSource {
  name: string;
  /** Names of the collectors that need it. */
  collectors: string[];
  failures: number;
  failure?: string;
  /** ISO 8601. */
  pausedUntil?: string;
}

/** Gives the definitions as they are now, read inside the given transaction. */
export type CurrentSet = (tx: Knex.Transaction) => Promise<CheckSet>;

/** Longest pause of a failing source. */
export const MAX_PAUSE_SECONDS = 600;
const FIRST_PAUSE_SECONDS = 5;

/**
 * What is to be collected. Any instance takes what is due under a lease; a process that dies leaves its leases to run out, and
 * one that comes back late finds that its token is not the last one and writes nothing. The database's clock is the only one.
 */
export class WorkStore {
  readonly #db: Knex;
  readonly #owner: string;

  constructor(options: {
    db: Knex;
    /** Name of this instance, for people who look at the table. */
    owner: string;
  }) {
    this.#db = options.db;
    this.#owner = options.owner;
  }

  /** Takes what is due for one collector: asked for first, then changed, then longest due. Paused sources wait. */
  async claim(options: {
    collector: string;
    limit: number;
    leaseSeconds: number;
  }): Promise<WorkLease[]> {
    const { rows } = await this.#db.raw(
      `with due as (
         select entity_ref, collector from checks_work w
         where collector = ? and next_at <= now() and (lease_until is null or lease_until < now())
           and (priority = 2 or not exists (
             select 1 from checks_sources s where s.name = any(w.sources) and s.paused_until > now()))
         order by priority desc, next_at limit ? for update skip locked),
       taken as (
         update checks_work w set lease_owner = ?, lease_token = lease_token + 1, lease_started_at = now(),
           lease_until = now() + make_interval(secs => ?)
         from due where w.entity_ref = due.entity_ref and w.collector = due.collector
         returning w.entity_ref, w.collector, w.lease_token)
       select taken.*, e.entity from taken join checks_entities e using (entity_ref)`,
      [options.collector, options.limit, this.#owner, options.leaseSeconds],
    );
    return rows.map((row: any) => ({
      entityRef: row.entity_ref,
      collector: row.collector,
      entity: row.entity,
      token: Number(row.lease_token),
    }));
  }

  /**
   * Writes what a collector saw, the grades that follow, and when to look again, all at once.
   *
   * @returns false when the lease is not the last one any more; then nothing is written
   */
  async complete(options: {
    lease: WorkLease;
    collector: Pick<Collector, 'version' | 'freshnessSeconds'>;
    evidence: CollectedEvidence[];
    /** Seconds until the entity is looked at again. */
    nextInSeconds: number;
    set: CurrentSet;
  }): Promise<boolean> {
    const { lease, collector, evidence } = options;
    return this.#underLease(lease, options.set, async tx => {
      const startedAt = await this.#settle(tx, lease, {
        nextInSeconds: options.nextInSeconds,
        failure: undefined,
      });
      if (!startedAt) {
        return false;
      }
      await saveEvidence(tx, { lease, collector, evidence, startedAt });
      // All systems that it needed have answered.
      await tx.raw(
        `delete from checks_sources s using checks_work w
         where w.entity_ref = ? and w.collector = ? and s.name = any(w.sources)`,
        [lease.entityRef, lease.collector],
      );
      await this.#settleRuns(tx, lease, startedAt, undefined);
      return true;
    });
  }

  /**
   * Notes that nothing was seen. The last evidence stays until it goes stale. When a source is named it is left alone for a
   * time that doubles with each failure; else only this entity is.
   *
   * @returns false when the lease is not the last one any more
   */
  async fail(options: {
    lease: WorkLease;
    failure: string;
    source?: string;
    set: CurrentSet;
  }): Promise<boolean> {
    const { lease, failure, source } = options;
    return this.#underLease(lease, options.set, async tx => {
      const startedAt = await this.#settle(tx, lease, {
        nextInSeconds: source ? 0 : undefined,
        failure,
      });
      if (!startedAt) {
        return false;
      }
      if (source) {
        // Calls that were under way together count as one failure.
        await tx.raw(
          `insert into checks_sources as s (name, failures, failure, paused_until)
           values (?, 1, ?, now() + make_interval(secs => ?))
           on conflict (name) do update set failures = s.failures + 1, failure = excluded.failure,
             paused_until = now() + make_interval(secs => least(?, ? * power(2, least(s.failures, 20))))
           where s.paused_until <= ? or s.paused_until is null`,
          [
            source,
            failure,
            FIRST_PAUSE_SECONDS,
            MAX_PAUSE_SECONDS,
            FIRST_PAUSE_SECONDS,
            startedAt,
          ],
        );
      }
      await this.#settleRuns(tx, lease, startedAt, failure);
      return true;
    });
  }

  /** Gives back what was not done, so that another instance need not wait. */
  async release(lease: WorkLease): Promise<void> {
    await this.#db('checks_work')
      .where({
        entity_ref: lease.entityRef,
        collector: lease.collector,
        lease_token: lease.token,
      })
      .update({ lease_until: null });
  }

  /** Systems that did not answer, with the collectors that need them. */
  async listSources(): Promise<FailingSource[]> {
    const { rows } = await this.#db.raw(
      `select s.name, s.failures, s.failure, s.paused_until, array_agg(distinct w.collector) as collectors
       from checks_sources s join checks_work w on s.name = any(w.sources)
       group by s.name order by s.name`,
    );
    return rows.map((row: any) => ({
      name: row.name,
      collectors: row.collectors,
      failures: row.failures,
      ...(row.failure && { failure: row.failure }),
      ...(row.paused_until && { pausedUntil: row.paused_until.toISOString() }),
    }));
  }

  /** Entities are locked before work, everywhere, so that two transactions never wait for each other. */
  async #underLease(
    lease: WorkLease,
    set: CurrentSet,
    write: (tx: Knex.Transaction) => Promise<boolean>,
  ): Promise<boolean> {
    return this.#db.transaction(async tx => {
      const entity = await tx('checks_entities')
        .where({ entity_ref: lease.entityRef })
        .forUpdate()
        .first('entity_ref');
      if (!entity || !(await write(tx))) {
        return false;
      }
      await gradeLocked(tx, [lease.entityRef], await set(tx));
      return true;
    });
  }

  /** Ends the lease; gives when it began, or undefined when it is not the last one. */
  async #settle(
    tx: Knex.Transaction,
    lease: WorkLease,
    options: { nextInSeconds?: number; failure?: string },
  ): Promise<Date | undefined> {
    const { rows } = await tx.raw(
      // Asked for again meanwhile: once more at once, since what was seen may be from before.
      `update checks_work set
         priority = case when wanted_at > lease_started_at then 2 else 0 end,
         next_at = case when wanted_at > lease_started_at then now()
           else now() + make_interval(secs => coalesce(?, least(?, ? * power(2, least(failures, 20))))) end,
         failures = case when ?::text is null then 0 else failures + 1 end,
         failure = ?, lease_until = null
       where entity_ref = ? and collector = ? and lease_token = ?
       returning lease_started_at`,
      [
        options.nextInSeconds ?? null,
        MAX_PAUSE_SECONDS,
        FIRST_PAUSE_SECONDS,
        options.failure ?? null,
        options.failure ?? null,
        lease.entityRef,
        lease.collector,
        lease.token,
      ],
    );
    return rows[0]?.lease_started_at;
  }

  /** What was asked for before the lease began is done now. */
  async #settleRuns(
    tx: Knex.Transaction,
    lease: WorkLease,
    startedAt: Date,
    failure: string | undefined,
  ): Promise<void> {
    await tx('checks_run_items as i')
      .where({
        'i.entity_ref': lease.entityRef,
        'i.collector': lease.collector,
        'i.state': 'waiting',
      })
      .whereExists(
        tx('checks_runs as r')
          .whereRaw('r.id = i.run_id')
          .where('r.created_at', '<=', startedAt),
      )
      .update({
        state: failure === undefined ? 'done' : 'failed',
        failure: failure ?? null,
        finished_at: tx.raw('clock_timestamp()'),
      });
  }
}
