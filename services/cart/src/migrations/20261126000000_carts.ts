import type { Migration } from '@shopfloor/service-kit';

/** Carts, each with its lines in one row, so that a change of any of it is one statement on one locked row. */
export const cartsMigration: Migration = {
  name: '20261126000000_carts',

  async up(knex) {
    await knex.raw(`
      create table carts (
        id uuid primary key,
        owner text not null check (owner ~ '^(guest|customer):.'),
        currency char(3) not null,
        country char(2),
        state text not null default 'open' check (state in ('open', 'merged')),
        version bigint not null default 1,
        lines jsonb not null default '{}' check (jsonb_typeof(lines) = 'object'),
        merged_into uuid,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        expires_at timestamptz not null,
        check ((state = 'merged') = (merged_into is not null)),
        check (state = 'open' or lines = '{}')
      );
      comment on table carts is
        'Carts of guests and customers. A merged cart is kept, empty, so that merging again adds nothing.';
      comment on column carts.lines is
        'By SKU: quantity, position (grows with each line added), and the offer it was last set under: productId, name, unitAmount in minor units.';
      comment on column carts.expires_at is
        'Past it the cart is gone for everyone, whether or not the sweeper has been here.';
      create index carts_owner on carts (owner, updated_at desc);
      create index carts_expires_at on carts (expires_at);
      create index carts_merged_into on carts (merged_into)
        where merged_into is not null;
    `);
  },

  async down(knex) {
    await knex.raw('drop table carts');
  },
};
