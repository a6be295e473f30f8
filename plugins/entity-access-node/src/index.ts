/**
 * What a person may see of entities, decided in a plugin's own database.
 *
 * @packageDocumentation
 */
export * from './catalogConditions';
export * from './criteria';
export * from './facets';
export * from './readableCriteria';
