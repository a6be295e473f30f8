export * from './compatibility/openApiCompatibility.ts';
export * from './compatibility/schemaCompatibility.ts';
export * from './events/catalogue.ts';
export * from './events/envelope.ts';
export * from './events/validateEvent.ts';
