export * from './config.ts';
export * from './createApp.ts';
export * from './domain/orderProcess.ts';
export * from './domain/types.ts';
export * from './migrateOrders.ts';
