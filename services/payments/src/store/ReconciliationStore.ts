import {
  type Database,
  type NewEvent,
  outboxInsert,
  outboxParameter,
  type Statement,
} from '@shopfloor/service-kit';
import type { LedgerEntry } from '../providers/PaymentProvider.ts';

/** A movement that is on one side alone, or differs. */
export interface Finding {
  kind: 'missing-here' | 'missing-there' | 'amount-differs';
  movement: string;
  /** Our id where there is one, else the provider's. */
  objectId: string;
  paymentId: string | undefined;
  here: bigint | undefined;
  there: bigint | undefined;
  currency: string;
  /** Whether it settled so long ago that the provider may have forgotten our key. */
  old: boolean;
}

/** A difference as it is listed. */
export interface Difference {
  differenceId: string;
  kind: Finding['kind'];
  movement: string;
  objectId: string;
  paymentId?: string;
  here?: { amount: number; currency: string };
  there?: { amount: number; currency: string };
  state: 'open' | 'repaired' | 'resolved';
  action?: string;
  note?: string;
  foundAt: string;
  resolvedAt?: string;
}

type Row = Record<string, any>;

/** The update that changes nothing gives back the row that is there. */
const due: Statement = {
  name: 'due_reconciliation',
  text: `
    insert into reconciliations as r (provider) values ($1)
    on conflict (provider) do update set cursor = r.cursor
      where $2 or r.due_at <= now()
    returning cursor`,
};

const finish: Statement = {
  name: 'finish_reconciliation',
  text: `update reconciliations set due_at = now() + make_interval(secs => $2) where provider = $1`,
};

/** The page and the cursor move together; a page that was imported before changes nothing. */
const importPage: Statement = {
  name: 'import_entries',
  text: `
    with page as (
      insert into provider_entries (provider, position, kind, provider_payment_id, payment_reference, object_id, reference, amount, currency)
      select $1, x.position, x.kind, x.provider_payment_id, x.payment_reference, x.object_id, x.reference, x.amount, x.currency
      from jsonb_to_recordset($2) as x(position bigint, kind text, provider_payment_id text, payment_reference text,
        object_id text, reference text, amount bigint, currency text)
      on conflict do nothing
    )
    update reconciliations set cursor = greatest(cursor, $3) where provider = $1`,
};

const match: Statement = {
  name: 'match_entries',
  text: `
    with pairs as (
      select e.position, p.position as posting, p.object_id
      from provider_entries e
      join postings p on p.kind = e.kind
        and p.object_id = case when e.kind in ('capture', 'refund') then e.reference else e.object_id end
        and p.amount = e.amount and p.currency = e.currency
      where e.provider = $1 and e.matched_at is null
    ),
    theirs as (
      update provider_entries e set matched_at = now() from pairs where e.provider = $1 and e.position = pairs.position
    ),
    ours as (
      update operations o set reconciled_at = now() from pairs where o.operation_id::text = pairs.object_id
    ),
    settled as (
      update differences d set state = 'repaired', action = coalesce(d.action, 'matched'), resolved_at = now()
      from pairs where d.provider = $1 and d.object_id = pairs.object_id and d.state = 'open'
    )
    select count(*)::integer as matched from pairs`,
};

const compare: Statement = {
  name: 'compare_ledgers',
  text: `
    with theirs as (
      select e.kind as movement, coalesce(e.reference, e.object_id) as object_id, e.amount as there, e.currency,
        pay.payment_id, p.amount as here
      from provider_entries e
      left join payments pay on pay.payment_id::text = e.payment_reference and pay.provider = e.provider
      left join postings p on p.kind = e.kind
        and p.object_id = case when e.kind in ('capture', 'refund') then e.reference else e.object_id end
      where e.provider = $1 and e.matched_at is null and e.kind <> 'other'
        and e.imported_at <= now() - make_interval(secs => $2)
    ),
    ours as (
      select o.kind as movement, o.operation_id::text as object_id, o.amount as here, pay.currency, o.payment_id,
        o.settled_at < now() - interval '20 hours' as old
      from operations o join payments pay on pay.payment_id = o.payment_id
      where pay.provider = $1 and o.kind in ('capture', 'refund') and o.state = 'succeeded' and o.reconciled_at is null
        and o.settled_at <= now() - make_interval(secs => $2)
        and not exists (select from provider_entries e where e.provider = $1 and e.kind = o.kind and e.reference = o.operation_id::text)
    )
    select case when here is null then 'missing-here' else 'amount-differs' end as kind, movement, object_id, payment_id,
      here, there, currency, false as old from theirs
    union all
    select 'missing-there', movement, object_id, payment_id, here, null, currency, old from ours
    limit 500`,
};

