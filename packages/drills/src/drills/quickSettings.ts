/**
 * Settings under which an order goes its whole way in seconds, and one that was cut off is looked at soon. Drills with the same
 * settings share a stack.
 */
export const QUICK_SETTINGS: Readonly<Record<string, Record<string, string>>> =
  {
    fulfilment: {
      SAMPLE_CARRIER_DISPATCH_SECONDS: '1',
      SAMPLE_CARRIER_DELIVERY_SECONDS: '1',
      CARRIER_POLL_INTERVAL_MS: '500',
      ERASURE_INTERVAL_MS: '1000',
    },
    orders: {
      ORDERS_GRACE_MS: '20000',
      ORDERS_LEASE_MS: '10000',
      ORDERS_PAYMENT_POLL_MS: '2000',
      ORDERS_RECONCILE_SETTLED_MS: '3000',
    },
    payments: { RECONCILE_GRACE_SECONDS: '2' },
  };
