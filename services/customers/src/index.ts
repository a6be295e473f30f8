export * from './config.ts';
export * from './createApp.ts';
export * from './domain/types.ts';
export * from './events/handlers.ts';
export * from './migrations/index.ts';
