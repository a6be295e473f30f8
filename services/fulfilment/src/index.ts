export * from './carriers/Carrier.ts';
export * from './config.ts';
export * from './createApp.ts';
export * from './domain/shipment.ts';
export * from './domain/types.ts';
export * from './migrateFulfilment.ts';
