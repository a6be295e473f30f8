/**
 * Changes, incidents and the audit trail for backend plugins.
 *
 * @packageDocumentation
 */
export * from './changesService';
export * from './trail/actContent';
export * from './trail/archive';
export * from './trail/chain';
export * from './trail/redact';
export * from './trail/trailAuditor';
export * from './trail/TrailAuditorService';
export * from './trail/traceId';
export * from './trail/TrailClient';
export * from './trail/trailService';
