import {
  GrantData,
  GrantState,
  ListGrantsOptions,
} from '@shopfloor/plugin-secrets-common';
import { Knex } from 'knex';
import { STORED_COLUMNS, StoredGrant, toStored } from './GrantStore';

/** Narrows a query of `secrets_grants as g` to what somebody may see. */
export type Readable = (query: Knex.QueryBuilder) => void;

/** Where a page begins. */
export interface GrantCursor {
  requestedAt: string;
  id: string;
}

/** Lists of grants, each narrowed in the database to what the reader may see, counts too. */
export class GrantQueries {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** The newest first. */
  async list(options: {
    readable: Readable;
    filter: ListGrantsOptions;
    limit: number;
    after?: GrantCursor;
  }): Promise<{
    items: GrantData[];
    totalItems: number;
    counts: Partial<Record<GrantState, number>>;
  }> {
    const { readable, filter, limit, after } = options;
    const page = this.#filtered(readable, filter)
      .orderBy([
        { column: 'g.requested_at', order: 'desc' },
        { column: 'g.id', order: 'desc' },
      ])
      .limit(limit)
      .select('g.grant');
    if (after) {
      page.whereRaw('(g.requested_at, g.id) < (?, ?)', [
        new Date(after.requestedAt),
        after.id,
      ]);
    }
    const { state: _, ...others } = filter;
    const [rows, [{ count }], states] = await Promise.all([
      page,
      this.#filtered(readable, filter).count(),
      this.#filtered(readable, others)
        .groupBy('g.state')
        .select('g.state')
        .count(),
    ]);
    return {
      items: rows.map(({ grant }: { grant: GrantData }) => grant),
      totalItems: Number(count),
      counts: Object.fromEntries(
        states.map((row: any) => [row.state, Number(row.count)]),
      ),
    };
  }

  /** Grants that a service holds, or that are on its secrets: those that did not end first. At most 200. */
  async ofService(options: {
    readable: Readable;
    column: 'subject_ref' | 'owner_ref';
    entityRef: string;
    environment: string;
  }): Promise<GrantData[]> {
    const { readable, column, entityRef, environment } = options;
    const rows = await this.#db('secrets_grants as g')
      .where(readable)
      .where(`g.${column}`, entityRef)
      .where('g.environment', environment)
      .orderByRaw('(g.ended_at is null) desc, g.requested_at desc, g.id')
      .limit(200)
      .select('g.grant');
    return rows.map(({ grant }: { grant: GrantData }) => grant);
  }

  /** Grants in force that a reader may see; at most 500. */
  async living(options: {
    readable: Readable;
    environment?: string;
    owner?: string;
  }): Promise<string[]> {
    const { readable, environment, owner } = options;
    const query = this.#db('secrets_grants as g')
      .where(readable)
      .whereIn('g.state', ['active', 'expiring', 'drifted'])
      .orderBy('g.id')
      .limit(500)
      .select('g.id');
    if (environment) {
      query.where('g.environment', environment);
    }
    if (owner) {
      query.where('g.owner_ref', owner);
    }
    return (await query).map(({ id }: { id: string }) => id);
  }

  /** Grants by their ids. */
  async byIds(ids: string[]): Promise<Map<string, StoredGrant>> {
    const rows = await this.#db('secrets_grants')
      .whereIn('id', ids)
      .select(STORED_COLUMNS);
    return new Map(
      rows.map(row => [(row.grant as GrantData).id, toStored(row)]),
    );
  }

  /** Grants whose end is near, by when; for announcements. At most 1,000. */
  async endingBefore(moment: Date): Promise<StoredGrant[]> {
    const rows = await this.#db('secrets_grants')
      .whereIn('state', ['active', 'expiring', 'drifted'])
      .where('expires_at', '<=', moment)
      .orderBy('expires_at')
      .limit(1_000)
      .select(STORED_COLUMNS);
    return rows.map(toStored);
  }

  /** Grants with events that the store of changes has not been told of. */
  async untold(limit: number): Promise<GrantData[]> {
    const rows = await this.#db('secrets_grants')
      .whereRaw('told_version < version')
      .orderBy('requested_at')
      .limit(limit)
      .select('grant');
    return rows.map(({ grant }) => grant);
  }

  async markTold(id: string, version: number): Promise<void> {
    await this.#db('secrets_grants')
      .where({ id })
      .where('told_version', '<', version)
      .update({ told_version: version });
  }

  #filtered(readable: Readable, filter: ListGrantsOptions): Knex.QueryBuilder {
    const { service, owner, environment, state, subject, text } = filter;
    const query = this.#db('secrets_grants as g').where(readable);
    if (service) {
      query.where('g.subject_ref', service);
    }
    if (owner) {
      query.where('g.owner_ref', owner);
    }
    if (environment) {
      query.where('g.environment', environment);
    }
    if (state) {
      query.whereIn('g.state', state);
    }
    if (subject) {
      query.where('g.subject_kind', subject);
    }
    if (filter.expiresBefore) {
      query
        .whereNull('g.ended_at')
        .where('g.expires_at', '<', new Date(filter.expiresBefore));
    }
    if (text) {
      query.whereRaw('position(? in g.name) > 0', [
        text.toLocaleLowerCase('en-US'),
      ]);
    }
    return query;
  }
}
