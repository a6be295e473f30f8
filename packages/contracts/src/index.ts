export * from './events/catalogue.ts';
export * from './events/envelope.ts';
export * from './events/validateEvent.ts';
