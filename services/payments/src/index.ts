export * from './config.ts';
export * from './createApp.ts';
export * from './domain/types.ts';
export * from './migratePayments.ts';
export * from './providers/PaymentProvider.ts';
