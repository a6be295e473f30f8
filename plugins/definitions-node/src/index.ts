/**
 * Files of definitions that backend plugins read through the URL readers of the portal.
 *
 * @packageDocumentation
 */
export * from './DefinitionRound';
export * from './readDefinitionFiles';
export * from './takeFirst';
