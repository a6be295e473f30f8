/**
 * Secret requests: types, permissions, client, plans and the state machine of grants.
 *
 * @packageDocumentation
 */
export * from './api/SecretsApi';
export * from './api/SecretsClient';
export * from './api/answers';
export * from './api/blastRadius';
export * from './api/types';
export * from './declarations/declarationsSchema';
export * from './declarations/parseDeclarations';
export * from './grant/apply';
export * from './grant/commands';
export * from './grant/decide';
export * from './grant/events';
export * from './grant/refusals';
export * from './grant/rotation';
export * from './grant/timing';
export * from './grant/types';
export * from './manifests/manifestsOf';
export type { ValuesFile } from './manifests/valuesPatch';
export * from './permissions';
export * from './plan/capabilities';
export * from './plan/compareState';
export * from './plan/composePlan';
export * from './plan/declaredSlots';
export * from './plan/diff';
export * from './plan/links';
export * from './plan/lint';
export * from './plan/mounts';
export * from './plan/names';
export * from './plan/prefixes';
export * from './plan/words';
export * from './secret';
