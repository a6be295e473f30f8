import type { Migration } from '@shopfloor/service-kit';

/** Exports and erasures across all services, and how far each is. */
export const dataJobsMigration: Migration = {
  name: '20261126000100_data_jobs',

  async up(knex) {
    await knex.raw(`
      create table exports (
        id uuid primary key,
        customer_id text not null references customers (id) on delete cascade,
        state text not null default 'collecting'
          check (state in ('collecting', 'ready', 'downloaded', 'expired', 'failed')),
        requested_at timestamptz not null default now(),
        deadline_at timestamptz not null,
        ready_at timestamptz,
        expires_at timestamptz,
        downloaded_at timestamptz
      );
      create unique index exports_one_at_a_time on exports (customer_id)
        where state = 'collecting';
      create index exports_customer on exports (customer_id, requested_at desc);
      create index exports_expiry on exports (expires_at) where state = 'ready';
      create index exports_deadline on exports (deadline_at)
        where state = 'collecting';

      create table export_parts (
        export_id uuid not null references exports (id) on delete cascade,
        service text not null,
        state text not null default 'pending' check (state in ('pending', 'done')),
        attempts integer not null default 0,
        next_attempt_at timestamptz not null default now(),
        failure text,
        records jsonb,
        done_at timestamptz,
        primary key (export_id, service)
      );
      comment on column export_parts.next_attempt_at is
        'Also the lease: whoever takes a part moves it ahead, so that a part whose worker was killed is taken again.';
      comment on column export_parts.attempts is
        'Also the fencing token of the lease: a worker that lost it writes nothing.';
      create index export_parts_due on export_parts (next_attempt_at)
        where state = 'pending';

      create table erasures (
        id uuid primary key,
        customer_id text not null,
        state text not null default 'running' check (state in ('running', 'completed')),
        requested_at timestamptz not null default now(),
        deadline_at timestamptz not null,
        completed_at timestamptz,
        emissions integer not null default 1,
        next_emission_at timestamptz not null
      );
      comment on table erasures is
        'Kept as the record that an erasure was asked for and done. The id says nothing of a person.';
      create unique index erasures_one_at_a_time on erasures (customer_id)
        where state = 'running';
      create index erasures_customer on erasures (customer_id, requested_at desc);
      create index erasures_running on erasures (next_emission_at)
        where state = 'running';

      create table erasure_parts (
        erasure_id uuid not null references erasures (id) on delete cascade,
        service text not null,
        completed_at timestamptz,
        primary key (erasure_id, service)
      );

      create function consents_keep() returns trigger language plpgsql as $$
      begin
        if not exists (
          select from erasures where customer_id = old.customer_id
        ) then
          raise exception 'consents is append-only: only an erasure deletes'
            using errcode = 'restrict_violation';
        end if;
        return old;
      end
      $$;
      create trigger consents_keep before delete on consents
        for each row execute function consents_keep();
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop trigger consents_keep on consents;
      drop function consents_keep();
      drop table erasure_parts;
      drop table erasures;
      drop table export_parts;
      drop table exports;
    `);
  },
};
