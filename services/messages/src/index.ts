export * from './config.ts';
export * from './createApp.ts';
export * from './domain/types.ts';
export * from './mail/Mailer.ts';
export * from './migrateMessages.ts';
