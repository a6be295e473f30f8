import type { Migration } from '@shopfloor/service-kit';

/**
 * Quotes, orders and what happened to them. The checks are the last line of
 * defence of the money: total >= captured >= refunded, whatever a program does.
 */
export const ordersMigration: Migration = {
  name: '20261126000000_orders',

  async up(knex) {
    await knex.raw(`
      create table quotes (
        id uuid primary key,
        owner text not null,
        cart_id uuid not null,
        cart_version bigint not null,
        currency char(3) not null,
        total bigint not null check (total >= 0),
        request jsonb not null,
        shipping_option_id text not null,
        content jsonb not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      );
      create index quotes_expiry on quotes (expires_at);
      comment on column quotes.request is
        'What the shopper asked, with address and e-mail: personal, removed with the quote a day after it expired.';

      create table promotions (
        id uuid primary key,
        code text unique,
        definition jsonb not null,
        active boolean not null default true,
        limit_total bigint check (limit_total > 0),
        limit_per_shopper bigint check (limit_per_shopper > 0),
        used bigint not null default 0 check (used >= 0),
        version bigint not null default 1,
        updated_at timestamptz not null default now(),
        check (limit_total is null or used <= limit_total)
      );
      create table promotion_shoppers (
        promotion_id uuid not null references promotions (id) on delete cascade,
        owner text not null,
        used bigint not null check (used between 0 and use_limit),
        use_limit bigint not null,
        primary key (promotion_id, owner)
      );

      create table orders (
        id uuid primary key,
        order_number text not null unique,
        owner text not null,
        placed_by text not null,
        idempotency_key text not null,
        body_hash bytea not null,
        quote_id uuid not null,
        cart_id uuid not null,
        cart_version bigint not null,
        state text not null check (state in (
          'reserving', 'authorising', 'awaiting-payment', 'confirming',
          'requesting-shipment', 'fulfilling', 'shipped', 'completed',
          'cancelling', 'voiding', 'releasing', 'rejected', 'cancelled', 'care')),
        version bigint not null default 1,
        due_at timestamptz,
        leased_until timestamptz not null default '-infinity',
        attempts integer not null default 0,
        failure jsonb,
        uses_returned boolean not null default false,
        care_from text,
        care_reason text,
        currency char(3) not null,
        total bigint not null check (total >= 0),
        shipped_value bigint not null default 0 check (shipped_value between 0 and total),
        captured bigint not null default 0 check (captured between 0 and total),
        refunded bigint not null default 0 check (refunded >= 0),
        disputed bigint not null default 0 check (disputed >= 0),
        content jsonb not null,
        email text,
        language text not null check (language in ('en', 'zh')),
        address jsonb not null,
        shipping_option_id text not null,
        payment_id uuid not null unique,
        payment_state text,
        payment_version bigint not null default 0,
        payment_hint bigint not null default 0,
        payment_deadline timestamptz,
        capture_policy text not null default 'each-shipment' check (capture_policy in (
          'each-shipment', 'once-at-last-shipment', 'all-at-last-shipment')),
        shipment_id uuid not null unique,
        compensation_id uuid not null unique,
        placed_at timestamptz not null default now(),
        confirmed_at timestamptz,
        shipped_at timestamptz,
        delivered_at timestamptz,
        updated_at timestamptz not null default now(),
        reconciled_at timestamptz not null default '-infinity',
        erase_for text,
        erased_at timestamptz,
        unique (placed_by, idempotency_key),
        constraint orders_refunds_within_captures check (refunded <= captured)
      ) with (fillfactor = 70);
      create unique index orders_one_per_cart on orders (cart_id, cart_version)
        where state not in ('rejected', 'cancelled');
      create index orders_owner on orders (owner, id desc);
      create index orders_due on orders (due_at) where due_at is not null;
      create index orders_care on orders (id) where state = 'care';
      create index orders_guest_email on orders (lower(email))
        where owner like 'guest:%' and email is not null;
      create index orders_erase on orders (erase_for) where erase_for is not null;
      create index orders_reconcile on orders (updated_at);
      comment on column orders.due_at is
        'When a worker looks at it next; null: it waits for somebody or is over.';
      comment on column orders.leased_until is
        'Until then one process works on it. Each change is bound to the version, so one that lost its lease changes nothing.';
      comment on column orders.body_hash is
        'SHA-256 of what was asked with the key; the payment token itself is kept nowhere.';
      comment on column orders.payment_hint is
        'Newest version of the payment that an event told of.';
      comment on column orders.disputed is
        'Open and lost disputes: money that must not be refunded as well.';

      create table order_lines (
        order_id uuid not null references orders (id),
        sku text not null,
        quantity integer not null check (quantity > 0),
        shipped integer not null default 0,
        returned integer not null default 0,
        primary key (order_id, sku),
        check (shipped between 0 and quantity),
        check (returned between 0 and shipped)
      );

      create table order_history (
        id bigint generated always as identity primary key,
        order_id uuid not null,
        at timestamptz not null default clock_timestamp(),
        from_state text,
        to_state text not null,
        signal text not null,
        actor text not null,
        detail jsonb
      );
      create index order_history_order on order_history (order_id, id);
      create function order_history_append_only() returns trigger language plpgsql as $$
      begin
        raise exception 'The history of orders is append-only' using errcode = 'restrict_violation';
      end $$;
      create trigger order_history_append_only
        before update or delete or truncate on order_history
        for each statement execute function order_history_append_only();

      create table money_moves (
        id uuid primary key,
        order_id uuid not null references orders (id),
        kind text not null check (kind in ('capture', 'refund')),
        amount bigint not null check (amount > 0),
        state text not null default 'due' check (state in ('due', 'done', 'failed')),
        reason text not null,
        actor text not null,
        final boolean not null default false,
        shipment_id uuid,
        return_id uuid,
        due_at timestamptz default now(),
        leased_until timestamptz not null default '-infinity',
        attempts integer not null default 0,
        created_at timestamptz not null default now(),
        done_at timestamptz
      );
      create index money_moves_order on money_moves (order_id);
      create index money_moves_due on money_moves (due_at) where state = 'due';

      create table returns (
        id uuid primary key,
        order_id uuid not null references orders (id),
        state text not null check (state in ('requested', 'received')),
        lines jsonb not null,
        reason text not null,
        requested_at timestamptz not null default now(),
        received_at timestamptz,
        refund_id uuid
      );
      create index returns_order on returns (order_id);

      create table disputes (
        id text primary key,
        order_id uuid not null references orders (id),
        amount bigint not null,
        state text not null check (state in ('opened', 'won', 'lost')),
        updated_at timestamptz not null default now()
      );
      create index disputes_order on disputes (order_id);

      create table erasures (
        customer_id text primary key,
        requested_at timestamptz not null default now(),
        completed_at timestamptz
      );

      create table jobs (
        name text primary key,
        leased_until timestamptz not null default '-infinity',
        token bigint not null default 0,
        started_at timestamptz,
        finished_at timestamptz,
        report jsonb
      );

      -- A statement that must not half happen ends itself with this.
      create function orders_refuse(reason text) returns boolean language plpgsql as $$
      begin
        raise exception '%', reason using errcode = 'SF001';
      end $$;
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop function orders_refuse(text);
      drop table jobs, erasures, disputes, returns, money_moves, order_history,
        order_lines, orders, promotion_shoppers, promotions, quotes;
      drop function order_history_append_only();
    `);
  },
};
