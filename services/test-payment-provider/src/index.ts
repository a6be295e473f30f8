export * from './config.ts';
export * from './createApp.ts';
export * from './domain/money.ts';
export * from './domain/signature.ts';
export * from './domain/testCards.ts';
export * from './domain/types.ts';
export * from './migrateProvider.ts';
