import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { AnnouncementStore } from '@shopfloor/plugin-announcements-node';
import { parseOpenSlo } from '@shopfloor/plugin-slo-common';
import { Knex } from 'knex';
import { DatabaseSloStore } from '../store/DatabaseSloStore';
import { availabilitySlo } from '../testing/slos';
import { EpisodeStore } from './EpisodeStore';
import { EpisodeWatch } from './EpisodeWatch';

jest.setTimeout(60_000);

const MINUTE = 60_000;
const START = Date.parse('2026-11-26T12:00:00Z');
const WINDOWS = [300, 1800, 3600, 7200, 21_600, 86_400, 259_200];

describe('what owners are told', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let store: DatabaseSloStore;
  let sent: any[];
  let now: number;
  let reachable: boolean;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    store = await DatabaseSloStore.create({
      database: { getClient: async () => knex },
    });
    sent = [];
    now = START;
    reachable = true;
    await define('group:default/orders-team');
  });

  afterEach(() => knex.destroy());

  async function define(owner?: string) {
    const [definition] = parseOpenSlo(availabilitySlo(), {
      file: 'slo.yaml',
    }).slos;
    await store.saveSource({
      entityRef: 'component:default/orders',
      file: 'slo.yaml',
      content: '',
      readAt: new Date(now),
      problems: [],
      keepOthers: false,
      slos: [
        {
          id: 'orders',
          entityRef: 'component:default/orders',
          environment: 'production',
          owner,
          file: 'slo.yaml',
          definition,
        },
      ],
    });
  }

  const announcements = () =>
    AnnouncementStore.create({ db: knex, table: 'slo_announcements' });
  const episodes = () =>
    EpisodeStore.create({ db: knex, announcements: announcements() });

  /** One instance of the portal. */
  const watch = () =>
    EpisodeWatch.create({
      store,
      episodes: episodes(),
      announcements: announcements(),
      notifications: {
        send: async (notification: any) => {
          if (!reachable) {
            throw new Error('connection refused');
          }
          sent.push(notification);
        },
      },
      staleAfterSeconds: 60,
      logger: mockServices.logger.mock(),
      now: () => new Date(now),
    });

  /** A million requests in each window, of which so many were bad: 20,000 burn at 20, the budget of the month is 1,000. */
  async function measured(options: { recent: number; month: number }) {
    const to = now / 1000;
    const window = (seconds: number, bad: number) => ({
      key: String(seconds),
      from: to - seconds,
      to,
      bad,
      total: 1e6,
    });
    await store.saveMeasurements([
      {
        id: 'orders',
        points: [],
        measurement: {
          observedAt: new Date(now),
          notes: [],
          parts: [
            {
              key: '0',
              countedSeen: true,
              windows: [
                ...WINDOWS.map(seconds => window(seconds, options.recent)),
                window(2_592_000, options.month),
              ],
              coverage: [],
            },
          ],
        },
      },
    ]);
  }

  async function rounds(
    minutes: number,
    figures: { recent: number; month: number },
    instances = [watch()],
  ) {
    for (let minute = 0; minute < minutes; minute += 1) {
      now += MINUTE;
      await measured(figures);
      await Promise.all(instances.map(instance => instance.run()));
    }
  }

  const burning = { recent: 20_000, month: 500 };
  const well = { recent: 0, month: 500 };

  it('is told once for an episode and once when it is over, with the link', async () => {
    await rounds(30, burning);
    expect(sent).toEqual([
      {
        recipients: {
          type: 'entity',
          entityRef: ['group:default/orders-team'],
        },
        payload: {
          title: expect.stringContaining('spends its error budget too fast'),
          description: 'Budget left · 剩余预算: 50 %',
          link: '/catalog/default/component/orders/slos?env=production&slo=products-availability',
          severity: 'critical',
          topic: 'slos',
          scope: expect.stringContaining('orders burn 2026-11-26T12:01'),
        },
      },
    ]);
    await rounds(10, well);
    expect(sent).toHaveLength(1);
    await rounds(5, well);
    expect(sent).toHaveLength(2);
    expect(sent[1].payload).toMatchObject({
      title: expect.stringContaining('已恢复'),
      severity: 'normal',
      scope: sent[0].payload.scope,
    });
    await rounds(2, burning);
    expect(sent).toHaveLength(3);
    expect(sent[2].payload.scope).not.toBe(sent[0].payload.scope);
  });

  it('is one episode when it comes and goes', async () => {
    for (let turn = 0; turn < 5; turn += 1) {
      await rounds(2, burning);
      await rounds(5, well);
    }
    expect(sent).toHaveLength(1);
  });

  it('is told of an empty budget apart', async () => {
    await rounds(3, { recent: 0, month: 1000 });
    expect(sent).toHaveLength(1);
    expect(sent[0].payload).toMatchObject({
      title: expect.stringContaining('has used up its error budget'),
      severity: 'critical',
    });
  });

  it('is told once by several instances, and by one that was killed before it could', async () => {
    reachable = false;
    await rounds(2, burning, [watch(), watch()]);
    expect(sent).toEqual([]);
    reachable = true;
    await rounds(3, burning, [watch(), watch(), watch()]);
    expect(sent).toHaveLength(1);
  });

  it('says nothing of figures that are old, or of an SLO that nobody owns', async () => {
    await measured(burning);
    now += 5 * MINUTE;
    await watch().run();
    expect(sent).toEqual([]);
    await define(undefined);
    await rounds(2, burning);
    expect(sent).toEqual([]);
    expect(await episodes().listOpen()).toHaveLength(1);
  });
});