const record: Statement = {
  name: 'record_difference',
  text: `
    insert into differences as d (difference_id, provider, kind, object_id, movement, payment_id, amount_here, amount_there, currency,
      state, action, resolved_at)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, case when $10 = 'repaired' then now() end)
    on conflict (provider, kind, object_id) do update set state = excluded.state, action = excluded.action, resolved_at = excluded.resolved_at
      where d.state = 'open' and excluded.state = 'repaired'`,
};

const countOpen: Statement = {
  name: 'count_open_differences',
  text: `select count(*)::integer as open from differences where provider = $1 and state = 'open'`,
};

/** Takes a movement that the provider shows and we do not know into our books, if the sums allow it. */
const adopt: Statement = {
  name: 'adopt_movement',
  text: `
    with changed as (
      update payments set version = version + 1, updated_at = now(),
        captured = captured + case when $3 = 'capture' then $4 else 0 end,
        capture_reserved = capture_reserved + case when $3 = 'capture' then $4 else 0 end,
        refunded = refunded + case when $3 = 'refund' then $4 else 0 end,
        refund_reserved = refund_reserved + case when $3 = 'refund' then $4 else 0 end,
        refresh_at = now()
      where payment_id = $1
        and case when $3 = 'capture' then capture_reserved + $4 <= authorised else refund_reserved + $4 <= captured end
        and not exists (select from postings where kind = $3 and object_id = $5)
      returning payment_id, currency, version
    ),
    operation as (
      insert into operations (operation_id, payment_id, kind, amount, state, reason, provider_object_id, next_attempt_at, settled_at, reconciled_at)
      select $2, payment_id, $3, $4, 'succeeded', 'reconciliation', $5, now(), now(), now() from changed
    ),
    posted as (
      insert into postings (payment_id, kind, object_id, debit, credit, amount, currency)
      select payment_id, $3, $5, case when $3 = 'capture' then 'cardholders' else 'merchant' end,
        case when $3 = 'capture' then 'merchant' else 'cardholders' end, $4, currency from changed
    ),
    entry as (
      update provider_entries e set matched_at = now() from changed
      where e.provider = $6 and coalesce(e.reference, e.object_id) = $5 and e.kind = $3
    )${outboxInsert(7, { from: 'changed', version: 'version' })}
    select version from changed`,
};

const COLUMNS = `difference_id, kind, movement, object_id, payment_id, amount_here, amount_there, currency, state, action, note,
  found_at, resolved_at`;

const list: Statement = {
  name: 'list_differences',
  text: `
    select ${COLUMNS} from differences d
    where state = $1 and ($2::uuid is null
      or (found_at, difference_id) < (select found_at, difference_id from differences where difference_id = $2))
    order by found_at desc, difference_id desc limit $3`,
};

const resolve: Statement = {
  name: 'resolve_difference',
  text: `update differences set state = 'resolved', note = $2, resolved_by = $3, resolved_at = now()
    where difference_id = $1 and state = 'open' returning ${COLUMNS}`,
};

const find: Statement = {
  name: 'find_difference',
  text: `select ${COLUMNS} from differences where difference_id = $1`,
};

const big = (value: string | null) =>
  value === null ? undefined : BigInt(value);

function toDifference(row: Row): Difference {
  const money = (amount: string | null) =>
    amount === null
      ? {}
      : { amount: Number(amount), currency: row.currency as string };
  return {
    differenceId: row.difference_id,
    kind: row.kind,
    movement: row.movement,
    objectId: row.object_id,
    ...(row.payment_id && { paymentId: row.payment_id }),
    ...(row.amount_here !== null && {
      here: money(row.amount_here) as Difference['here'],
    }),
    ...(row.amount_there !== null && {
      there: money(row.amount_there) as Difference['there'],
    }),
    state: row.state,
    ...(row.action && { action: row.action }),
    ...(row.note && { note: row.note }),
    foundAt: row.found_at.toISOString(),
    ...(row.resolved_at && { resolvedAt: row.resolved_at.toISOString() }),
  };
}

