import type { Migration } from '@shopfloor/service-kit';

/** Accounts, charges with their parts, the ledger, events and their deliveries. */
export const providerMigration: Migration = {
  name: '20261120000000_provider',

  async up(knex) {
    await knex.raw(`
      create table accounts (
        id text primary key,
        name text not null,
        secret_key_hash bytea not null unique,
        publishable_key text not null unique,
        webhook_url text,
        webhook_secret text not null,
        allowed_origins text[] not null default '{}',
        capabilities jsonb not null,
        misbehaviour jsonb not null,
        ledger_position bigint not null default 0,
        created_at timestamptz not null default now()
      );
      comment on column accounts.ledger_position is
        'Newest position of the ledger. A posting is written in the transaction that raises it, so positions become visible in order.';

      create table tokens (
        id text primary key,
        account_id text not null references accounts (id),
        behaviour text not null,
        card_brand text not null,
        card_last4 text not null,
        used_by text,
        created_at timestamptz not null default now()
      );

      create table charges (
        id text primary key,
        account_id text not null references accounts (id),
        reference text not null,
        idempotency_key text not null,
        amount bigint not null check (amount > 0),
        currency text not null,
        authorized bigint not null default 0 check (authorized between 0 and amount),
        captured bigint not null default 0 check (captured between 0 and authorized),
        refunded bigint not null default 0 check (refunded between 0 and captured),
        status text not null,
        version bigint not null default 1,
        failure_code text,
        behaviour text not null,
        card_brand text not null,
        card_last4 text not null,
        redirect_id text unique,
        return_url text,
        action_expires_at timestamptz,
        authorization_expires_at timestamptz,
        created_at timestamptz not null default now()
      );
      create index charges_reference on charges (account_id, reference);
      create index charges_authorization_ends on charges (authorization_expires_at)
        where status in ('authorized', 'partially_captured');
      create index charges_action_ends on charges (action_expires_at)
        where status = 'requires_action';

      create table parts (
        id text primary key,
        kind text not null check (kind in ('capture', 'refund', 'dispute')),
        charge_id text not null references charges (id),
        reference text,
        amount bigint not null check (amount > 0),
        status text not null,
        due_at timestamptz,
        created_at timestamptz not null default now()
      );
      create index parts_charge on parts (charge_id, created_at, id);
      create index parts_due on parts (due_at) where due_at is not null;
      comment on column parts.due_at is 'A dispute that is scheduled but not opened yet.';

      create table idempotency_keys (
        account_id text not null references accounts (id),
        key text not null,
        request_hash bytea not null,
        charge_id text,
        object_id text,
        created_at timestamptz not null default now(),
        primary key (account_id, key)
      );
      create index idempotency_keys_age on idempotency_keys (created_at);
      comment on column idempotency_keys.charge_id is
        'Null: the key was cancelled before it was seen; nothing may use it any more.';

      create table postings (
        account_id text not null references accounts (id),
        position bigint not null,
        type text not null,
        charge_id text not null references charges (id),
        object_id text not null,
        reference text,
        debit text not null,
        credit text not null,
        amount bigint not null check (amount > 0),
        currency text not null,
        created_at timestamptz not null default now(),
        primary key (account_id, position),
        check (debit <> credit)
      );

      create table events (
        id text primary key,
        account_id text not null references accounts (id),
        charge_id text not null references charges (id),
        body text not null,
        created_at timestamptz not null default now()
      );
      create index events_charge on events (charge_id);

      create table deliveries (
        id bigint generated always as identity primary key,
        event_id text not null references events (id),
        due_at timestamptz not null,
        attempts integer not null default 0,
        signature text,
        delivered_at timestamptz,
        last_status integer
      );
      create index deliveries_due on deliveries (due_at) where delivered_at is null;
      comment on column deliveries.due_at is
        'Also the lease: a sender moves it ahead before it sends.';
      comment on column deliveries.signature is
        'Header of the newest sending, so that exactly it can be replayed.';
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table deliveries;
      drop table events;
      drop table postings;
      drop table idempotency_keys;
      drop table parts;
      drop table charges;
      drop table tokens;
      drop table accounts;
    `);
  },
};
