import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { dataSchemaOf } from '@shopfloor/contracts';
import { newId } from '../ids/newId.ts';
import type { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import type { Database, NotificationSource } from '../postgres/Database.ts';
import type { Step } from '../postgres/StatementGroup.ts';
import type { Tracing } from '../tracing/Tracing.ts';
import { backoffMs } from './backoff.ts';
import { Doorbell } from './Doorbell.ts';
import { EventMetrics } from './EventMetrics.ts';
import { decideLeases } from './leases.ts';
import {
  deleteStatement,
  freeStatement,
  leaveStatement,
  measureStatement,
  rebalanceStatement,
  refuseStatement,
  renewStatement,
  sleepStatement,
  takeStatement,
} from './outboxStatements.ts';
import { paceMs, POLL_MS } from './pace.ts';
import {
  type EventLog,
  type EventRecord,
  RecordsRefusedError,
} from './types.ts';

/** Options of {@link OutboxRelay}. */
export interface OutboxRelayOptions {
  database: Database & Partial<NotificationSource>;
  log: Pick<EventLog, 'append'>;
  metrics: ServiceMetrics;
  tracing: Tracing;
  logger: Logger;
  /** How long a relay that no longer answers keeps its buckets. Default 10 s. */
  leaseTtlMs?: number;
  /** Most events of one append. Default 500. */
  maxBatch?: number;
}

interface OutboxRow {
  id: string;
  bucket: number;
  token: string;
  event_id: string;
  topic: string;
  type: string;
  source: string;
  aggregate_id: string;
  aggregate_version: string;
  partition_key: string;
  traceparent: string | null;
  data: string;
  occurred_at: Date;
  behind: boolean;
  early: boolean;
}

interface LeasesRow {
  members: string[];
  buckets: number[];
  holders: (string | null)[];
}

const EMPTY_BEFORE_SLEEP = 2;
/** Longest sleep, which a lease that has to be renewed mostly cuts short: a notification may be lost. */
const SLEEP_MS = 5000;
const MEASURE_INTERVAL_MS = 5000;
/** Share of a lease after which nothing is sent on it without asking again. */
const SAFE_SHARE = 0.6;

/** Puts the versions of each aggregate in order, in the places its events have. */
function orderVersions(rows: readonly OutboxRow[]): OutboxRow[] {
  const places = new Map<string, number[]>();
  rows.forEach((row, index) => {
    const aggregate = `${row.topic}/${row.aggregate_id}`;
    const known = places.get(aggregate);
    if (known) {
      known.push(index);
    } else {
      places.set(aggregate, [index]);
    }
  });
  const ordered = [...rows];
  for (const indexes of places.values()) {
    const sorted = indexes
      .map(index => rows[index])
      .sort(
        (a, b) => Number(a.aggregate_version) - Number(b.aggregate_version),
      );
    indexes.forEach((index, n) => {
      ordered[index] = sorted[n];
    });
  }
  return ordered;
}

/** The envelope, without parsing the data. */
function toRecord(row: OutboxRow): EventRecord {
  const envelope = JSON.stringify({
    specversion: '1.0',
    id: row.event_id,
    source: row.source,
    type: row.type,
    subject: row.aggregate_id,
    time: row.occurred_at.toISOString(),
    datacontenttype: 'application/json',
    dataschema: dataSchemaOf(row.type),
    aggregateversion: Number(row.aggregate_version),
    partitionkey: row.partition_key,
    traceparent: row.traceparent ?? undefined,
  });
  return {
    topic: row.topic,
    key: row.partition_key,
    id: row.event_id,
    value: `${envelope.slice(0, -1)},"data":${row.data}}`,
  };
}

/**
 * Carries the outbox into the log. Replicas share its buckets by lease, and one
 * holder at a time carries a bucket in order. A holder that lost its lease deletes
 * nothing; what it may have appended twice the consumers' inboxes know.
 */
export class OutboxRelay {
  readonly #options: OutboxRelayOptions;
  readonly #metrics: EventMetrics;
  readonly #member = newId();
  readonly #doorbell = new Doorbell();
  readonly #leaseTtlMs: number;
  readonly #maxBatch: number;
  #closed = false;
  #loop: Promise<void> | undefined;
  #stopListening: (() => Promise<void>) | undefined;
  #published: OutboxRow[] = [];
  #held = 0;
  /** Grows while nothing that was read may leave yet, since what has to go first lies further on. */
  #widening = 1;
  #emptyReads = 0;
  /** Whether writers may still hold this relay for asleep. */
  #toldAsleep = false;
  #renewAt = 0;
  #safeUntil = 0;
  #measureAt = 0;
  #failures = 0;

  static create(options: OutboxRelayOptions): OutboxRelay {
    return new OutboxRelay(options);
  }

  private constructor(options: OutboxRelayOptions) {
    this.#options = options;
    this.#metrics = EventMetrics.of(options.metrics);
    this.#leaseTtlMs = options.leaseTtlMs ?? 10_000;
    this.#maxBatch = options.maxBatch ?? 500;
  }

  /** Begins to carry. Never fails: without a database or a log it tries again. */
  start(): void {
    this.#loop ??= this.#run();
  }

  /** Finishes the batch in hand and gives the buckets back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#doorbell.ring();
    await this.#loop;
  }

  /** For readiness pages: rejects while events do not leave. */
  async check(): Promise<void> {
    if (this.#failures > 2) {
      throw new Error('the outbox is not carried into the event log');
    }
  }

  async #run(): Promise<void> {
    this.#stopListening = await this.#options.database.listen?.(
      'outbox',
      () => {
        this.#emptyReads = 0;
        this.#doorbell.ring();
      },
    );
    while (!this.#closed) {
      try {
        await this.#turn();
        this.#failures = 0;
      } catch (error) {
        await this.#trouble(error as Error);
      }
    }
    await this.#leave();
  }

  async #turn(): Promise<void> {
    if (performance.now() >= this.#renewAt) {
      await this.#renew();
    }
    if (performance.now() >= this.#measureAt) {
      await this.#measure();
    }
    const startedAt = performance.now();
    const rows = await this.#take();
    if (rows.length === 0) {
      this.#emptyReads += 1;
      // Only a read that began after writers knew of the sleep may be followed by one.
      const mayStay = this.#emptyReads > EMPTY_BEFORE_SLEEP + 1;
      if (!this.#closed) {
        await this.#doorbell.wait(mayStay ? this.#sleepMs() : POLL_MS);
      }
      return;
    }
    this.#emptyReads = 0;
    await this.#publish(rows);
    const restMs = paceMs(rows.length) - (performance.now() - startedAt);
    if (rows.length < this.#maxBatch / 2 && restMs > 0 && !this.#closed) {
      await delay(restMs);
    }
  }

  #sleepMs(): number {
    const dueAt = Math.min(this.#renewAt, this.#measureAt);
    return Math.max(POLL_MS, Math.min(SLEEP_MS, dueAt - performance.now()));
  }

  /** Deletes what left, says whether the relay sleeps, and reads what comes next, in one round trip. */
  async #take(): Promise<OutboxRow[]> {
    const { database } = this.#options;
    const asleep = this.#emptyReads >= EMPTY_BEFORE_SLEEP;
    const steps: Step[] = [];
    const done = this.#published;
    if (done.length > 0) {
      const tokens = new Map(done.map(({ bucket, token }) => [bucket, token]));
      steps.push({
        statement: deleteStatement,
        values: [
          this.#member,
          done.map(({ id }) => id),
          [...tokens.keys()],
          [...tokens.values()],
        ],
      });
    }
    if (asleep || this.#toldAsleep) {
      this.#toldAsleep = true;
      steps.push({ statement: sleepStatement, values: [this.#member, asleep] });
    }
    const share = Math.floor(this.#maxBatch / Math.max(1, this.#held));
    steps.push({
      statement: takeStatement,
      values: [this.#member, Math.max(10, share) * this.#widening],
    });
    const rows = (await database.together(steps)).at(-1) as OutboxRow[];
    this.#published = [];
    this.#toldAsleep = asleep;
    return rows;
  }

  async #publish(taken: OutboxRow[]): Promise<void> {
    // A lease that may have run out is not sent on; the rows are read again.
    if (performance.now() > this.#safeUntil) {
      this.#renewAt = 0;
      return;
    }
    const { log, logger } = this.#options;
    const behind = taken.filter(row => row.behind);
    if (behind.length > 0) {
      await this.#refuse(behind.map(row => [row.event_id, 'behind']));
    }
    const rows = orderVersions(taken.filter(row => !row.behind && !row.early));
    if (rows.length === 0) {
      this.#widening = Math.min(this.#widening * 4, 256);
      return;
    }
    this.#widening = 1;
    try {
      await log.append(rows.map(toRecord));
    } catch (error) {
      if (!(error instanceof RecordsRefusedError)) {
        this.#metrics.publishFailures.inc({ reason: 'unavailable' });
        throw error;
      }
      await this.#refuse(error.refused.map(({ id, reason }) => [id, reason]));
      this.#metrics.publishFailures.inc(
        { reason: 'refused' },
        error.refused.length,
      );
      this.#measureAt = 0;
      logger.error(
        { refused: error.refused.slice(0, 20) },
        'The event log refuses events; later ones of their keys wait behind them',
      );
      return;
    }
    this.#published = rows;
    const counts = new Map<string, number>();
    for (const { topic } of rows) {
      counts.set(topic, (counts.get(topic) ?? 0) + 1);
    }
    for (const [topic, count] of counts) {
      this.#metrics.published.inc({ topic }, count);
    }
  }

  async #refuse(events: [id: string, reason: string][]): Promise<void> {
    await this.#options.database.query(refuseStatement, [
      events.map(([id]) => id),
      events.map(([, reason]) => reason),
    ]);
  }

  async #renew(): Promise<void> {
    const { database } = this.#options;
    const startedAt = performance.now();
    const [view] = await database.query<LeasesRow>(renewStatement, [
      this.#member,
      this.#leaseTtlMs,
    ]);
    const { claim, release } = decideLeases({
      member: this.#member,
      members: [...new Set([...view.members, this.#member])],
      units: view.buckets.map((unit, index) => ({
        unit,
        holder: view.holders[index] ?? undefined,
      })),
    });
    this.#held = view.holders.filter(holder => holder === this.#member).length;
    this.#safeUntil = startedAt + this.#leaseTtlMs * SAFE_SHARE;
    this.#renewAt = startedAt + this.#leaseTtlMs / 3;
    if (claim.length + release.length === 0) {
      return;
    }
    if (release.length > 0 && this.#published.length > 0) {
      // What the log took is deleted before its bucket goes to another; what is read is read again.
      await this.#take();
    }
    await database.query(rebalanceStatement, [
      this.#member,
      this.#leaseTtlMs,
      claim,
      release,
    ]);
    this.#held += claim.length - release.length;
    // Shares that still move are looked at again soon.
    this.#renewAt = startedAt + Math.min(500, this.#leaseTtlMs / 3);
  }

  async #measure(): Promise<void> {
    this.#measureAt = performance.now() + MEASURE_INTERVAL_MS;
    const [row] = await this.#options.database.query<{
      waiting: number;
      refused: number;
      age_seconds: number;
    }>(measureStatement);
    this.#metrics.outboxRows.set({ state: 'waiting' }, row.waiting);
    this.#metrics.outboxRows.set({ state: 'refused' }, row.refused);
    this.#metrics.outboxAge.set(Math.max(0, row.age_seconds));
    if (row.refused > 0) {
      await this.#options.database.query(freeStatement);
    }
  }

  async #trouble(error: Error): Promise<void> {
    this.#failures += 1;
    if (this.#failures === 1) {
      this.#options.logger.warn(
        { error },
        'The outbox could not be carried into the event log; trying again',
      );
    }
    await this.#measure().catch(() => undefined);
    await this.#doorbell.wait(
      backoffMs(this.#failures, {
        baseMs: 100,
        maxMs: 2000,
        random: Math.random,
      }),
    );
  }

  async #leave(): Promise<void> {
    const { database, logger } = this.#options;
    try {
      if (this.#published.length > 0) {
        await this.#take();
      }
      await database.query(leaveStatement, [this.#member]);
    } catch (error) {
      logger.warn({ error }, 'The outbox could not be left in order');
    }
    await this.#stopListening?.();
  }
}
