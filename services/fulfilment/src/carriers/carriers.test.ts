import {
  loadConfig,
  PooledDatabase,
  ServiceMetrics,
  Tracing,
} from '@shopfloor/service-kit';
import { TestDatabase } from '@shopfloor/service-kit/src/testing/TestDatabase.ts';
import { testMaterials } from '@shopfloor/service-kit/src/testing/testMaterials.ts';
import { fulfilmentConfigSpec } from '../config.ts';
import { migrateFulfilment } from '../migrateFulfilment.ts';
import {
  bookingRequest,
  describeCarrier,
  describeReportingCarrier,
} from '../testing/carrierContract.ts';
import { Carriers } from './Carriers.ts';
import { ManualCarrier } from './ManualCarrier.ts';
import { SampleCarrier } from './SampleCarrier.ts';

let test: TestDatabase;
let database: PooledDatabase;

beforeAll(async () => {
  test = await TestDatabase.create();
  await migrateFulfilment({ connectionString: test.connectionString });
  const { logger } = testMaterials();
  const service = {
    name: 'fulfilment',
    version: '0',
    release: 'v1',
    environment: 'test',
    instance: 'i',
  };
  database = PooledDatabase.create({
    config: loadConfig(fulfilmentConfigSpec, {
      DATABASE_URL: test.connectionString,
    }),
    applicationName: 'test',
    metrics: ServiceMetrics.create({ processMetrics: false }),
    tracing: Tracing.create({ service }),
    logger,
  });
}, 60_000);

afterAll(async () => {
  await database?.close();
  await test?.drop();
});

const sample = () =>
  SampleCarrier.create({
    database,
    dispatchSeconds: 100,
    deliverySeconds: 200,
  });

describeCarrier('manual', async () => ({
  carrier: ManualCarrier.create(),
  finish: async () => undefined,
}));

const sampleUnderTest = async () => ({
  carrier: sample(),
  // The clock is the database's: instead of waiting, the booking is made older.
  finish: async (shipmentId: string) => {
    await test.query(
      `update sample_carrier_bookings set booked_at = booked_at - interval '1 h',
         dispatch_at = dispatch_at - interval '1 h', deliver_at = deliver_at - interval '1 h'
       where shipment_id = $1`,
      [shipmentId],
    );
  },
});

describeCarrier('sample', sampleUnderTest);
describeReportingCarrier('sample', sampleUnderTest);

it('the sample carrier says what it is, and when it is worth asking', async () => {
  const carrier = sample();
  const request = bookingRequest();
  expect(await carrier.book(request)).toEqual({
    state: 'booked',
    reference: expect.stringMatching(/^SAMPLE-[0-9A-F]{12}$/),
    report: expect.objectContaining({
      events: [expect.objectContaining({ code: 'booked' })],
    }),
  });
  const report = await carrier.track(request.shipmentId);
  expect(report.events).toHaveLength(1);
  expect(report.checkAgainInSeconds).toBeGreaterThan(95);
  expect(report.checkAgainInSeconds).toBeLessThanOrEqual(100);
});

it('an unknown carrier stops the start; a shipment of one that is gone is a fault', () => {
  const carriers = [ManualCarrier.create()];
  expect(() => Carriers.create({ carriers, current: 'pigeon' })).toThrow(
    'Carrier pigeon is not one of manual',
  );
  expect(() =>
    Carriers.create({ carriers, current: 'manual' }).of({
      shipmentId: 's',
      carrier: 'pigeon',
    }),
  ).toThrow('Shipment s is with pigeon');
});
