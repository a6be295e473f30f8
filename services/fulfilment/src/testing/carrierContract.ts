/* eslint-disable jest/no-export -- the contract is run by the test of every carrier */
import { newId } from '@shopfloor/service-kit';
import type { BookingRequest, Carrier } from '../carriers/Carrier.ts';

/** A carrier under test, and how to let its time pass. */
export interface CarrierUnderTest {
  carrier: Carrier;
  /** Makes the carrier see everything of a booked shipment through: it dispatches and delivers. */
  finish(shipmentId: string): Promise<void>;
}

/** A booking of nobody's. */
export function bookingRequest(): BookingRequest {
  return {
    shipmentId: newId(),
    optionId: 'standard',
    address: {
      name: 'Amira Haddad',
      line1: '1 Example Street',
      city: 'Berlin',
      postalCode: '10115',
      country: 'DE',
    },
    lines: [{ sku: 'tea-pot', quantity: 2 }],
  };
}

/** What every carrier has to keep, see {@link Carrier}. */
export function describeCarrier(
  name: string,
  create: () => Promise<CarrierUnderTest>,
): void {
  describe(`the carrier ${name}`, () => {
    let under: CarrierUnderTest;
    beforeAll(async () => {
      under = await create();
    });

    it('books a shipment once, however often it is asked', async () => {
      const request = bookingRequest();
      const bookings = await Promise.all(
        Array.from({ length: 10 }, () => under.carrier.book(request)),
      );
      expect(bookings[0].state).toBe('booked');
      const { events } = await under.carrier.track(request.shipmentId);
      for (const booking of bookings) {
        expect(booking).toMatchObject({
          state: 'booked',
          reference: (bookings[0] as { reference: string }).reference,
          ...('report' in booking && { report: { events } }),
        });
      }
    });

    it('cancels what has not left, again and again', async () => {
      const request = bookingRequest();
      await under.carrier.book(request);
      expect(await under.carrier.cancel(request.shipmentId)).toBe('cancelled');
      expect(await under.carrier.cancel(request.shipmentId)).toBe('cancelled');
      const { events } = await under.carrier.track(request.shipmentId);
      expect(events.map(({ code }) => code)).not.toContain('dispatched');
    });

    it('tells of a shipment it was never asked about: nothing', async () => {
      expect(await under.carrier.track(newId())).toEqual({ events: [] });
    });

    it('keeps to its capabilities', async () => {
      const { capabilities, name: own } = under.carrier;
      expect(own).toMatch(/^[a-z][a-z0-9-]*$/);
      const request = bookingRequest();
      await under.carrier.book(request);
      await under.finish(request.shipmentId);
      const { events, checkAgainInSeconds } = await under.carrier.track(
        request.shipmentId,
      );
      expect(events.length > 0).toBe(capabilities.reports);
      expect(checkAgainInSeconds).toBeUndefined();
    });
  });
}

/** What a carrier has to keep that reports by itself. */
export function describeReportingCarrier(
  name: string,
  create: () => Promise<CarrierUnderTest>,
): void {
  describe(`the reporting carrier ${name}`, () => {
    let under: CarrierUnderTest;
    beforeAll(async () => {
      under = await create();
    });

    it('tells all it told before, in order, and cancels nothing that left', async () => {
      const request = bookingRequest();
      await under.carrier.book(request);
      const early = await under.carrier.track(request.shipmentId);
      expect(early.checkAgainInSeconds).toBeGreaterThan(0);
      await under.finish(request.shipmentId);
      const late = await under.carrier.track(request.shipmentId);
      expect(late.events.map(({ code }) => code)).toEqual([
        'booked',
        'dispatched',
        'in-transit',
        'delivered',
      ]);
      const times = late.events.map(({ at }) => Date.parse(at));
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(late.events[1].trackingId).toMatch(/./);
      expect(await under.carrier.cancel(request.shipmentId)).toBe(
        'already-dispatched',
      );
      expect((await under.carrier.track(request.shipmentId)).events).toEqual(
        late.events,
      );
    });

    it('lets a cancellation that came first win over the booking', async () => {
      const request = bookingRequest();
      expect(await under.carrier.cancel(request.shipmentId)).toBe('cancelled');
      const booking = await under.carrier.book(request);
      expect(booking.state).toBe('cancelled');
    });
  });
}
