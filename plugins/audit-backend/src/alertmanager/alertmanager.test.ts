import { authServiceFactory } from '@backstage/backend-defaults/auth';
import { httpAuthServiceFactory } from '@backstage/backend-defaults/httpAuth';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { AddressInfo } from 'node:net';
import { ALLOW, service, startAudit } from '../__testUtils__/startAudit';
import { TestAlertmanager, TestServer, until } from '../__testUtils__/servers';

jest.setTimeout(180_000);

const TOKEN = 'k7Qz2mX9vB4nR8tW1pL6sD3fG5hJ0yCa';

describe('a real Alertmanager', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let knex: Knex;
  let audit: Awaited<ReturnType<typeof startAudit>>;
  let gate: TestServer;
  let alertmanager: TestAlertmanager;
  /** What happens to a delivery: it does not arrive, its answer is lost, or all is well. */
  let weather: 'down' | 'answer lost' | 'fine';
  let deliveries: string[];

  beforeAll(async () => {
    knex = await databases.init('POSTGRES_18');
    audit = await startAudit(
      knex,
      { entities: [service('orders')], decide: () => ALLOW },
      {
        // As the portal has them: the token is a real one, and may only what its restrictions say.
        features: [authServiceFactory, httpAuthServiceFactory],
        config: {
          backend: {
            baseUrl: 'http://127.0.0.1:1',
            auth: {
              externalAccess: [
                {
                  type: 'static',
                  options: { token: TOKEN, subject: 'external:alertmanager' },
                  accessRestrictions: [{ plugin: 'audit' }],
                },
              ],
            },
          },
        },
      },
    );
    await audit.trigger('discovery');
    const { port } = audit.server.address() as AddressInfo;
    weather = 'down';
    deliveries = [];
    gate = await TestServer.start(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) {
        chunks.push(chunk);
      }
      const body = Buffer.concat(chunks);
      let status = 503;
      if (weather !== 'down') {
        const answer = await fetch(`http://127.0.0.1:${port}${req.url}`, {
          method: req.method,
          headers: {
            'content-type': 'application/json',
            authorization: req.headers.authorization ?? '',
          },
          body,
        });
        status = answer.status;
      }
      deliveries.push(`${weather}: ${status}`);
      res.writeHead(weather === 'fine' ? status : 503).end();
    });
    alertmanager = await TestAlertmanager.start({
      portalPort: gate.port,
      token: TOKEN,
    });
  });

  afterAll(async () => {
    await alertmanager?.stop();
    await gate?.stop();
    await audit?.stop();
    await knex?.destroy();
  });

  const incidents = () => knex('audit_incidents').orderBy('opened_at');
  const delivered = (what: string, times: number) =>
    until(`${times} deliveries "${what}"`, async () =>
      deliveries.filter(delivery => delivery === what).length >= times
        ? true
        : undefined,
    );

  it('opens one incident through an outage, lost answers and repeats, and closes it', async () => {
    const alert = {
      labels: {
        alertname: 'OrdersInCare',
        environment: 'production',
        service: 'orders',
        severity: 'ticket',
      },
      annotations: { summary: 'Orders wait for a person' },
      startsAt: '2026-11-26T10:00:00.123Z',
    };
    await alertmanager.post([alert]);
    await delivered('down: 503', 1);
    expect(await incidents()).toEqual([]);

    weather = 'answer lost';
    await delivered('answer lost: 200', 1);
    weather = 'fine';
    deliveries = [];
    await delivered('fine: 200', 2);
    const opened = await incidents();
    expect(opened).toMatchObject([
      {
        title: 'Orders wait for a person',
        severity: 'ticket',
        environment: 'production',
        opened_at: new Date('2026-11-26T10:00:00.123Z'),
        closed_at: null,
      },
    ]);
    expect(await knex('audit_incident_entities').pluck('entity_ref')).toEqual([
      'component:default/orders',
    ]);

    await alertmanager.post([{ ...alert, endsAt: '2026-11-26T10:30:00Z' }]);
    const [closed] = await until('it is closed', async () => {
      const rows = await incidents();
      return rows.every(row => row.closed_at) && rows;
    });
    expect(closed).toMatchObject({
      id: opened[0].id,
      closed_by: 'alert',
      closed_at: new Date('2026-11-26T10:30:00Z'),
    });
    expect(await incidents()).toHaveLength(1);
  });

  it('may nothing but tell of alerts', async () => {
    const call = (method: 'get' | 'post', path: string) =>
      audit.withToken(TOKEN, method, path, {});
    for (const [method, path] of [
      ['get', '/changes'],
      ['get', '/incidents'],
      ['post', '/changes'],
      ['post', '/incidents'],
    ] as const) {
      expect((await call(method, path)).status).toBe(403);
    }
    const stranger = await audit.withToken(
      'another-token-of-nobody',
      'post',
      '/alertmanager',
      { version: '4', alerts: [] },
    );
    expect(stranger.status).toBe(401);
  });
});
