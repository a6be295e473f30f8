import type { Booking, Carrier, CarrierReport } from './Carrier.ts';

/**
 * Staff bring parcels to a carrier and say so. It keeps nothing: the shipment itself
 * is the record, and its state decides whether it can still be cancelled.
 */
export class ManualCarrier implements Carrier {
  readonly name = 'manual';
  readonly capabilities = {
    reports: false,
    partialDispatch: true,
    sample: false,
  };

  static create(): ManualCarrier {
    return new ManualCarrier();
  }

  private constructor() {
    // Nothing to hold.
  }

  async book({ shipmentId }: { shipmentId: string }): Promise<Booking> {
    return { state: 'booked', reference: shipmentId };
  }

  async cancel(_shipmentId: string): Promise<'cancelled'> {
    return 'cancelled';
  }

  async track(_shipmentId: string): Promise<CarrierReport> {
    return { events: [] };
  }
}
