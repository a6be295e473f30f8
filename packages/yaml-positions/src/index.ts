/**
 * YAML documents that know on which line each field stands, and files of definitions of one kind.
 *
 * @packageDocumentation
 */
export * from './fieldPath';
export * from './PositionedDocument';
export * from './readDefinitions';
export * from './readPositionedDocuments';
