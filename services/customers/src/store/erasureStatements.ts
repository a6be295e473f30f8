import { outboxInsert, type Statement } from '@shopfloor/service-kit';

const ERASURE = `e.id, e.customer_id, e.state, e.requested_at, e.deadline_at, e.completed_at,
  (select json_agg(json_build_object('service', p.service, 'completedAt', p.completed_at) order by p.service)
   from erasure_parts p where p.erasure_id = e.id) as parts`;

/** The erasure that answers a request: the running one, or one so recent that the same token may have asked for it. */
export const recentErasureStatement: Statement = {
  name: 'erasures_recent',
  text: `
    select ${ERASURE} from erasures e
    where e.customer_id = $1
      and (e.state = 'running' or e.requested_at > now() - make_interval(secs => $2::int))
    order by e.requested_at desc limit 1`,
};

/** Begins an erasure; no row while another of the customer runs. Must be a statement of its own: what deletes consents looks for it. */
export const beginErasureStatement: Statement = {
  name: 'erasures_begin',
  text: `
    insert into erasures (id, customer_id, deadline_at, next_emission_at)
    values ($1, $2, now() + make_interval(secs => $3::int), now() + make_interval(secs => $4::int))
    on conflict (customer_id) where state = 'running' do nothing
    returning id`,
};

/** Deletes what this service has, says which services have to follow, and tells them. */
export const carryOutErasureStatement: Statement = {
  name: 'erasures_carry_out',
  text: `
    with gone as (
      delete from customers where id = $2 returning id
    ), parts as (
      insert into erasure_parts (erasure_id, service, completed_at)
      select $1::uuid, service, case when service = $4 then now() end
      from unnest($3::text[]) as service
      returning service
    )${outboxInsert(5)}
    select count(*)::int as parts from parts`,
};

export const readErasureStatement: Statement = {
  name: 'erasures_read',
  text: `select ${ERASURE} from erasures e where e.customer_id = $1 and e.id = $2`,
};

export const listErasuresStatement: Statement = {
  name: 'erasures_list',
  text: `
    select ${ERASURE} from erasures e
    where e.customer_id = $1 order by e.requested_at desc limit 50`,
};

/** Locks the running erasure of a customer, so that two services that finish at once do not both wait for each other. */
export const lockErasureStatement: Statement = {
  name: 'erasures_lock',
  text: `select id from erasures where customer_id = $1 and state = 'running' for update`,
};

/** A service has erased. */
export const completePartStatement: Statement = {
  name: 'erasures_complete_part',
  text: `
    update erasure_parts set completed_at = now()
    where erasure_id = $1 and service = $2 and completed_at is null`,
};

/** Ends an erasure whose every part is done. */
export const completeErasureStatement: Statement = {
  name: 'erasures_complete',
  text: `
    update erasures e set state = 'completed', completed_at = now()
    where e.id = $1 and not exists (
      select from erasure_parts p where p.erasure_id = e.id and p.completed_at is null)
    returning e.id`,
};

/** Running erasures whose services are to be told again. */
export const dueEmissionsStatement: Statement = {
  name: 'erasures_due_emissions',
  text: `
    select id, customer_id, emissions from erasures
    where state = 'running' and next_emission_at <= now()
    order by next_emission_at limit 100
    for update skip locked`,
};

/** Tells the services of an erasure again. */
export const emitAgainStatement: Statement = {
  name: 'erasures_emit_again',
  text: `
    with told as (
      update erasures set emissions = emissions + 1,
        next_emission_at = now() + make_interval(secs => $2::int)
      where id = $1 returning id
    )${outboxInsert(3)}
    select id from told`,
};

/** How jobs stand, for the metrics that alerts look at. */
export const measureJobsStatement: Statement = {
  name: 'jobs_measure',
  text: `
    select
      (select count(*)::int from erasures where state = 'running') as erasures_running,
      (select count(*)::int from erasures where state = 'running' and deadline_at <= now()) as erasures_overdue,
      (select count(*)::int from exports where state = 'collecting') as exports_collecting,
      (select count(*)::int from exports where state = 'failed' and requested_at > now() - interval '7 days') as exports_failed`,
};

/** Services that running erasures wait for. */
export const waitingServicesStatement: Statement = {
  name: 'erasures_waiting_services',
  text: `
    select p.service, count(*)::int as waiting
    from erasure_parts p join erasures e on e.id = p.erasure_id
    where e.state = 'running' and p.completed_at is null
    group by p.service`,
};
