/*
 * Parts of statements. Each statement has a CTE member `changed` with the rows of `charges` it changed; what follows from a change
 * hangs on it, so that a change, its key, its postings and its events are one atomic statement.
 */

/** For how long a delivery is left to whoever sends it: longer than a sending may take. */
export const DELIVERY_LEASE = `interval '20 seconds'`;

/**
 * One event for each changed charge and as many deliveries as the account wants. With the parameter `taken` set, those that are to
 * leave at once are left to whoever runs the statement, as if he had claimed them.
 */
export function announce(type: string, taken = 'false'): string {
  return `,
    event as (
      insert into events (id, account_id, charge_id, body)
      select e.id, c.account_id, c.id, jsonb_build_object(
        'id', e.id, 'object', 'event', 'type', '${type}', 'account', c.account_id,
        'created', extract(epoch from now())::bigint,
        'data', jsonb_build_object('charge', c.id, 'reference', c.reference, 'version', c.version))::text
      from changed c
      cross join lateral (select 'evt_' || replace(gen_random_uuid()::text, '-', '') || left(c.id, 0) as id) e
      returning id, charge_id, body
    ),
    delivery as (
      insert into deliveries (event_id, due_at, attempts)
      select e.id,
        case when own.taken then now() + ${DELIVERY_LEASE} else now() + make_interval(secs => late.seconds) end,
        own.taken::integer
      from event e
      join changed c on c.id = e.charge_id
      join accounts a on a.id = c.account_id
      cross join lateral (select (
        (a.misbehaviour ->> 'webhook_delay_ms')::numeric
        + (a.misbehaviour ->> 'webhook_reverse_ms')::numeric / c.version)::double precision / 1000 as seconds) late
      cross join lateral (select ${taken} and late.seconds = 0 and a.webhook_url is not null
        and not (a.misbehaviour ->> 'webhook_paused')::boolean as taken) own
      cross join generate_series(1, (a.misbehaviour ->> 'webhook_copies')::integer)
      returning id, event_id, attempts
    )`;
}

/** Columns with the deliveries that {@link announce} left to whoever runs the statement; `c` is the one changed charge. */
export const TAKEN_DELIVERIES = `
  (select jsonb_agg(jsonb_build_object('id', d.id::text, 'attempts', d.attempts, 'url', a.webhook_url,
      'secret', a.webhook_secret, 'body', e.body, 'timestamp', extract(epoch from now())::bigint))
    from delivery d cross join event e cross join accounts a where d.attempts > 0 and a.id = c.account_id) as deliveries`;

/** Takes the next position of the ledger and writes both sides there. `changed` has at most one row. */
export function post(options: {
  type: string;
  debit: string;
  credit: string;
  /** SQL of the amount, of the id of what moved it, and of the merchant's reference. */
  amount: string;
  object: string;
  reference: string;
}): string {
  const { type, debit, credit, amount, object, reference } = options;
  return `,
    ledger as (
      update accounts set ledger_position = ledger_position + 1
      where id = (select account_id from changed)
      returning id, ledger_position
    ),
    posting as (
      insert into postings (account_id, position, type, charge_id, object_id, reference, debit, credit, amount, currency)
      select l.id, l.ledger_position, '${type}', c.id, ${object}, ${reference}, '${debit}', '${credit}', ${amount}, c.currency
      from ledger l cross join changed c
    )`;
}

/** A charge with its parts; `c` is the charge. Amounts inside JSON are text, since they are 64 bits wide. */
export const CHARGE_COLUMNS = `
  c.id, c.account_id, c.reference, c.idempotency_key, c.amount, c.currency, c.authorized, c.captured, c.refunded,
  c.status, c.version, c.failure_code, c.behaviour, c.card_brand, c.card_last4, c.redirect_id, c.return_url,
  c.action_expires_at, c.authorization_expires_at, c.created_at,
  coalesce((
    select jsonb_agg(jsonb_build_object('kind', p.kind, 'id', p.id, 'reference', p.reference,
      'amount', p.amount::text, 'status', p.status, 'created_at', p.created_at) order by p.created_at, p.id)
    from parts p where p.charge_id = c.id and p.status <> 'scheduled'), '[]') as parts`;
