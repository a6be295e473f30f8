import { randomUUID } from 'node:crypto';
import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { ChangeReport } from '@shopfloor/plugin-audit-common';
import { Knex } from 'knex';
import { DatabaseTrafficStore } from '../database/DatabaseTrafficStore';
import { ChangeIntent, OutcomeRecord } from '../database/TrafficStore';
import { ChangeTeller } from './ChangeTeller';
import { reportOf } from './reportOf';

jest.setTimeout(60_000);

const route = (v2: number) => ({
  spec: {
    hosts: ['products'],
    http: [
      {
        route: [
          {
            destination: { host: 'products', subset: 'v1' },
            weight: 100 - v2,
          },
          { destination: { host: 'products', subset: 'v2' }, weight: v2 },
        ],
      },
    ],
  },
  labels: {},
  annotations: {},
});

const intent = (more: Partial<ChangeIntent> = {}): ChangeIntent => ({
  id: randomUUID(),
  entityRef: 'component:default/products',
  environment: 'production',
  virtualService: 'products',
  kind: 'shift',
  person: 'user:default/ben.lindqvist',
  impersonated: { user: 'ben@larkfield.example', groups: [] },
  takenOverFrom: [],
  idempotencyKey: randomUUID(),
  requestHash: 'h',
  intentAt: new Date('2026-11-26T10:00:00Z'),
  before: route(0),
  after: route(10),
  resourceVersionBefore: '1',
  ...more,
});
const applied: OutcomeRecord = {
  outcome: 'applied',
  outcomeAt: new Date('2026-11-26T10:00:01Z'),
};

describe('ChangeTeller', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let store: DatabaseTrafficStore;
  let told: ChangeReport[];
  let record: (reports: ChangeReport[]) => Promise<void>;

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    store = await DatabaseTrafficStore.create({
      database: mockServices.database.mock({ getClient: async () => knex }),
    });
  });
  beforeEach(async () => {
    await knex('traffic_changes').delete();
    told = [];
    record = async reports => {
      told.push(...reports);
    };
  });
  afterAll(() => knex.destroy());

  const teller = () =>
    new ChangeTeller({
      store,
      changes: { record: reports => record(reports) },
      logger: mockServices.logger.mock(),
    });
  const outcomes = () => told.map(({ outcome }) => outcome);

  it('tells the beginning, the end and that it was undone, each once', async () => {
    const shift = intent({ reason: 'Try v2' });
    await store.recordIntent(shift);
    await teller().run();
    await store.recordOutcome(shift.id, applied);
    await teller().run();
    await teller().run();
    expect(told).toEqual([
      {
        sourceId: shift.id,
        kind: 'traffic',
        entityRef: 'component:default/products',
        environment: 'production',
        title: expect.stringContaining('v2'),
        summary: 'Try v2',
        userEntityRef: 'user:default/ben.lindqvist',
        startedAt: '2026-11-26T10:00:00.000Z',
        outcome: 'in-progress',
        reference: {
          url: '/catalog/default/component/products/traffic',
          object: 'virtualservices products',
        },
      },
      expect.objectContaining({
        sourceId: shift.id,
        outcome: 'succeeded',
        endedAt: '2026-11-26T10:00:01.000Z',
      }),
    ]);

    told = [];
    const undo = intent({
      kind: 'undo',
      undoOf: shift.id,
      intentAt: new Date('2026-11-26T11:00:00Z'),
    });
    await store.recordIntent(undo);
    await store.recordOutcome(undo.id, applied);
    await teller().run();
    expect(told).toMatchObject([
      { sourceId: shift.id, outcome: 'undone' },
      {
        sourceId: undo.id,
        outcome: 'succeeded',
        title: expect.stringMatching(/^Undo: /),
        // The end is by the clock of another instance, which is behind.
        endedAt: '2026-11-26T11:00:00.000Z',
      },
    ]);
  });

  it.each<[OutcomeRecord['outcome'], string]>([
    ['refused', 'failed'],
    ['not-applied', 'failed'],
    ['unknown', 'unknown'],
  ])('tells %s as %s', async (outcome, expected) => {
    const shift = intent();
    await store.recordIntent(shift);
    await store.recordOutcome(shift.id, { ...applied, outcome });
    await teller().run();
    expect(outcomes()).toEqual([expected]);
  });

  it('loses nothing while the store of changes is away', async () => {
    record = async () => {
      throw new Error('connection refused');
    };
    const shift = intent();
    await store.recordIntent(shift);
    await teller().run();
    await store.recordOutcome(shift.id, applied);
    record = async reports => {
      told.push(...reports);
    };
    await teller().run();
    expect(outcomes()).toEqual(['succeeded']);
  });

  it('tells again what a process did not live to note', async () => {
    const shift = intent();
    await store.recordIntent(shift);
    record = async reports => {
      told.push(...reports);
      throw new Error('killed before it could note it');
    };
    await teller().run();
    await teller().run();
    expect(told.map(({ sourceId }) => sourceId)).toEqual([shift.id, shift.id]);
  });

  it('tells what came while it was telling', async () => {
    const shift = intent();
    await store.recordIntent(shift);
    record = async reports => {
      told.push(...reports);
      await store.recordOutcome(shift.id, applied);
    };
    await teller().run();
    expect(outcomes()).toEqual(['in-progress', 'succeeded']);
  });

  it('tells more than one call takes, oldest first', async () => {
    const sizes: number[] = [];
    record = async reports => {
      sizes.push(reports.length);
      told.push(...reports);
    };
    for (let minute = 0; minute < 101; minute += 1) {
      await store.recordIntent(
        intent({ intentAt: new Date(Date.UTC(2026, 10, 26, 10, minute)) }),
      );
    }
    await teller().run();
    expect(sizes).toEqual([100, 1]);
    const starts = told.map(({ startedAt }) => startedAt);
    expect(starts).toEqual([...starts].sort());
  });

  it('goes up and down with its columns', async () => {
    const directory = `${__dirname}/../../migrations`;
    await knex.migrate.rollback({ directory }, true);
    await knex.migrate.latest({ directory });
    expect(await store.listUntold(1)).toEqual([]);
  });
});

describe('reportOf', () => {
  it('keeps a title within what is taken', async () => {
    const report = reportOf({
      ...({} as any),
      id: 'c',
      entityRef: 'component:default/products',
      summary: 'x'.repeat(300),
      intentAt: '2026-11-26T10:00:00.000Z',
      outcome: 'pending',
    });
    expect(report.title).toHaveLength(200);
  });
});
