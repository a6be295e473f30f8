import { mockServices, TestDatabases } from '@backstage/backend-test-utils';
import { resolvePackagePath } from '@backstage/backend-plugin-api';
import { Knex } from 'knex';
import { SystemConfig } from '../config';
import { DatabaseSystemStore } from '../database/SystemStore';
import { ProbeAnswer, ProbeFailure } from '../probes/Probe';
import { SystemMonitor } from './SystemMonitor';

jest.setTimeout(60_000);

const config: SystemConfig = {
  name: 'prometheus',
  title: { en: 'Prometheus', zh: 'Prometheus' },
  kind: 'prometheus',
  url: 'http://127.0.0.1:7090',
  token: 'not-to-be-seen',
  impact: { en: 'No figures.', zh: '没有数据。' },
  connect: { en: 'Set it.', zh: '请设置。' },
};
const MINUTE = 60_000;

describe('SystemMonitor', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let time: number;
  let ask: (signal: AbortSignal) => Promise<ProbeAnswer>;

  beforeEach(async () => {
    knex = await databases.init('POSTGRES_18');
    await knex.migrate.latest({
      directory: resolvePackagePath(
        '@shopfloor/plugin-status-backend',
        'migrations',
      ),
    });
    time = Date.parse('2026-07-01T00:00:00Z');
    ask = async () => ({ version: '3.10.0' });
  });

  const start = () =>
    new SystemMonitor({
      systems: [
        {
          config,
          probe: { address: config.url!, ask: signal => ask(signal) },
        },
      ],
      store: new DatabaseSystemStore(knex),
      logger: mockServices.logger.mock(),
      intervalMs: 5000,
      deadlineMs: 50,
      now: () => new Date(time),
    });
  const at = (minutes: number) =>
    new Date(
      Date.parse('2026-07-01T00:00:00Z') + minutes * MINUTE,
    ).toISOString();

  it('knows nothing before it has asked', () => {
    const [status] = start().list();
    expect(status).toMatchObject({
      state: 'unknown',
      address: 'http://127.0.0.1:7090',
    });
    expect(status).not.toHaveProperty('since');
  });

  it('tells state, version and since when, and keeps since while nothing changes', async () => {
    const monitor = start();
    await monitor.observe();
    time += MINUTE;
    await monitor.observe();
    expect(monitor.list()).toEqual([
      {
        name: 'prometheus',
        title: { en: 'Prometheus', zh: 'Prometheus' },
        kind: 'prometheus',
        impact: config.impact,
        connect: config.connect,
        address: 'http://127.0.0.1:7090',
        state: 'ok',
        version: '3.10.0',
        latencyMs: expect.any(Number),
        since: at(0),
        observedAt: at(1),
      },
    ]);
  });

  it('says why a system fails, since when, and its last version', async () => {
    const monitor = start();
    await monitor.observe();
    time += MINUTE;
    ask = async () => {
      throw Object.assign(new TypeError('fetch failed'), {
        cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      });
    };
    await monitor.observe();
    time += MINUTE;
    await monitor.observe();
    expect(monitor.list()[0]).toMatchObject({
      state: 'failing',
      since: at(1),
      observedAt: at(2),
      version: '3.10.0',
      problem: { code: 'refused', message: 'connection refused' },
    });
    ask = async () => ({ version: '3.11.0' });
    time += MINUTE;
    await monitor.observe();
    expect(monitor.list()[0]).toMatchObject({
      state: 'ok',
      since: at(3),
      version: '3.11.0',
    });
    expect(monitor.list()[0]).not.toHaveProperty('problem');
  });

  it('gives up on a system that does not answer in time', async () => {
    ask = signal =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      );
    const monitor = start();
    await monitor.observe();
    expect(monitor.list()[0].problem).toEqual({
      code: 'timeout',
      message: 'no answer within 0.05 s',
    });
  });

  it('passes on what a system says of itself', async () => {
    ask = async () => {
      throw new ProbeFailure('status', 'it is sealed');
    };
    const monitor = start();
    await monitor.observe();
    expect(monitor.list()[0].problem).toEqual({
      code: 'status',
      message: 'it is sealed',
    });
  });

  it('keeps since over a restart of the portal', async () => {
    await start().observe();
    time += 30 * MINUTE;
    const restarted = start();
    await restarted.observe();
    expect(restarted.list()[0]).toMatchObject({
      state: 'ok',
      since: at(0),
      observedAt: at(30),
    });
    time += MINUTE;
    ask = async () => {
      throw new ProbeFailure('status', 'no');
    };
    const again = start();
    await again.observe();
    expect(again.list()[0]).toMatchObject({ state: 'failing', since: at(31) });
  });

  it('calls an observation that has grown old unknown', async () => {
    const monitor = start();
    await monitor.observe();
    time += MINUTE;
    expect(monitor.list()[0]).toMatchObject({
      state: 'unknown',
      observedAt: at(0),
    });
  });

  it('goes on observing while its own database is away, and remembers afterwards', async () => {
    const monitor = start();
    await knex.schema.renameTable('systems', 'systems_away');
    await monitor.observe();
    expect(monitor.list()[0]).toMatchObject({ state: 'ok', since: at(0) });
    await knex.schema.renameTable('systems_away', 'systems');
    time += MINUTE;
    await monitor.observe();
    const restarted = start();
    await restarted.observe();
    expect(restarted.list()[0]).toMatchObject({ since: at(0) });
  });

  it('never tells credentials', async () => {
    const monitor = start();
    await monitor.observe();
    expect(JSON.stringify(monitor.list())).not.toContain('not-to-be-seen');
  });
});
