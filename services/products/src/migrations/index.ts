import type { Migration } from '@shopfloor/service-kit';
import type { Feature } from '../features.ts';
import { productsMigration } from './20261101000000_products.ts';
import { ratingsMigration } from './20261115000000_ratings.ts';

/** The migrations a build needs, in order. A build without a feature leaves its tables to others. */
export function migrationsFor(features: ReadonlySet<Feature>): Migration[] {
  return features.has('ratings')
    ? [productsMigration, ratingsMigration]
    : [productsMigration];
}
