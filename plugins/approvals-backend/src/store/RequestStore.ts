import {
  applyEvents,
  ApprovalCommand,
  ApprovalEvent,
  ApprovalRequest,
  decide,
  DecisionContext,
  outcomeOf,
  Refusal,
  refusal,
} from '@shopfloor/plugin-approvals-common';
import { Knex } from 'knex';
import { noticesOf } from '../notices/notices';
import { saveNotices } from './NoticeStore';
import { toRow } from './requestRow';

/** What a command did. */
export type ChangeResult =
  | { request: ApprovalRequest; events: ApprovalEvent[] }
  | { request: ApprovalRequest | undefined; refusal: Refusal };

/** Which subject a request is about. */
export interface SubjectKey {
  plugin: string;
  type: string;
  subjectId: string;
}

/**
 * Requests and everything that must become true with them: a command's events, the request after them, its outcome and its
 * notices are one transaction, under a lock on the request. So of two who decide at once the second meets what the first did,
 * and a process that dies in between did nothing.
 */
export class RequestStore {
  readonly #db: Knex;

  constructor(db: Knex) {
    this.#db = db;
  }

  /** Does something to a request. What time has done to it by then comes first. */
  async change(
    id: string,
    command: ApprovalCommand,
    context: DecisionContext,
  ): Promise<ChangeResult> {
    return this.#db.transaction(tx => changeIn(tx, id, command, context));
  }

  /**
   * Does something about a subject while nobody else does.
   *
   * @param work - is given the request of the subject that waits, if one does, as time has left it
   */
  async withSubject<T>(
    key: SubjectKey,
    now: string,
    work: (
      tx: Knex.Transaction,
      waiting: ApprovalRequest | undefined,
    ) => Promise<T>,
  ): Promise<T> {
    return this.#db.transaction(async tx => {
      await tx.raw('select pg_advisory_xact_lock(hashtextextended(?, 0))', [
        `approval ${key.plugin} ${key.type} ${key.subjectId}`,
      ]);
      const row = await tx('approvals_requests')
        .where({
          plugin: key.plugin,
          type: key.type,
          subject_id: key.subjectId,
          state: 'waiting',
        })
        .first('id');
      const result =
        row && (await changeIn(tx, row.id, { type: 'expire' }, { now }));
      return work(
        tx,
        result?.request?.state === 'waiting' ? result.request : undefined,
      );
    });
  }

  async get(id: string): Promise<ApprovalRequest | undefined> {
    const row = await this.#db('approvals_requests')
      .where({ id })
      .first('request');
    return row?.request;
  }

  async getByKey(
    plugin: string,
    requestKey: string,
    tx: Knex = this.#db,
  ): Promise<ApprovalRequest | undefined> {
    const row = await tx('approvals_requests')
      .where({ plugin, request_key: requestKey })
      .first('request');
    return row?.request;
  }

  /** Newest first; at most 50. */
  async ofSubject(key: SubjectKey): Promise<ApprovalRequest[]> {
    const rows = await this.#db('approvals_requests')
      .where({
        plugin: key.plugin,
        type: key.type,
        subject_id: key.subjectId,
      })
      .orderBy([
        { column: 'opened_at', order: 'desc' },
        { column: 'id', order: 'desc' },
      ])
      .limit(50)
      .select('request');
    return rows.map(({ request }) => request);
  }

  /** Oldest first. */
  async events(id: string): Promise<ApprovalEvent[]> {
    const rows = await this.#db('approvals_events')
      .where({ request_id: id })
      .orderBy('seq')
      .select('event');
    return rows.map(({ event }) => event);
  }

  /** Ids of requests to which time does something by now, the longest due first. */
  async due(now: Date, limit: number): Promise<string[]> {
    const rows = await this.#db('approvals_requests')
      .where('due_at', '<=', now)
      .orderBy('due_at')
      .limit(limit)
      .select('id');
    return rows.map(({ id }) => id);
  }
}

/** {@link RequestStore.change} in a transaction. */
export async function changeIn(
  tx: Knex.Transaction,
  id: string,
  command: ApprovalCommand,
  context: DecisionContext,
): Promise<ChangeResult> {
  const row = await tx('approvals_requests')
    .where({ id })
    .forUpdate()
    .first('request');
  let request: ApprovalRequest | undefined = row?.request;
  let expired = false;
  if (request) {
    const expiry = decide(request, { type: 'expire' }, { now: context.now });
    if ('events' in expiry) {
      request = await save(tx, request, expiry.events);
      expired = true;
      if (command.type === 'expire') {
        return { request, events: expiry.events };
      }
    }
  }
  const result = decide(request, command, context);
  if ('refusal' in result) {
    return { request, refusal: expired ? refusal('expired') : result.refusal };
  }
  return {
    request: await save(tx, request, result.events),
    events: result.events,
  };
}

/** Opens a request in a transaction. */
export async function openIn(
  tx: Knex.Transaction,
  command: Extract<ApprovalCommand, { type: 'open' }>,
  options: { now: string; requestKey?: string },
): Promise<ChangeResult> {
  const { now, requestKey } = options;
  const result = decide(undefined, command, { now });
  if ('refusal' in result) {
    return { request: undefined, refusal: result.refusal };
  }
  return {
    request: await save(tx, undefined, result.events, requestKey),
    events: result.events,
  };
}

async function save(
  tx: Knex.Transaction,
  before: ApprovalRequest | undefined,
  events: ApprovalEvent[],
  requestKey?: string,
): Promise<ApprovalRequest> {
  const request = applyEvents(before, events);
  const row = toRow(request);
  if (before) {
    await tx('approvals_requests').where({ id: request.id }).update(row);
  } else {
    await tx('approvals_requests').insert({
      ...row,
      request_key: requestKey ?? null,
    });
  }
  const first = (before?.version ?? 0) + 1;
  await tx('approvals_events').insert(
    events.map((event, index) => ({
      request_id: request.id,
      seq: first + index,
      event: JSON.stringify(event),
    })),
  );
  const outcome = outcomeOf(request, events);
  const at = new Date(events[events.length - 1].at);
  if (outcome) {
    await tx('approvals_outcomes').insert({
      plugin: request.subject.plugin,
      request_id: request.id,
      version: request.version,
      outcome: JSON.stringify(outcome),
      created_at: at,
    });
  }
  await saveNotices(
    tx,
    events.flatMap((event, index) =>
      noticesOf(request, event).map((notice, number) => ({
        key: `${request.id} ${first + index} ${number}`,
        notice,
        at,
      })),
    ),
  );
  return request;
}
