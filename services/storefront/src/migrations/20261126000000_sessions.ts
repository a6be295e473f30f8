import type { Migration } from '@shopfloor/service-kit';

/** Sessions of shoppers, and sign-ins that have begun. */
export const sessionsMigration: Migration = {
  name: '20261126000000_sessions',
  up: async knex => {
    await knex.raw(`
      create table sessions (
        id uuid primary key,
        -- SHA-256 of the cookie's secret; who reads the table cannot use a session.
        token_hash bytea not null unique check (octet_length(token_hash) = 32),
        subject text not null,
        kind text not null check (kind in ('guest', 'customer')),
        -- A copy of the issuer's claims, for the session token; ends with the session.
        email text,
        email_verified boolean,
        cart_id uuid,
        cart_currency char(3),
        -- A guest's cart that is still to be put into the customer's.
        merge_cart_id uuid,
        created_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`);
    await knex.raw('create index sessions_subject on sessions (subject)');
    await knex.raw('create index sessions_expires_at on sessions (expires_at)');
    await knex.raw(`
      create table sign_ins (
        state_hash bytea primary key,
        browser_hash bytea not null,
        code_verifier text not null,
        nonce text not null,
        return_to text not null,
        expires_at timestamptz not null
      )`);
    await knex.raw('create index sign_ins_expires_at on sign_ins (expires_at)');
  },
  down: async knex => {
    await knex.raw('drop table sign_ins');
    await knex.raw('drop table sessions');
  },
};
