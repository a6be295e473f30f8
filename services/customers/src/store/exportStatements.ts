import type { Statement } from '@shopfloor/service-kit';

const PARTS = `
  (select json_agg(json_build_object('service', p.service, 'state', p.state, 'failure', p.failure) order by p.service)
   from export_parts p where p.export_id = e.id) as parts`;

const EXPORT = `e.id, e.state, e.requested_at, e.ready_at, e.expires_at, e.downloaded_at, ${PARTS}`;

/** Begins an export, with a part for each service; no row while another of the customer is under way. */
export const beginExportStatement: Statement = {
  name: 'exports_begin',
  text: `
    with e as (
      insert into exports (id, customer_id, deadline_at)
      values ($1, $2, now() + make_interval(secs => $4::int))
      on conflict (customer_id) where state = 'collecting' do nothing
      returning id
    )
    insert into export_parts (export_id, service)
    select e.id, service from e, unnest($3::text[]) as service
    returning export_id`,
};

/** The export of a customer that is under way. */
export const runningExportStatement: Statement = {
  name: 'exports_running',
  text: `
    select ${EXPORT} from exports e
    where e.customer_id = $1 and e.state = 'collecting'`,
};

export const readExportStatement: Statement = {
  name: 'exports_read',
  text: `select ${EXPORT} from exports e where e.customer_id = $1 and e.id = $2`,
};

export const listExportsStatement: Statement = {
  name: 'exports_list',
  text: `
    select ${EXPORT} from exports e
    where e.customer_id = $1 order by e.requested_at desc, e.id limit 50`,
};

/** Takes some parts that are due, for as long as the lease lasts. */
export const takePartsStatement: Statement = {
  name: 'exports_take_parts',
  text: `
    update export_parts p set attempts = p.attempts + 1,
      next_attempt_at = now() + make_interval(secs => $1::int)
    from exports e
    where e.id = p.export_id and (p.export_id, p.service) in (
      select d.export_id, d.service from export_parts d
      join exports x on x.id = d.export_id and x.state = 'collecting'
      where d.state = 'pending' and d.next_attempt_at <= now()
      order by d.next_attempt_at limit $2::int
      for update of d skip locked
    )
    returning p.export_id, p.service, p.attempts, e.customer_id`,
};

/** Keeps what a service answered, unless the lease was lost meanwhile. */
export const finishPartStatement: Statement = {
  name: 'exports_finish_part',
  text: `
    update export_parts set state = 'done', records = $4::jsonb, failure = null, done_at = now()
    where export_id = $1 and service = $2 and attempts = $3::int and state = 'pending'`,
};

/** Notes why a part could not be had, and when to ask again. */
export const failPartStatement: Statement = {
  name: 'exports_fail_part',
  text: `
    update export_parts set failure = $4,
      next_attempt_at = now() + make_interval(secs => $5::int)
    where export_id = $1 and service = $2 and attempts = $3::int and state = 'pending'`,
};

/**
 * Moves exports on: complete ones are ready, overdue ones have failed, old results
 * are thrown away.
 */
export const settleExportsStatement: Statement = {
  name: 'exports_settle',
  text: `
    with ready as (
      update exports e set state = 'ready', ready_at = now(),
        expires_at = now() + make_interval(secs => $1::int)
      where e.state = 'collecting' and not exists (
        select from export_parts p where p.export_id = e.id and p.state = 'pending')
      returning e.id
    ), failed as (
      update exports e set state = 'failed'
      where e.state = 'collecting' and e.deadline_at <= now() and exists (
        select from export_parts p where p.export_id = e.id and p.state = 'pending')
      returning e.id
    ), expired as (
      update exports set state = 'expired'
      where state = 'ready' and expires_at <= now()
      returning id
    ), emptied as (
      update export_parts set records = null
      where records is not null and export_id in (select id from failed union all select id from expired)
      returning 1
    )
    select (select count(*)::int from ready) as ready,
      (select count(*)::int from failed) as failed,
      (select count(*)::int from expired) as expired`,
};

/** Hands the result out, once: it is gone with the statement that gives it. */
export const downloadExportStatement: Statement = {
  name: 'exports_download',
  text: `
    with taken as (
      update exports set state = 'downloaded', downloaded_at = now()
      where id = $2 and customer_id = $1 and state = 'ready' and expires_at > now()
      returning id, ready_at
    ), emptied as (
      update export_parts p set records = null
      from taken where p.export_id = taken.id
      returning 1
    )
    select t.ready_at,
      (select json_object_agg(p.service, p.records) from export_parts p where p.export_id = t.id) as services
    from taken t where (select count(*) from emptied) >= 0`,
};

/** What this service itself keeps of a customer. */
export const ownRecordsStatement: Statement = {
  name: 'exports_own_records',
  text: `
    select json_build_object(
      'profile', (select to_jsonb(c) from customers c where c.id = $1),
      'addresses', (select coalesce(jsonb_agg(to_jsonb(a) - 'customer_id' order by a.created_at), '[]')
        from addresses a where a.customer_id = $1),
      'consents', (select coalesce(jsonb_agg(to_jsonb(s) - 'customer_id' ||
          jsonb_build_object('text', jsonb_build_object('en', t.en, 'zh', t.zh)) order by s.id), '[]')
        from consents s join consent_texts t on t.purpose = s.purpose and t.version = s.text_version
        where s.customer_id = $1),
      'exports', (select coalesce(jsonb_agg(jsonb_build_object('exportId', x.id, 'state', x.state, 'requestedAt', x.requested_at) order by x.requested_at), '[]')
        from exports x where x.customer_id = $1)
    ) as records`,
};
