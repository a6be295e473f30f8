import type { Migration } from '@shopfloor/service-kit';

/** Payments, what was asked of providers, our ledger, webhooks and reconciliation. */
export const paymentsMigration: Migration = {
  name: '20261120000000_payments',

  async up(knex) {
    await knex.raw(`
      create table payments (
        payment_id uuid primary key,
        order_id uuid not null,
        provider text not null,
        provider_payment_id text,
        provider_version bigint not null default 0,
        amount bigint not null check (amount > 0),
        currency char(3) not null,
        token_hash bytea not null,
        return_url text not null,
        expires_in_seconds integer not null,
        expires_at timestamptz not null,
        state text not null default 'pending' check (state in ('pending', 'requires-action', 'authorised',
          'partially-captured', 'captured', 'declined', 'voided', 'expired', 'failed')),
        authorised bigint not null default 0,
        captured bigint not null default 0,
        refunded bigint not null default 0,
        capture_reserved bigint not null default 0 check (capture_reserved >= 0),
        refund_reserved bigint not null default 0 check (refund_reserved >= 0),
        decline_code text,
        next_action_url text,
        authorisation_expires_at timestamptz,
        close_reason text check (close_reason in ('void', 'deadline', 'mismatch', 'unreachable', 'refused')),
        version integer not null default 1,
        refresh_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        check (authorised in (0, amount)),
        check (captured between 0 and authorised),
        check (refunded between 0 and captured)
      );
      comment on column payments.token_hash is
        'SHA-256 of id and token: recognises the same request again. The token itself is never stored.';
      comment on column payments.capture_reserved is
        'Captured or being captured; written before the provider is asked.';
      comment on column payments.close_reason is
        'Set before the provider is told to let go, so that a crash between the two is finished.';
      comment on column payments.refresh_at is
        'When the provider is to be asked next. Moved ahead as a lease by whoever asks.';
      create index payments_refresh on payments (refresh_at) where refresh_at is not null;
      create index payments_order on payments (order_id);
      create index payments_provider on payments (provider, provider_payment_id);

      create table operations (
        operation_id uuid primary key,
        payment_id uuid not null references payments (payment_id),
        kind text not null check (kind in ('authorise', 'capture', 'refund', 'void', 'reauthorise')),
        amount bigint not null default 0 check (amount >= 0),
        state text not null default 'pending' check (state in ('pending', 'succeeded', 'failed')),
        final boolean not null default false,
        reason text,
        failure_code text,
        provider_object_id text,
        attempts integer not null default 1,
        next_attempt_at timestamptz not null,
        reconciled_at timestamptz,
        created_at timestamptz not null default now(),
        settled_at timestamptz
      );
      comment on column operations.next_attempt_at is
        'Also the lease: whoever asks the provider moves it ahead first.';
      create index operations_payment on operations (payment_id, created_at, operation_id);
      create index operations_due on operations (next_attempt_at) where state = 'pending';
      create index operations_unreconciled on operations (settled_at)
        where kind in ('capture', 'refund') and state = 'succeeded' and reconciled_at is null;
      create unique index operations_one_void on operations (payment_id) where kind = 'void' and state = 'pending';
      create unique index operations_one_reauthorise on operations (payment_id)
        where kind = 'reauthorise' and state = 'pending';

      create table disputes (
        provider text not null,
        provider_dispute_id text not null,
        payment_id uuid not null references payments (payment_id),
        amount bigint not null,
        state text not null check (state in ('opened', 'won', 'lost')),
        updated_at timestamptz not null default now(),
        primary key (provider, provider_dispute_id)
      );
      create index disputes_payment on disputes (payment_id);

      create table postings (
        position bigint generated always as identity primary key,
        payment_id uuid not null references payments (payment_id),
        kind text not null,
        object_id text not null,
        debit text not null,
        credit text not null,
        amount bigint not null check (amount > 0),
        currency char(3) not null,
        created_at timestamptz not null default now(),
        unique (kind, object_id),
        check (debit <> credit)
      );
      comment on table postings is
        'Our ledger: one row is both sides of a movement, written by the statement that settles it. Never changed.';
      create index postings_payment on postings (payment_id);

      create table webhook_events (
        provider text not null,
        event_id text not null,
        type text not null,
        payment_id uuid,
        received_at timestamptz not null default now(),
        primary key (provider, event_id)
      );
      comment on table webhook_events is
        'Ids of webhooks that were taken, against replays. Kept longer than a signature is accepted.';
      create index webhook_events_age on webhook_events using brin (received_at);

      create table provider_entries (
        provider text not null,
        position bigint not null,
        kind text not null,
        provider_payment_id text not null,
        payment_reference text not null,
        object_id text not null,
        reference text,
        amount bigint not null,
        currency char(3) not null,
        imported_at timestamptz not null default now(),
        matched_at timestamptz,
        primary key (provider, position)
      );
      create index provider_entries_open on provider_entries (provider, imported_at) where matched_at is null;
      create index provider_entries_reference on provider_entries (reference);

      create table reconciliations (
        provider text primary key,
        cursor bigint not null default 0,
        lease_until timestamptz not null default '-infinity',
        due_at timestamptz not null default '-infinity'
      );

      create table differences (
        difference_id uuid primary key,
        provider text not null,
        kind text not null check (kind in ('missing-here', 'missing-there', 'amount-differs')),
        object_id text not null,
        movement text not null,
        payment_id uuid,
        amount_here bigint,
        amount_there bigint,
        currency char(3) not null,
        state text not null check (state in ('open', 'repaired', 'resolved')),
        action text,
        note text,
        resolved_by text,
        found_at timestamptz not null default now(),
        resolved_at timestamptz,
        unique (provider, kind, object_id)
      );
      create index differences_list on differences (state, found_at desc, difference_id desc);
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table differences;
      drop table reconciliations;
      drop table provider_entries;
      drop table webhook_events;
      drop table postings;
      drop table disputes;
      drop table operations;
      drop table payments;
    `);
  },
};
