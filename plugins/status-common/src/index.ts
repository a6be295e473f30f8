/**
 * Status of the platform and the systems it depends on: types, permissions, client and pure functions.
 *
 * @packageDocumentation
 */
export * from './types';
export * from './permissions';
export * from './summarize';
export * from './StatusClient';
