import {
  DatabaseService,
  resolvePackagePath,
} from '@backstage/backend-plugin-api';
import {
  ChangeApproval,
  ChangeEffect,
  RouteChange,
} from '@shopfloor/plugin-traffic-common';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import { Knex } from 'knex';
import { outcomeAnnouncement } from '../approvals/outcomeAnnouncement';
import { ChangeRow, fromRow, toRow } from './changeRow';
import {
  BeginRecord,
  ChangeIntent,
  CloseRecord,
  LastKnown,
  LastKnownKey,
  ListStoredChangesOptions,
  OutcomeRecord,
  StoredChange,
  TrafficStore,
} from './TrafficStore';

const migrationsDir = resolvePackagePath(
  '@shopfloor/plugin-traffic-backend',
  'migrations',
);

interface LastKnownRow {
  environment: string;
  virtual_service: string;
  kind: string;
  body: string;
  observed_at: Date;
}

/** {@link TrafficStore} in PostgreSQL. */
export class DatabaseTrafficStore implements TrafficStore {
  readonly #db: Knex;
  /** What people are told; written together with what it is about. */
  readonly announcements: AnnouncementStore;

  static async create(options: {
    database: DatabaseService;
  }): Promise<DatabaseTrafficStore> {
    const { database } = options;
    const db = await database.getClient();
    if (!database.migrations?.skip) {
      await db.migrate.latest({ directory: migrationsDir });
    }
    return new DatabaseTrafficStore(db);
  }

  private constructor(db: Knex) {
    this.#db = db;
    this.announcements = AnnouncementStore.create({
      db,
      table: 'traffic_announcements',
    });
  }

  async recordIntent(intent: ChangeIntent) {
    const inserted = await this.#changes()
      .insert(toRow(intent))
      .onConflict(['person', 'idempotency_key'])
      .ignore()
      .returning('id');
    if (inserted.length > 0) {
      return { stored: (await this.getChange(intent.id))!, created: true };
    }
    const { person, idempotencyKey } = intent;
    const stored = await this.findByIdempotencyKey(person, idempotencyKey);
    return { stored: stored!, created: false };
  }

