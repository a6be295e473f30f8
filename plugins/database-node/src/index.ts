/**
 * The database of a backend plugin.
 *
 * @packageDocumentation
 */
export * from './openDatabase';
