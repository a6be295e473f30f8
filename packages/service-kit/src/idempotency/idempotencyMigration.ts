import type { Migration } from '../postgres/migrate.ts';

/** Table `idempotency_keys` of {@link idempotencyPlugin}, in the service's own database. */
export const idempotencyMigration: Migration = {
  name: '20261120000000_idempotency_keys',
  up: async knex => {
    await knex.raw(`
      create table idempotency_keys (
        caller text not null,
        operation text not null,
        key text not null,
        -- SHA-256 of what was asked: path, query and body.
        fingerprint bytea not null,
        -- Id of what the request makes; the same in every attempt.
        resource_id uuid not null,
        attempt integer not null default 1,
        lease_token uuid not null,
        leased_until timestamptz not null,
        created_at timestamptz not null default now(),
        expires_at timestamptz not null,
        -- The answer; null while nobody has one.
        status smallint,
        headers jsonb,
        body bytea,
        primary key (caller, operation, key)
      )`);
    await knex.raw(
      'create index idempotency_keys_expires_at on idempotency_keys (expires_at)',
    );
  },
  down: async knex => {
    await knex.raw('drop table idempotency_keys');
  },
};
