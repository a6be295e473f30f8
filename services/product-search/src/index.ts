export * from './config.ts';
export * from './createApp.ts';
export * from './createParts.ts';
export * from './domain/types.ts';
export * from './migrateProductSearch.ts';
