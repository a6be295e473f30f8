/**
 * Checks of services: types, permissions and client.
 *
 * @packageDocumentation
 */
export * from './api/ChecksApi';
export * from './api/ChecksClient';
export * from './api/types';
export * from './model/definition';
export * from './model/evidence';
export * from './model/result';
export * from './permissions';
