import {
  ApprovalRequest,
  ListRequestsOptions,
} from '@shopfloor/plugin-approvals-common';
import { Knex } from 'knex';
import { applyReadable, applyWaitingFor, Readable } from '../access/criteria';

/** What {@link RequestQueries} gives of a request in a list. */
export interface ListedRequest {
  request: ApprovalRequest;
  waitingForMe: boolean;
}

/** Lists of requests, each narrowed in the database to what the reader may see, counts too. */
export class RequestQueries {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** What waits comes first, the one that expires first before the others; then the newest. */
  async list(
    readable: Readable,
    options: ListRequestsOptions & { limit: number; offset: number },
  ): Promise<{ items: ListedRequest[]; totalItems: number }> {
    const { limit, offset } = options;
    const waiting = this.#base(readable).select('r.id');
    applyWaitingFor(waiting, readable.person);
    const [rows, [{ count }]] = await Promise.all([
      this.#filtered(readable, options)
        .select('r.request', {
          waiting: this.#db.raw('r.id in (?)', [waiting]),
        })
        .orderByRaw(
          `(r.state = 'waiting') desc, case when r.state = 'waiting' then r.request->>'expiresAt' end, r.opened_at desc, r.id`,
        )
        .limit(limit)
        .offset(offset),
      this.#filtered(readable, options).count(),
    ]);
    return {
      items: rows.map(
        (row: { request: ApprovalRequest; waiting: boolean }) => ({
          request: row.request,
          waitingForMe: row.waiting,
        }),
      ),
      totalItems: Number(count),
    };
  }

  /** How many wait for the reader, and how many the reader asked for that wait. */
  async counts(
    readable: Readable,
  ): Promise<{ waitingForMe: number; mine: number }> {
    const [[waiting], [mine]] = await Promise.all([
      this.#filtered(readable, { view: 'waiting-for-me' }).count(),
      this.#filtered(readable, { view: 'mine', state: ['waiting'] }).count(),
    ]);
    return { waitingForMe: Number(waiting.count), mine: Number(mine.count) };
  }

  /** Types and environments of what may be seen. */
  async facets(
    readable: Readable,
  ): Promise<{ types: string[]; environments: string[] }> {
    const distinct = async (column: string) =>
      (
        await this.#base(readable)
          .distinct(`r.${column} as value`)
          .whereNotNull(`r.${column}`)
          .orderBy('value')
      ).map(({ value }: { value: string }) => value);
    const [types, environments] = await Promise.all([
      distinct('type'),
      distinct('environment'),
    ]);
    return { types, environments };
  }

  /** One, if the reader may see it. */
  async get(
    readable: Readable,
    id: string,
  ): Promise<ApprovalRequest | undefined> {
    const row = await this.#base(readable).where('r.id', id).first('r.request');
    return row?.request;
  }

  /** Who has to do with requests, by their ids. */
  async participants(
    ids: string[],
  ): Promise<Map<string, { type: string; participants: string[] }>> {
    const rows: Array<{ id: string; type: string; participants: string[] }> =
      await this.#db('approvals_requests')
        .whereRaw('id::text = any(?::text[])', [ids])
        .select('id', 'type', 'participants');
    return new Map(rows.map(({ id, ...rest }) => [id, rest]));
  }

  #base(readable: Readable): Knex.QueryBuilder {
    const query = this.#db('approvals_requests as r');
    applyReadable(query, readable);
    return query;
  }

  #filtered(
    readable: Readable,
    options: ListRequestsOptions,
  ): Knex.QueryBuilder {
    const { view, state, type, environment, entity, text } = options;
    const query = this.#base(readable);
    if (view === 'waiting-for-me') {
      applyWaitingFor(query, readable.person);
    } else if (view === 'mine') {
      query.where('r.requester', readable.person.ref);
    }
    if (state) {
      query.whereIn('r.state', state);
    }
    if (type) {
      query.where('r.type', type);
    }
    if (environment) {
      query.where('r.environment', environment);
    }
    if (entity) {
      query.where('r.entity_ref', entity);
    }
    if (text) {
      query.whereRaw('position(? in r.search) > 0', [
        text.toLocaleLowerCase('en-US'),
      ]);
    }
    return query;
  }
}
