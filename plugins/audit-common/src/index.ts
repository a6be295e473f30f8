/**
 * Changes, incidents and the audit trail: types, permissions and client.
 *
 * @packageDocumentation
 */
export * from './api/ChangesApi';
export * from './api/ChangesClient';
export * from './api/http';
export * from './api/TrailApi';
export * from './api/trailTypes';
export * from './api/types';
export * from './changes/change';
export * from './incidents/incident';
export * from './permissions';
export * from './trail/entry';
