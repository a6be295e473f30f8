/**
 * Reads the repository that a backend runs from.
 *
 * @packageDocumentation
 */
export * from './FolderUrlReader';
export * from './repositoryRoot';
export * from './urlReader';
