export * from './TestPaymentProvider.ts';
export * from './WebhookReceiver.ts';
