/**
 * Requests to backend plugins: checked against a schema, refused with the field; writes with an intent before and the outcome after.
 *
 * @packageDocumentation
 */
export * from './audited';
export * from './auditRefusals';
export * from './parseInput';
export * from './values';
