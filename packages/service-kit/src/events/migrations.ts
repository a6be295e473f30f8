import type { Migration } from '../postgres/migrate.ts';
import { OUTBOX_BUCKETS } from './outboxBuckets.ts';

/**
 * The outbox of a service: events that wait for the log, the leases of its
 * buckets, and a doorbell that rings only while a relay sleeps. `pg_notify` in
 * every business statement would make commits of the whole server wait for one
 * another.
 */
export const outboxMigration: Migration = {
  name: '20261101000000_kit_outbox',

  async up(knex) {
    await knex.raw(`
      create table outbox (
        id bigint generated always as identity primary key,
        bucket smallint not null generated always as
          ((hashtextextended(partition_key, 0) & ${OUTBOX_BUCKETS - 1})::smallint) stored,
        event_id uuid not null default uuidv7(),
        topic text not null,
        type text not null,
        source text not null,
        aggregate_id text not null,
        aggregate_version bigint not null,
        partition_key text not null,
        traceparent text,
        data json not null,
        occurred_at timestamptz not null default now(),
        refused_reason text
      ) with (
        autovacuum_vacuum_scale_factor = 0,
        autovacuum_vacuum_threshold = 2000,
        autovacuum_vacuum_insert_threshold = 20000
      );
      comment on table outbox is
        'Events that the log has not taken yet; deleted once it has.';
      comment on column outbox.refused_reason is
        'Why the log never takes it, or behind: an earlier event of its key was refused.';
      create index outbox_ready on outbox (bucket, id) where refused_reason is null;
      create index outbox_aggregate on outbox (aggregate_id, aggregate_version);
      create index outbox_refused on outbox (topic, partition_key)
        where refused_reason is not null;

      create table outbox_leases (
        bucket smallint primary key,
        member text,
        token bigint not null default 0,
        expires_at timestamptz not null default '-infinity'
      );
      comment on column outbox_leases.token is
        'Grows with each new holder; a delete by an old holder finds nothing.';
      insert into outbox_leases (bucket)
        select generate_series(0, ${OUTBOX_BUCKETS - 1});

      create table outbox_relays (
        member text primary key,
        asleep boolean not null default false,
        expires_at timestamptz not null
      );

      -- The first rows of each bucket that a relay holds. A table that fills and empties has
      -- statistics that are always wrong: without these settings a backlog is sorted each time.
      -- Plain index scans also mark the entries of deleted rows, which bitmap scans read for ever.
      -- behind: an earlier event of the key was refused. early: an earlier version of the
      -- aggregate lies beyond what is read here; + 0 keeps the planner from ids as an entry.
      create function outbox_window(in_member text, in_limit integer, in_done bigint[])
      returns table (
        id bigint, bucket smallint, token bigint, event_id uuid, topic text, type text, source text,
        aggregate_id text, aggregate_version bigint, partition_key text, traceparent text,
        data text, occurred_at timestamptz, behind boolean, early boolean
      ) language sql stable
      set enable_seqscan = off set enable_bitmapscan = off set enable_sort = off as $window$
        select w.id, w.bucket, w.token, w.event_id, w.topic, w.type, w.source,
          w.aggregate_id, w.aggregate_version, w.partition_key, w.traceparent,
          w.data::text, w.occurred_at,
          exists (
            select from outbox r
            where r.topic = w.topic and r.partition_key = w.partition_key
              and r.refused_reason is not null and r.id + 0 < w.id
          ),
          exists (
            select from outbox e
            where e.aggregate_id = w.aggregate_id and e.aggregate_version < w.aggregate_version
              and e.id + 0 > w.edge and e.topic = w.topic and e.refused_reason is null
          )
        from (
          select c.*, l.token, max(c.id) over (partition by c.bucket) as edge
          from outbox_leases l
          cross join lateral (
            select o.* from outbox o
            where o.bucket = l.bucket and o.refused_reason is null and o.id <> all(in_done)
            order by o.id
            limit in_limit
          ) c
          where l.member = in_member and l.expires_at > clock_timestamp()
        ) w
      $window$;

      create function outbox_ring() returns trigger language plpgsql as $ring$
      begin
        if exists (
          select from outbox_relays
          where asleep and expires_at > clock_timestamp()
        ) then
          perform pg_notify('outbox', '');
        end if;
        return null;
      end
      $ring$;
      create trigger outbox_ring after insert on outbox
        for each statement execute function outbox_ring();
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop function outbox_window(text, integer, bigint[]);
      drop table outbox_relays;
      drop table outbox_leases;
      drop table outbox;
      drop function outbox_ring();
    `);
  },
};

/** What a service has handled, what it could not, and which keys wait behind that. */
export const inboxMigration: Migration = {
  name: '20261101000100_kit_inbox',

  async up(knex) {
    await knex.raw(`
      create table inbox (
        group_name text not null,
        event_id uuid not null,
        generation integer not null,
        handled_at timestamptz not null default now(),
        primary key (event_id, group_name, generation)
      );
      comment on table inbox is
        'Events whose work is done, committed with that work; kept longer than the log keeps events.';
      create index inbox_handled_at on inbox using brin (handled_at);

      create table parked_keys (
        group_name text not null,
        topic text not null,
        partition_key text not null,
        primary key (group_name, topic, partition_key)
      );
      comment on table parked_keys is
        'Keys with a dead letter. Its row lock keeps the consumer and a replay apart.';

      create table dead_letters (
        id bigint generated always as identity primary key,
        group_name text not null,
        topic text not null,
        partition_key text not null,
        event_id uuid not null,
        generation integer not null,
        type text not null,
        event text not null,
        state text not null default 'parked'
          check (state in ('parked', 'replayed', 'discarded')),
        cause text not null check (cause in ('failed', 'behind')),
        attempts integer not null,
        error text,
        parked_at timestamptz not null default now(),
        resolved_at timestamptz,
        resolved_by text,
        resolution text,
        unique (event_id, group_name, generation)
      );
      create index dead_letters_parked
        on dead_letters (group_name, topic, partition_key, id)
        where state = 'parked';
      create index dead_letters_resolved on dead_letters (resolved_at)
        where state <> 'parked';
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table dead_letters;
      drop table parked_keys;
      drop table inbox;
    `);
  },
};