  async recordOutcome(id: string, record: OutcomeRecord): Promise<boolean> {
    return this.#db.transaction(async tx => {
      const [updated] = await tx<ChangeRow>('traffic_changes')
        .where({ id, outcome: 'pending' })
        .update({
          outcome: record.outcome,
          outcome_at: record.outcomeAt,
          error: record.error ?? null,
          resource_version_after: record.resourceVersionAfter ?? null,
          ...(record.after && { after: JSON.stringify(record.after) }),
        })
        .increment('revision')
        .returning('*');
      if (updated?.approval) {
        await this.#announce(tx, updated, record.outcomeAt);
      }
      if (updated?.undo_of && record.outcome === 'applied') {
        await tx<ChangeRow>('traffic_changes')
          .where({ id: updated.undo_of })
          .increment('revision');
      }
      return updated !== undefined;
    });
  }

  async recordEffect(id: string, effect: ChangeEffect): Promise<void> {
    await this.#changes()
      .where({ id })
      .update({ effect: JSON.stringify(effect) });
  }

  async noteApproval(id: string, approval: Partial<ChangeApproval>) {
    const { requestId, ...more } = approval;
    await this.#db.transaction(async tx => {
      const row = await tx<ChangeRow>('traffic_changes')
        .where({ id })
        .forUpdate()
        .first();
      await tx<ChangeRow>('traffic_changes')
        .where({ id })
        .update({
          ...(requestId && { approval_id: requestId }),
          approval: JSON.stringify({
            ...(row?.approval && JSON.parse(row.approval)),
            ...more,
          }),
        });
    });
  }

  async begin(id: string, record: BeginRecord): Promise<boolean> {
    const updated = await this.#changes()
      .where({ id, outcome: 'waiting' })
      .update({
        outcome: 'pending',
        intent_at: record.at,
        resource_version_before: record.resourceVersionBefore,
        impersonated: JSON.stringify(record.impersonated),
      })
      .increment('revision');
    return updated > 0;
  }

  async close(id: string, record: CloseRecord): Promise<boolean> {
    return this.#db.transaction(async tx => {
      const [updated] = await tx<ChangeRow>('traffic_changes')
        .where({ id, outcome: 'waiting' })
        .update({
          outcome: record.outcome,
          outcome_at: record.at,
          error: record.error,
        })
        .returning('*');
      if (updated && record.announce) {
        await this.#announce(tx, updated, record.at);
      }
      return updated !== undefined;
    });
  }

  async #announce(tx: Knex, row: ChangeRow, at: Date): Promise<void> {
    const { change } = fromRow(row);
    await this.announcements.add(
      [outcomeAnnouncement(change, { error: change.error, at })],
      tx,
    );
  }

  async listWaiting(
    route?: Pick<RouteChange, 'entityRef' | 'environment'>,
  ): Promise<StoredChange[]> {
    const query = this.#select()
      .where('c.outcome', 'waiting')
      .orderBy('c.intent_at')
      .orderBy('c.id');
    if (route) {
      query.where({
        'c.entity_ref': route.entityRef,
        'c.environment': route.environment,
      });
    }
    const rows: ChangeRow[] = await query;
    return rows.map(fromRow);
  }

  async getChange(id: string): Promise<StoredChange | undefined> {
    return this.#first(this.#select().where({ 'c.id': id }));
  }

  async findByIdempotencyKey(person: string, idempotencyKey: string) {
    return this.#first(
      this.#select().where({
        'c.person': person,
        'c.idempotency_key': idempotencyKey,
      }),
    );
  }

  async listChanges(
    options: ListStoredChangesOptions,
  ): Promise<StoredChange[]> {
    const { entityRef, environment, after, limit } = options;
    const query = this.#select()
      .where({ 'c.entity_ref': entityRef })
      .orderBy('c.intent_at', 'desc')
      .orderBy('c.id', 'desc')
      .limit(limit);
    if (environment !== undefined) {
      query.where({ 'c.environment': environment });
    }
    if (after) {
      query.whereRaw('(c.intent_at, c.id) < (?, ?)', [
        after.intentAt,
        after.id,
      ]);
    }
    const rows: ChangeRow[] = await query;
    return rows.map(fromRow);
  }

  async latestApplied(entityRef: string, environment: string) {
    return this.#first(
      this.#select()
        .where({
          'c.entity_ref': entityRef,
          'c.environment': environment,
          'c.outcome': 'applied',
        })
        .orderBy('c.intent_at', 'desc')
        .orderBy('c.id', 'desc'),
    );
  }

  async listPending(olderThan: Date, limit: number): Promise<StoredChange[]> {
    const rows: ChangeRow[] = await this.#select()
      .where('c.outcome', 'pending')
      .where('c.intent_at', '<', olderThan)
      .orderBy('c.intent_at')
      .limit(limit);
    return rows.map(fromRow);
  }

  async listUntold(limit: number) {
    const rows: ChangeRow[] = await this.#select()
      .whereRaw('c.told_revision < c.revision')
      .orderBy('c.intent_at')
      .orderBy('c.id')
      .limit(limit);
    return rows.map(row => ({
      change: fromRow(row).change,
      revision: row.revision,
    }));
  }

  async markTold(id: string, revision: number): Promise<void> {
    await this.#changes()
      .where({ id })
      .where('told_revision', '<', revision)
      .update({ told_revision: revision });
  }

  async getLastKnown<K extends keyof LastKnown>(key: LastKnownKey, kind: K) {
    const row = await this.#lastKnown()
      .where({
        environment: key.environment,
        virtual_service: key.virtualService,
        kind,
      })
      .first();
    return (
      row && {
        value: JSON.parse(row.body) as LastKnown[K],
        observedAt: row.observed_at,
      }
    );
  }

  async putLastKnown<K extends keyof LastKnown>(
    key: LastKnownKey,
    kind: K,
    value: LastKnown[K],
    observedAt: Date,
  ): Promise<void> {
    await this.#lastKnown()
      .insert({
        environment: key.environment,
        virtual_service: key.virtualService,
        kind,
        body: JSON.stringify(value),
        observed_at: observedAt,
      })
      .onConflict(['environment', 'virtual_service', 'kind'])
      .merge(['body', 'observed_at']);
  }

  #changes() {
    return this.#db<ChangeRow>('traffic_changes');
  }

  #lastKnown() {
    return this.#db<LastKnownRow>('traffic_last_known');
  }

  #select(): Knex.QueryBuilder {
    return this.#db('traffic_changes as c')
      .select('c.*')
      .select(
        this.#db('traffic_changes as u')
          .select('u.id')
          .whereRaw('u.undo_of = c.id')
          .where('u.outcome', 'applied')
          .orderBy('u.intent_at', 'desc')
          .limit(1)
          .as('undone_by'),
      );
  }

  async #first(query: Knex.QueryBuilder): Promise<StoredChange | undefined> {
    const [row]: ChangeRow[] = await query.limit(1);
    return row && fromRow(row);
  }
}
