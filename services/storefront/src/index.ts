export * from './config.ts';
export * from './createApp.ts';
export * from './migrateStorefront.ts';
