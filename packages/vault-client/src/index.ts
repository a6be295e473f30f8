/**
 * One client for Vault and OpenBao.
 *
 * @packageDocumentation
 */
export * from './DefaultVaultClient';
export * from './health';
export * from './readVaultConnection';
export * from './types';
export * from './VaultError';
