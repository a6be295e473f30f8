/**
 * The platform's pipeline of Vault.
 *
 * @packageDocumentation
 */
export * from './applyPlatform';
export { readPlatformFiles } from './main';
export * from './names';
export * from './pins';
export * from './platformSettings';
export * from './portalPolicy';
export * from './readServices';
export * from './types';
