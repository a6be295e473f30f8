/**
 * Buckets of an outbox: how finely replicas can share the relaying. A power of
 * two, since the column that PostgreSQL computes masks bits; part of the schema,
 * never changed.
 */
export const OUTBOX_BUCKETS = 16;
