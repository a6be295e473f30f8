import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { newId } from '../../ids/newId.ts';
import { backoffMs } from '../backoff.ts';
import { Doorbell } from '../Doorbell.ts';
import { decideLeases } from '../leases.ts';
import { paceMs, POLL_MS } from '../pace.ts';
import type { ConsumeOptions, LogEvent } from '../types.ts';
import type { LogQuery } from './PostgresEventLog.ts';

/** Options of {@link PostgresLogConsumer}. */
export interface PostgresLogConsumerOptions extends ConsumeOptions {
  query: LogQuery;
  logger: Logger;
  leaseTtlMs: number;
}

interface FetchedRow {
  topic: string;
  part: number;
  off: string;
  key: string;
  value: string;
  age_ms: number;
  generation: number;
  token: string;
}

interface GroupView {
  members: string[];
  partitions: { topic: string; partition: number; holder: string | null }[];
}

interface Commit {
  topic: string;
  partition: number;
  token: string;
  nextOffset: number;
}

/** Empty reads before the member says that it sleeps. */
const EMPTY_BEFORE_SLEEP = 2;
/** Longest sleep, which a lease that has to be renewed mostly cuts short: a notification may be lost. */
const SLEEP_MS = 5000;

const FETCH =
  'select * from event_log.fetch($1, $2, $3::text[], $4, $5, $6::text[], $7::smallint[], $8::bigint[], $9::bigint[])';
const RENEW = 'select event_log.renew($1, $2, $3::text[], $4) as view';
const REBALANCE =
  'select event_log.rebalance($1, $2, $3::text[], $4, $5::text[], $6::smallint[], $7::text[], $8::smallint[])';
const LEAVE = 'select event_log.leave($1, $2, $3::text[])';

/** The highest handled event of each partition, as the next offset to read. */
function commitsOf(rows: readonly FetchedRow[]): Commit[] {
  const last = new Map<string, FetchedRow>();
  for (const row of rows) {
    last.set(`${row.topic}/${row.part}`, row);
  }
  return [...last.values()].map(row => ({
    topic: row.topic,
    partition: row.part,
    token: row.token,
    nextOffset: Number(row.off) + 1,
  }));
}

/**
 * One member of a group. One loop owns its state: renew the leases when due, read,
 * hand over, and commit with the next read. While a batch takes long, the leases
 * are renewed beside it; no other statement runs then.
 */
export class PostgresLogConsumer {
  readonly #options: PostgresLogConsumerOptions;
  readonly #member = newId();
  readonly #doorbell = new Doorbell();
  readonly #abort = new AbortController();
  #loop: Promise<void> | undefined;
  #commits: Commit[] = [];
  #emptyReads = 0;
  /** Whether the log may still hold this member for asleep. */
  #toldAsleep = false;
  #renewAt = 0;
  #failures = 0;

  static create(options: PostgresLogConsumerOptions): PostgresLogConsumer {
    return new PostgresLogConsumer(options);
  }

