import type { Migration } from '../../postgres/migrate.ts';
import {
  fetchFunction,
  membershipFunctions,
  requireGroupFunction,
} from './consumeFunctions.ts';
import {
  explainRefusalFunction,
  leanAppendFunction,
  leanFetchFunction,
} from './leanFunctions.ts';
import {
  appendFunction,
  replayFunction,
  trimFunction,
} from './logFunctions.ts';
import { leanTrimFunction } from './trimFunction.ts';

const firstMigration: Migration = {
  name: '20261101000000_event_log',

  async up(knex) {
    await knex.raw(`
      create schema event_log;

      create table event_log.topics (
        id smallint generated always as identity primary key,
        name text not null unique
      );

      create table event_log.partitions (
        topic_id smallint not null references event_log.topics (id),
        partition smallint not null,
        next_offset bigint not null default 0,
        primary key (topic_id, partition)
      ) with (fillfactor = 20);
      comment on table event_log.partitions is
        'The row is locked from the moment offsets are given until they are committed: offsets become visible in order, without a gap.';

      create table event_log.events (
        topic_id smallint not null,
        partition smallint not null,
        "offset" bigint not null,
        event_id uuid not null,
        key text not null,
        value text not null,
        appended_at timestamptz not null,
        primary key (topic_id, partition, "offset")
      );

      create table event_log.group_members (
        group_name text not null,
        member text not null,
        topics text[] not null,
        asleep boolean not null default false,
        expires_at timestamptz not null,
        primary key (group_name, member)
      ) with (fillfactor = 50);

      create table event_log.group_partitions (
        group_name text not null,
        topic_id smallint not null references event_log.topics (id),
        partition smallint not null,
        next_offset bigint not null default 0,
        generation integer not null default 0,
        member text,
        token bigint not null default 0,
        expires_at timestamptz not null default '-infinity',
        primary key (group_name, topic_id, partition)
      ) with (fillfactor = 20);
      comment on column event_log.group_partitions.token is
        'Fencing token: grows with each new holder and each replay; a commit with an old one changes nothing.';
      comment on column event_log.group_partitions.generation is
        'Grows with each replay, so that an inbox tells a replayed event from a repeated one.';

      create table event_log.grants (
        role_name name not null,
        action text not null check (action in ('append', 'consume')),
        topic_id smallint not null references event_log.topics (id),
        group_name text not null default '',
        primary key (role_name, action, topic_id, group_name)
      );

      create table event_log.settings (
        only_row boolean primary key default true check (only_row),
        retention interval not null default '7 days'
      );
      insert into event_log.settings default values;

      -- Inside a function with the owner's rights current_user is the owner; whoever may become him needs no grant.
      create function event_log.is_owner() returns boolean
      language sql stable security definer set search_path = event_log, pg_temp as
        $$ select pg_has_role(session_user, current_user, 'member') $$;
    `);
    for (const text of [
      appendFunction,
      requireGroupFunction,
      membershipFunctions,
      fetchFunction,
      replayFunction,
      trimFunction,
    ]) {
      await knex.raw(text);
    }
    await knex.raw(
      'revoke all on all functions in schema event_log from public',
    );
  },

  async down(knex) {
    await knex.raw('drop schema event_log cascade');
  },
};

const checkedFunctions = [appendFunction, requireGroupFunction];

const replacing = (text: string) =>
  text.replace('create function', 'create or replace function');

/** A checked function that also looks for the grants of the role that the caller acts as. */
const acting = (text: string) =>
  replacing(text).replace(
    'g.role_name = session_user',
    "g.role_name in (session_user, current_setting('role')::name)",
  );

/**
 * A role with a lease, which Vault makes for a service, acts as the service's own role (`alter role … set role`) and has its
 * grants. Only a role that it is a member of can be taken on, so that nobody gains a grant by it.
 */
const actingRoles: Migration = {
  name: '20261126000000_event_log_acting_roles',

  async up(knex) {
    for (const text of checkedFunctions) {
      await knex.raw(acting(text));
    }
  },

  async down(knex) {
    for (const text of checkedFunctions) {
      await knex.raw(replacing(text));
    }
  },
};

const leanTrim: Migration = {
  name: '20261126230000_event_log_lean_trim',

  async up(knex) {
    await knex.raw(leanTrimFunction);
  },

  async down(knex) {
    await knex.raw(replacing(trimFunction));
  },
};

/** What members call every few seconds. */
const memberFunctions = [
  'require_group(text, text[])',
  'ensure_group(text, text[])',
  'renew(text, text, text[], integer)',
];

/** Processes of before go on: they call the same functions with the same parameters. */
const leanCalls: Migration = {
  name: '20261127060000_event_log_lean_calls',

  async up(knex) {
    await knex.raw(explainRefusalFunction);
    await knex.raw(
      'revoke all on function event_log.explain_refusal(text[]) from public',
    );
    await knex.raw(leanAppendFunction);
    await knex.raw(leanFetchFunction);
    for (const signature of memberFunctions) {
      await knex.raw(
        `alter function event_log.${signature} set plan_cache_mode = force_generic_plan`,
      );
    }
  },

  async down(knex) {
    for (const signature of memberFunctions) {
      await knex.raw(
        `alter function event_log.${signature} reset plan_cache_mode`,
      );
    }
    await knex.raw(acting(appendFunction));
    await knex.raw(replacing(fetchFunction));
    await knex.raw('drop function event_log.explain_refusal(text[])');
  },
};

/** The schema of the event log's own database. Services reach it through its functions only. */
export const eventLogMigrations: readonly Migration[] = [
  firstMigration,
  actingRoles,
  leanTrim,
  leanCalls,
];
