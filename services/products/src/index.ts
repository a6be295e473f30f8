export * from './config.ts';
export * from './createApp.ts';
export * from './domain/types.ts';
export * from './features.ts';
export * from './migrateProducts.ts';
export * from './sample/generate.ts';
