/**
 * Secret requests: types, permissions, client, plans and the state machine of grants.
 *
 * @packageDocumentation
 */
export * from './api/SecretsApi';
export * from './api/SecretsClient';
export * from './api/types';
export * from './declarations/declarationsSchema';
export * from './declarations/parseDeclarations';
export * from './grant/events';
export * from './grant/types';
export * from './permissions';
export * from './plan/capabilities';
export * from './plan/composePlan';
export * from './plan/declaredSlots';
export * from './plan/mounts';
export * from './plan/names';
export * from './secret';
