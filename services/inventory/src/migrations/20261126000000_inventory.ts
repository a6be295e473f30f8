import type { Migration } from '@shopfloor/service-kit';

/**
 * Warehouses, stock, reservations and the ledger. The constraints are the last
 * line of defence: the statements never come to them.
 */
export const inventoryMigration: Migration = {
  name: '20261126000000_inventory',

  async up(knex) {
    await knex.raw(`
      create table warehouses (
        id text primary key,
        name text not null,
        position integer not null unique,
        created_at timestamptz not null default now()
      );
      comment on column warehouses.position is
        'Order of preference when an order could be taken from several.';

      create table skus (
        sku text primary key,
        product_id uuid not null,
        product_version bigint not null,
        sample boolean not null,
        listed boolean not null,
        state text not null default 'out'
          check (state in ('in-stock', 'low', 'out')),
        version bigint not null default 0
      );
      create index skus_product on skus (product_id);
      comment on column skus.state is
        'The state last told to others; version counts how often it changed.';

      create table stock (
        sku text not null references skus (sku),
        warehouse_id text not null references warehouses (id),
        on_hand bigint not null default 0 check (on_hand >= 0),
        held bigint not null default 0 check (held >= 0),
        allocated bigint not null default 0 check (allocated >= 0),
        primary key (sku, warehouse_id),
        constraint stock_available check (on_hand - held - allocated >= 0)
      ) with (fillfactor = 50);
      create index stock_warehouse on stock (warehouse_id, sku);
      comment on table stock is
        'Half of each page stays free, so that a change of a busy row stays on its page and touches no index.';

      create table reservations (
        id uuid primary key,
        state text not null
          check (state in ('held', 'confirmed', 'released', 'expired')),
        lines_hash text not null,
        generation integer not null default 1,
        expires_at timestamptz not null,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now()
      ) with (fillfactor = 80);
      create index reservations_expiry on reservations (expires_at)
        where state = 'held';
      comment on column reservations.generation is
        'Counts how often the reservation took its stock anew; lines belong to one generation.';

      create table reservation_lines (
        reservation_id uuid not null references reservations (id),
        generation integer not null,
        sku text not null,
        warehouse_id text not null,
        quantity bigint not null check (quantity > 0),
        shipped bigint not null default 0 check (shipped >= 0),
        remaining bigint not null check (remaining >= 0),
        primary key (reservation_id, generation, sku, warehouse_id),
        check (shipped + remaining <= quantity)
      );
      create index reservation_lines_open on reservation_lines (sku)
        where remaining > 0;
      comment on column reservation_lines.remaining is
        'What the line still keeps of the stock: held or allocated by the state of its reservation.';

      create table stock_documents (
        id uuid primary key,
        kind text not null
          check (kind in ('receipt', 'adjustment', 'shipment', 'return')),
        body_hash text not null,
        actor text,
        created_at timestamptz not null default now()
      );
      comment on table stock_documents is
        'What moved stock from outside, by the id of whoever made it: the same id twice moves nothing twice.';

      create table movements (
        id bigint generated always as identity primary key,
        kind text not null check (kind in
          ('received', 'held', 'released', 'confirmed', 'shipped', 'returned', 'adjusted')),
        sku text not null,
        warehouse_id text not null,
        quantity bigint not null check (quantity > 0),
        on_hand bigint not null,
        held bigint not null,
        allocated bigint not null,
        reference uuid not null,
        reason text,
        actor text,
        recorded_at timestamptz not null default now(),
        check (case kind
          when 'received' then on_hand = quantity and held = 0 and allocated = 0
          when 'held' then on_hand = 0 and held = quantity and allocated = 0
          when 'released' then on_hand = 0 and held + allocated = -quantity and held <= 0 and allocated <= 0
          when 'confirmed' then on_hand = 0 and held = -quantity and allocated = quantity
          when 'shipped' then on_hand = -quantity and held = 0 and allocated between -quantity and 0
          when 'returned' then on_hand = quantity and held = 0 and allocated = 0
          else reason is not null and (on_hand <> 0 or held <> 0 or allocated <> 0)
        end)
      );
      create index movements_sku on movements (sku, id);
      create index movements_reference on movements (reference);
      comment on table movements is
        'The ledger: each row says by how much the three quantities changed; their sums are the stock.';

      create function refuse_change() returns trigger language plpgsql as $$
      begin
        raise exception 'The ledger is append-only' using errcode = 'restrict_violation';
      end $$;
      create trigger movements_append_only
        before update or delete or truncate on movements
        for each statement execute function refuse_change();

      create table reconciliations (
        id uuid primary key,
        state text not null check (state in ('open', 'done')),
        requested_by text not null,
        after_sku text not null default '',
        skus_checked bigint not null default 0,
        holds_expired bigint not null default 0,
        differences bigint not null default 0,
        unrepaired bigint not null default 0,
        started_at timestamptz not null default now(),
        finished_at timestamptz
      );
      create unique index reconciliations_one_open
        on reconciliations (state) where state = 'open';
      comment on column reconciliations.after_sku is
        'How far it has come; whoever takes the job over continues there.';

      create table reconciliation_differences (
        reconciliation_id uuid not null references reconciliations (id),
        sku text not null,
        warehouse_id text not null,
        quantity text not null check (quantity in ('on_hand', 'held', 'allocated', 'state')),
        stock text not null,
        ledger text,
        reservations text,
        outcome text not null check (outcome in ('repaired', 'needs-care')),
        recorded_at timestamptz not null default now(),
        primary key (reconciliation_id, sku, warehouse_id, quantity)
      );
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table reconciliation_differences;
      drop table reconciliations;
      drop table movements;
      drop function refuse_change;
      drop table stock_documents;
      drop table reservation_lines;
      drop table reservations;
      drop table stock;
      drop table skus;
      drop table warehouses;
    `);
  },
};
