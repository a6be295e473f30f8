import type { Statement } from '@shopfloor/service-kit';
import { ORDER_COLUMNS } from './placeStatements.ts';

/** Takes the lease of a job when its time has come. Parameters: name, lease in ms, pause since it last began in ms. */
export const takeJobStatement: Statement = {
  name: 'take_job',
  text: `
  insert into jobs as j (name, leased_until, token, started_at)
  values ($1, now() + $2 * interval '1 ms', 1, now())
  on conflict (name) do update
    set leased_until = now() + $2 * interval '1 ms', token = j.token + 1, started_at = now()
    where j.leased_until <= now()
      and (j.started_at is null or j.started_at <= now() - $3 * interval '1 ms')
  returning token`,
};

/** Ends a job that one still holds. Parameters: name, token, report. */
export const finishJobStatement: Statement = {
  name: 'finish_job',
  text: `
  update jobs set leased_until = '-infinity', finished_at = now(), report = $3
  where name = $1 and token = $2`,
};

/** The last report of a job. */
export const jobStatement: Statement = {
  name: 'find_job',
  text: `select started_at, finished_at, report, leased_until > now() as running from jobs where name = $1`,
};

/** Orders by state that are not over. */
export const countStatesStatement: Statement = {
  name: 'count_order_states',
  text: `
  select state, count(*)::int as orders from orders
  where not is_over group by state`,
};

/** Wakes orders that should move and that nobody will look at. */
export const wakeStuckStatement: Statement = {
  name: 'wake_stuck_orders',
  text: `
  update orders set due_at = now()
  where due_at is null and leased_until <= now()
    and not is_over
    and state in ('reserving', 'authorising', 'awaiting-payment', 'confirming',
      'requesting-shipment', 'cancelling', 'voiding', 'releasing')
  returning id`,
};

/** Orders that changed since their money was last compared, oldest change first. Parameters: settled for ms, most. */
export const uncomparedStatement: Statement = {
  name: 'list_uncompared_orders',
  text: `
  select ${ORDER_COLUMNS},
    exists (select from money_moves m where m.order_id = o.id and m.state = 'due') as moving
  from orders o
  where o.uncompared
    and o.updated_at <= now() - $1 * interval '1 ms'
    and o.state not in ('reserving', 'authorising', 'awaiting-payment', 'confirming', 'voiding', 'releasing')
  order by o.updated_at limit $2`,
};

/** Marks an order as compared as it was at a version. */
export const comparedStatement: Statement = {
  name: 'mark_compared',
  text: `update orders set reconciled_at = now() where id = $1 and version = $2`,
};

/** Removes quotes a day after they expired. */
export const purgeQuotesStatement: Statement = {
  name: 'purge_quotes',
  text: `
  delete from quotes where id in (
    select id from quotes where expires_at < now() - interval '1 day' limit 5000)`,
};