  private constructor(options: PostgresLogConsumerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** A hint of the log: topics that got events, or a group that changed. */
  notify(payload: string): void {
    const { group, topics } = this.#options;
    if (payload === `group:${group}`) {
      this.#renewAt = 0;
      this.#doorbell.ring();
    } else if (
      payload === '' ||
      payload.split(',').some(topic => topics.includes(topic))
    ) {
      this.#emptyReads = 0;
      this.#doorbell.ring();
    }
  }

  async close(): Promise<void> {
    this.#abort.abort();
    this.#doorbell.ring();
    await this.#loop;
  }

  get #closed(): boolean {
    return this.#abort.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#turn();
        this.#recovered();
      } catch (error) {
        await this.#trouble(error as Error);
      }
    }
    await this.#leave();
  }

  async #turn(): Promise<void> {
    if (performance.now() >= this.#renewAt) {
      await this.#renew({ rebalance: true });
    }
    const asleep = this.#emptyReads >= EMPTY_BEFORE_SLEEP;
    const startedAt = performance.now();
    const rows = await this.#fetch(asleep);
    if (rows.length > 0) {
      this.#emptyReads = 0;
      await this.#handle(rows);
      const full = rows.length >= (this.#options.maxBatch ?? 500) / 2;
      const restMs = paceMs(rows.length) - (performance.now() - startedAt);
      if (!full && restMs > 0 && !this.#closed) {
        await delay(restMs);
      }
      return;
    }
    this.#emptyReads += 1;
    // Only a read that began after the log knew of the sleep may be followed by one.
    const mayStay = this.#emptyReads > EMPTY_BEFORE_SLEEP + 1;
    if (!this.#closed) {
      await this.#doorbell.wait(mayStay ? this.#sleepMs() : POLL_MS);
    }
  }

  #sleepMs(): number {
    return Math.max(
      POLL_MS,
      Math.min(SLEEP_MS, this.#renewAt - performance.now()),
    );
  }

  async #fetch(asleep: boolean, limit?: number): Promise<FetchedRow[]> {
    const { group, topics, maxBatch = 500, query } = this.#options;
    const commits = this.#commits;
    // Said again at each sleep, since the log forgets a member that was away for long; awake it is said once.
    const sleepChange = asleep || this.#toldAsleep ? asleep : undefined;
    this.#toldAsleep ||= asleep;
    const rows = await query<FetchedRow>('event_log_fetch', FETCH, [
      group,
      this.#member,
      topics,
      sleepChange,
      limit ?? maxBatch,
      commits.map(({ topic }) => topic),
      commits.map(({ partition }) => partition),
      commits.map(({ token }) => token),
      commits.map(({ nextOffset }) => nextOffset),
    ]);
    this.#commits = [];
    this.#toldAsleep = asleep;
    return rows;
  }

  async #handle(rows: FetchedRow[]): Promise<void> {
    const events: LogEvent[] = rows.map(row => ({
      topic: row.topic,
      partition: row.part,
      offset: Number(row.off),
      key: row.key,
      value: row.value,
      ageMs: row.age_ms,
      generation: row.generation,
    }));
    let renewing: Promise<unknown> = Promise.resolve();
    const keepAlive = setInterval(() => {
      renewing = this.#renew({ rebalance: false }).catch(() => undefined);
    }, this.#options.leaseTtlMs / 3);
    try {
      await this.#options.onBatch(events);
    } finally {
      clearInterval(keepAlive);
      await renewing;
    }
    this.#commits = commitsOf(rows);
  }

  async #renew(options: { rebalance: boolean }): Promise<void> {
    const { group, topics, leaseTtlMs, query } = this.#options;
    const startedAt = performance.now();
    const [{ view }] = await query<{ view: GroupView }>(
      'event_log_renew',
      RENEW,
      [group, this.#member, topics, leaseTtlMs],
    );
    if (!options.rebalance) {
      return;
    }
    const { claim, release } = decideLeases({
      member: this.#member,
      members: view.members,
      // By partition first, so that members share each topic rather than the topics among them.
      units: view.partitions
        .toSorted(
          (a, b) => a.partition - b.partition || (a.topic < b.topic ? -1 : 1),
        )
        .map(({ topic, partition, holder }) => ({
          unit: { topic, partition },
          holder: holder ?? undefined,
        })),
    });
    this.#renewAt = startedAt + leaseTtlMs / 3;
    if (claim.length + release.length === 0) {
      return;
    }
    // What was handled is committed before its partition goes to another.
    if (release.length > 0 && this.#commits.length > 0) {
      await this.#fetch(false, 0);
    }
    await query('event_log_rebalance', REBALANCE, [
      group,
      this.#member,
      topics,
      leaseTtlMs,
      claim.map(({ topic }) => topic),
      claim.map(({ partition }) => partition),
      release.map(({ topic }) => topic),
      release.map(({ partition }) => partition),
    ]);
    // A group that still moves is looked at again soon.
    this.#renewAt = startedAt + Math.min(500, leaseTtlMs / 3);
  }

  #recovered(): void {
    if (this.#failures > 0) {
      this.#failures = 0;
      this.#options.onTrouble?.(undefined);
    }
  }

  async #trouble(error: Error): Promise<void> {
    this.#failures += 1;
    this.#options.onTrouble?.(error);
    if (this.#failures === 1) {
      this.#options.logger.warn(
        { error, group: this.#options.group },
        'Events could not be read or handled; trying again',
      );
    }
    await this.#doorbell.wait(
      backoffMs(this.#failures, {
        baseMs: 100,
        maxMs: 5000,
        random: Math.random,
      }),
    );
  }

  /** Commits what was handled and hands the partitions back; a dead log gets them by expiry. */
  async #leave(): Promise<void> {
    const { group, topics, query, logger } = this.#options;
    try {
      if (this.#commits.length > 0) {
        await this.#fetch(false, 0);
      }
      await query('event_log_leave', LEAVE, [group, this.#member, topics]);
    } catch (error) {
      logger.warn({ error, group }, 'The group could not be left in order');
    }
  }
}
