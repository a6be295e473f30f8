/**
 * Requests to backend plugins: checked against a schema, refused with the field.
 *
 * @packageDocumentation
 */
export * from './parseInput';
export * from './values';
