/** The services that hold personal data beside this one: asked for exports, waited for in erasures. */
export const DATA_HOLDERS = [
  'orders',
  'cart',
  'messages',
  'payments',
  'fulfilment',
] as const;

/** One of them. */
export type DataHolder = (typeof DATA_HOLDERS)[number];

/** This service, as it names itself in exports and events. */
export const OWN_NAME = 'customers';
