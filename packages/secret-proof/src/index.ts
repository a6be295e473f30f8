/**
 * The proof of a grant.
 *
 * @packageDocumentation
 */
export * from './prove.ts';
