/**
 * Changes, incidents and the audit trail for backend plugins.
 *
 * @packageDocumentation
 */
export * from './changesService';
