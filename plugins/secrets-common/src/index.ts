/**
 * Secret requests: types, permissions, client, plans and the state machine of grants.
 *
 * @packageDocumentation
 */
export * from './api/SecretsApi';
export * from './api/SecretsClient';
export * from './api/types';
export * from './grant/events';
export * from './grant/types';
export * from './permissions';
export * from './secret';
