import {
  documentsMigration,
  type Migration,
  outboxMigration,
  workMigration,
} from '@shopfloor/service-kit';
import type { Feature } from '../features.ts';
import { productsMigration } from './20261101000000_products.ts';
import { ratingsMigration } from './20261115000000_ratings.ts';
import { catalogueMigration } from './20261126000000_catalogue.ts';

/** The migrations a build needs, in order. A build without a feature leaves its tables to others. */
export function migrationsFor(features: ReadonlySet<Feature>): Migration[] {
  return [
    outboxMigration,
    documentsMigration,
    productsMigration,
    ...(features.has('ratings') ? [ratingsMigration] : []),
    catalogueMigration,
    workMigration,
  ];
}
