import type { Statement } from '@shopfloor/service-kit';

const subscription = `s.subscription_id, s.url, s.event_types, s.description, s.enabled, s.disabled_reason,
  s.consecutive_failures, s.version, s.created_at, s.updated_at`;

const delivery = `d.delivery_id, d.event_id, d.type, d.state, d.attempts, d.last_status, d.failure, d.created_at,
  d.delivered_at, d.next_attempt_at`;

/**
 * The member `told` of a `with` clause: a delivery of an event for each receiver that wants its type; none without a body. Options
 * are parameters such as `$1`.
 */
export function fanOut(event: {
  id: string;
  type: string;
  body: string;
}): string {
  return `told as (
      insert into webhook_deliveries (subscription_id, event_id, type, body)
      select subscription_id, ${event.id}::uuid, ${event.type}::text, ${event.body}::text
      from webhook_subscriptions
      where ${event.body}::text is not null and enabled and ${event.type}::text = any (event_types)
      on conflict do nothing
      returning delivery_id
    )`;
}

export const fanOutStatement: Statement = {
  name: 'webhook_fan_out',
  text: `
    with ${fanOut({ id: '$1', type: '$2', body: '$3' })}
    select count(*)::int as deliveries from told`,
};

export const createStatement: Statement = {
  name: 'webhook_create',
  text: `
    insert into webhook_subscriptions (subscription_id, url, event_types, description, secret)
    values ($1, $2, $3, $4, $5) on conflict do nothing returning subscription_id`,
};

export const findStatement: Statement = {
  name: 'webhook_find',
  text: `select ${subscription} from webhook_subscriptions s where s.subscription_id = $1`,
};

export const listStatement: Statement = {
  name: 'webhook_list',
  text: `select ${subscription} from webhook_subscriptions s order by s.created_at, s.subscription_id limit 500`,
};

export const changeStatement: Statement = {
  name: 'webhook_change',
  // Enabling forgets the failures that disabled it.
  text: `
    update webhook_subscriptions s set
      url = coalesce($3, url), event_types = coalesce($4, event_types),
      description = coalesce($5, description),
      enabled = coalesce($6, enabled),
      disabled_reason = case coalesce($6, enabled) when true then null else coalesce(disabled_reason, 'staff') end,
      consecutive_failures = case when $6 then 0 else consecutive_failures end,
      version = version + 1, updated_at = now()
    where s.subscription_id = $1 and s.version = $2
    returning ${subscription}`,
};

export const rotateStatement: Statement = {
  name: 'webhook_rotate',
  text: `
    update webhook_subscriptions s set previous_secret = secret, previous_until = now() + interval '1 day',
      secret = $3, version = version + 1, updated_at = now()
    where s.subscription_id = $1 and s.version = $2
    returning ${subscription}`,
};

export const removeStatement: Statement = {
  name: 'webhook_remove',
  text: `delete from webhook_subscriptions where subscription_id = $1 returning subscription_id`,
};

export const deliveriesStatement: Statement = {
  name: 'webhook_deliveries',
  text: `
    select ${delivery} from webhook_deliveries d
    where d.subscription_id = $1 and ($2::text is null or d.state = $2)
    order by d.delivery_id desc limit $3`,
};

export const retryStatement: Statement = {
  name: 'webhook_retry',
  text: `
    update webhook_deliveries d set state = 'queued', next_attempt_at = now(), attempts = 0,
      failure = null, delivered_at = null
    where d.subscription_id = $1 and d.delivery_id = $2
    returning ${delivery}`,
};

export const claimDueStatement: Statement = {
  name: 'webhook_claim_due',
  text: `
    with candidates as (
      select d.delivery_id,
        row_number() over (partition by d.subscription_id order by d.next_attempt_at) as place
      from webhook_deliveries d join webhook_subscriptions s using (subscription_id)
      where d.state = 'queued' and d.next_attempt_at <= now() and s.enabled
    ), due as (
      select d.delivery_id from webhook_deliveries d
      where d.delivery_id in (select delivery_id from candidates where place <= $2)
        and d.state = 'queued' and d.next_attempt_at <= now()
      order by d.next_attempt_at limit $1 for update skip locked
    )
    update webhook_deliveries d set attempts = attempts + 1,
      next_attempt_at = now() + make_interval(secs => $3)
    from due, webhook_subscriptions s
    where d.delivery_id = due.delivery_id and s.subscription_id = d.subscription_id
    returning d.delivery_id, d.subscription_id, d.body, d.attempts, s.url, s.secret,
      case when s.previous_until > now() then s.previous_secret end as previous_secret,
      floor(extract(epoch from now()))::bigint as now_seconds`,
};

export const endStatement: Statement = {
  name: 'webhook_end',
  text: `
    with ended as (
      update webhook_deliveries set state = $2, last_status = $4, failure = $5,
        delivered_at = case when $2 = 'delivered' then now() end,
        next_attempt_at = case when $2 = 'queued' then now() + make_interval(secs => $3) end
      where delivery_id = $1 and state = 'queued'
      returning subscription_id, state
    )
    update webhook_subscriptions s set
      consecutive_failures = case when ended.state = 'delivered' then 0 else consecutive_failures + 1 end,
      enabled = enabled and not (ended.state <> 'delivered' and ($6::boolean or consecutive_failures + 1 >= $7)),
      disabled_reason = case
        when not enabled then disabled_reason
        when ended.state = 'delivered' then null
        when $6::boolean then 'gone'
        when consecutive_failures + 1 >= $7 then 'failures'
      end,
      version = version + case
        when enabled and ended.state <> 'delivered' and ($6::boolean or consecutive_failures + 1 >= $7) then 1 else 0 end,
      updated_at = case
        when enabled and ended.state <> 'delivered' and ($6::boolean or consecutive_failures + 1 >= $7) then now() else updated_at end
    from ended where s.subscription_id = ended.subscription_id`,
};
