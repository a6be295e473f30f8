import type { Migration } from '@shopfloor/service-kit';

/** Messages with their attempts, what they need to know, suppressed recipients, webhooks. */
export const messagesMigration: Migration = {
  name: '20261126000000_messages',

  async up(knex) {
    await knex.raw(`
      create table messages (
        message_id uuid primary key,
        event_id uuid not null,
        kind text not null,
        audience text not null check (audience in ('shopper', 'care')),
        order_id uuid not null,
        order_number text,
        facts jsonb not null,
        resend_of uuid references messages (message_id) on delete cascade,
        state text not null default 'queued' check (state in
          ('queued', 'sent', 'suppressed', 'rejected', 'withdrawn', 'dead')),
        attempts integer not null default 0,
        next_attempt_at timestamptz default now(),
        language text,
        failure text,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        sent_at timestamptz,
        check ((state = 'queued') = (next_attempt_at is not null))
      );
      comment on table messages is
        'What is to be sent, and what became of it. No address, name or text is ever in it.';
      comment on column messages.next_attempt_at is
        'When it is tried next. Moved ahead by whoever tries, which makes it a lease.';
      create unique index messages_once on messages (event_id, kind) where resend_of is null;
      create index messages_due on messages (next_attempt_at) where state = 'queued';
      create index messages_order on messages (order_id);
      create index messages_created on messages (created_at);
      create index messages_dead on messages (message_id) where state = 'dead';

      create table message_attempts (
        message_id uuid not null references messages (message_id) on delete cascade,
        attempt integer not null,
        began_at timestamptz not null default now(),
        ended_at timestamptz,
        outcome text,
        primary key (message_id, attempt)
      );
      comment on table message_attempts is
        'Written before a message is handed to the mail server; one without an end may or may not have been sent.';

      create table order_customers (
        order_id uuid primary key,
        customer_id text not null
      );
      create index order_customers_customer on order_customers (customer_id);

      create table parcels (
        shipment_id uuid not null,
        version bigint not null,
        order_id uuid not null,
        carrier text not null,
        tracking_id text not null,
        lines jsonb not null,
        created_at timestamptz not null default now(),
        primary key (shipment_id, version)
      );
      create index parcels_created on parcels (created_at);

      create table suppressions (
        recipient text not null,
        scope text not null check (scope in ('all', 'optional')),
        source text not null check (source in ('recipient', 'staff')),
        created_at timestamptz not null default now(),
        primary key (recipient, scope)
      );
      comment on column suppressions.recipient is
        'Keyed hash of the address.';

      create table webhook_subscriptions (
        subscription_id uuid primary key,
        url text not null,
        event_types text[] not null check (cardinality(event_types) > 0),
        description text,
        secret bytea not null,
        previous_secret bytea,
        previous_until timestamptz,
        enabled boolean not null default true,
        disabled_reason text,
        consecutive_failures integer not null default 0,
        version integer not null default 1,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        check (enabled = (disabled_reason is null))
      );
      comment on column webhook_subscriptions.secret is
        'Sealed with WEBHOOK_KEY for this row.';

      create table webhook_deliveries (
        delivery_id uuid primary key default uuidv7(),
        subscription_id uuid not null
          references webhook_subscriptions (subscription_id) on delete cascade,
        event_id uuid not null,
        type text not null,
        body text not null,
        state text not null default 'queued'
          check (state in ('queued', 'delivered', 'failed')),
        attempts integer not null default 0,
        next_attempt_at timestamptz default now(),
        last_status integer,
        failure text,
        created_at timestamptz not null default now(),
        delivered_at timestamptz,
        unique (subscription_id, event_id),
        check ((state = 'queued') = (next_attempt_at is not null))
      );
      create index webhook_deliveries_due on webhook_deliveries (next_attempt_at)
        where state = 'queued';
      create index webhook_deliveries_created on webhook_deliveries (created_at);
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table webhook_deliveries;
      drop table webhook_subscriptions;
      drop table suppressions;
      drop table parcels;
      drop table order_customers;
      drop table message_attempts;
      drop table messages;
    `);
  },
};
