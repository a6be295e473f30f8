import type { Migration } from '@shopfloor/service-kit';
import { sessionsMigration } from './20261126000000_sessions.ts';

/** The schema's history, in order. */
export const migrations: readonly Migration[] = [sessionsMigration];
