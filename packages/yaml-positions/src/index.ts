/**
 * YAML documents that know on which line each field stands.
 *
 * @packageDocumentation
 */
export * from './fieldPath';
export * from './PositionedDocument';
export * from './readPositionedDocuments';