/** The provider's ledger as we have read it, and in what it differs from ours. */
export class ReconciliationStore {
  readonly #database: Database;

  static create(options: { database: Database }): ReconciliationStore {
    return new ReconciliationStore(options.database);
  }

  private constructor(database: Database) {
    this.#database = database;
  }

  /** @returns where to read on; undefined when it is not due */
  async due(provider: string, force: boolean): Promise<bigint | undefined> {
    const [row] = await this.#database.query<Row>(due, [provider, force]);
    return row && BigInt(row.cursor);
  }

  async finish(provider: string, dueInSeconds: number): Promise<void> {
    await this.#database.query(finish, [provider, dueInSeconds]);
  }

  async importPage(provider: string, entries: LedgerEntry[]): Promise<void> {
    await this.#database.query(importPage, [
      provider,
      JSON.stringify(
        entries.map(entry => ({
          position: entry.position.toString(),
          kind: entry.kind,
          provider_payment_id: entry.providerPaymentId,
          payment_reference: entry.paymentReference,
          object_id: entry.objectId,
          reference: entry.reference,
          amount: entry.amount.toString(),
          currency: entry.currency,
        })),
      ),
      entries.at(-1)!.position.toString(),
    ]);
  }

  /** Marks what is on both sides. @returns how many movements */
  async match(provider: string): Promise<number> {
    const [row] = await this.#database.query<Row>(match, [provider]);
    return row.matched;
  }

  /** What is on one side alone and older than the grace. */
  async compare(provider: string, graceSeconds: number): Promise<Finding[]> {
    const rows = await this.#database.query<Row>(compare, [
      provider,
      graceSeconds,
    ]);
    return rows.map(row => ({
      kind: row.kind,
      movement: row.movement,
      objectId: row.object_id,
      paymentId: row.payment_id ?? undefined,
      here: big(row.here),
      there: big(row.there),
      currency: row.currency,
      old: row.old,
    }));
  }

  async record(options: {
    differenceId: string;
    provider: string;
    finding: Finding;
    /** What repaired it; absent: it waits for a person. */
    action: string | undefined;
  }): Promise<void> {
    const { finding } = options;
    await this.#database.query(record, [
      options.differenceId,
      options.provider,
      finding.kind,
      finding.objectId,
      finding.movement,
      finding.paymentId,
      finding.here?.toString(),
      finding.there?.toString(),
      finding.currency,
      options.action ? 'repaired' : 'open',
      options.action,
    ]);
  }

  async countOpen(provider: string): Promise<number> {
    const [row] = await this.#database.query<Row>(countOpen, [provider]);
    return row.open;
  }

  /** @returns whether the sums allowed it */
  async adopt(options: {
    provider: string;
    paymentId: string;
    operationId: string;
    movement: string;
    objectId: string;
    amount: bigint;
    event: NewEvent;
  }): Promise<boolean> {
    const rows = await this.#database.query(adopt, [
      options.paymentId,
      options.operationId,
      options.movement,
      options.amount.toString(),
      options.objectId,
      options.provider,
      outboxParameter([options.event], { source: 'payments' }),
    ]);
    return rows.length > 0;
  }

  async list(options: {
    state: Difference['state'];
    cursor: string | undefined;
    limit: number;
  }): Promise<Difference[]> {
    const rows = await this.#database.query<Row>(list, [
      options.state,
      options.cursor,
      options.limit,
    ]);
    return rows.map(toDifference);
  }

  /** @returns undefined when no such difference is open */
  async resolve(
    differenceId: string,
    note: string,
    resolvedBy: string,
  ): Promise<Difference | undefined> {
    const [row] = await this.#database.query<Row>(resolve, [
      differenceId,
      note,
      resolvedBy,
    ]);
    return row && toDifference(row);
  }

  async find(differenceId: string): Promise<Difference | undefined> {
    const [row] = await this.#database.query<Row>(find, [differenceId]);
    return row && toDifference(row);
  }
}
