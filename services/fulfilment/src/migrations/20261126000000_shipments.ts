import type { Migration } from '@shopfloor/service-kit';

/** Shipments with their parcels and tracking, returns, erasures, and the sample carrier's bookings. */
export const shipmentsMigration: Migration = {
  name: '20261126000000_shipments',

  async up(knex) {
    await knex.raw(`
      create table shipments (
        shipment_id uuid primary key,
        order_id uuid not null,
        customer_id text,
        option_id text not null,
        carrier text not null,
        sample boolean not null,
        state text not null default 'pending' check (state in
          ('pending', 'partially-dispatched', 'dispatched', 'delivered', 'cancelled', 'lost', 'returned')),
        version integer not null default 1,
        lines jsonb not null,
        min_days smallint,
        max_days smallint,
        address jsonb,
        request_hash text,
        address_erased_at timestamptz,
        booking_reference text,
        next_check_at timestamptz,
        check_failures integer not null default 0,
        closed_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        check ((address is null) = (address_erased_at is not null)),
        check (address is not null or request_hash is null)
      );
      comment on column shipments.lines is
        'Array of { sku, quantity, dispatched, returned }.';
      comment on column shipments.request_hash is
        'Hash over the request, to tell a repeated id; erased with the address it is made of.';
      comment on column shipments.next_check_at is
        'When the carrier is asked next. Moved ahead by whoever asks, which makes it a lease.';
      comment on column shipments.closed_at is
        'Since when nothing is left to bring; the address is no longer needed for the work.';
      create index shipments_order on shipments (order_id);
      create index shipments_customer on shipments (customer_id) where customer_id is not null;
      create index shipments_due on shipments (next_check_at) where next_check_at is not null;
      create index shipments_state on shipments (state, shipment_id);
      create index shipments_to_erase on shipments (closed_at)
        where closed_at is not null and address is not null;

      create table parcels (
        shipment_id uuid not null references shipments (shipment_id) on delete cascade,
        parcel_id uuid not null,
        tracking_id text not null,
        lines jsonb not null,
        closes boolean not null,
        dispatched_at timestamptz not null default now(),
        delivered_at timestamptz,
        primary key (shipment_id, parcel_id)
      );
      comment on column parcels.closes is
        'Whether nothing was to follow it in its shipment.';

      create table tracking_events (
        id bigint generated always as identity primary key,
        shipment_id uuid not null references shipments (shipment_id) on delete cascade,
        parcel_id uuid,
        code text not null,
        occurred_at timestamptz not null default now(),
        foreign key (shipment_id, parcel_id) references parcels (shipment_id, parcel_id) on delete cascade
      );
      create index tracking_events_shipment on tracking_events (shipment_id, id);
      create unique index tracking_events_once on tracking_events (shipment_id, code)
        where parcel_id is null;

      create table returns (
        return_id uuid primary key,
        order_id uuid not null,
        lines jsonb not null,
        received_at timestamptz not null default now()
      );
      create index returns_order on returns (order_id);

      create table erasures (
        customer_id text primary key,
        requested_at timestamptz not null default now(),
        completed_at timestamptz
      );
      comment on table erasures is
        'Customers to be forgotten. The id alone stays, so that what comes late is erased as well.';
      create index erasures_open on erasures (customer_id) where completed_at is null;

      create table sample_carrier_bookings (
        shipment_id uuid primary key,
        booked_at timestamptz not null default now(),
        dispatch_at timestamptz not null,
        deliver_at timestamptz not null,
        cancelled_at timestamptz
      );
      comment on table sample_carrier_bookings is
        'What the sandbox''s carrier would keep in a system of its own.';
    `);
  },

  async down(knex) {
    await knex.raw(`
      drop table sample_carrier_bookings;
      drop table erasures;
      drop table returns;
      drop table tracking_events;
      drop table parcels;
      drop table shipments;
    `);
  },
};
