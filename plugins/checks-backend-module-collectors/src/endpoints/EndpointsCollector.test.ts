import { mockServices } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { SourceUnavailableError } from '@shopfloor/plugin-checks-node';
import { orders, environments } from '../__testUtils__/environments';
import { TestServer } from '../__testUtils__/servers';
import { EndpointsCollector } from './EndpointsCollector';

const signal = new AbortController().signal;

/** A collector that asks one gateway on this port for everything. */
function collectorAt(port: number) {
  const gateway = { url: `http://localhost:${port}` };
  return new EndpointsCollector({
    auth: mockServices.auth(),
    catalog: catalogServiceMock({ entities: [] }),
    environments: {
      get: name => ({ ...environments.get(name), gateway }),
      list: () => environments.list().map(each => ({ ...each, gateway })),
    },
  });
}

describe('what a service answers at the gateway', () => {
  let server: TestServer;
  let answer: number;
  const hosts: string[] = [];

  beforeAll(async () => {
    server = await TestServer.start((req, res) => {
      hosts.push(req.headers.host!);
      res.writeHead(answer).end();
    });
  });

  afterAll(() => server.stop());

  it('tells the status of every path that is for the platform alone', async () => {
    answer = 404;
    const evidence = await collectorAt(server.port).collect({
      entity: orders('production'),
      signal,
    });
    const internal = evidence.find(({ key }) => key === 'internal')!;
    expect(internal.value).toContainEqual({
      environment: 'production',
      path: '/metrics',
      status: 404,
    });
    expect(hosts[0]).toBe(`orders.localhost:${server.port}`);
  });

  it('leaves the last evidence in place while no instance takes requests', async () => {
    answer = 503;
    await expect(
      collectorAt(server.port).collect({
        entity: orders('production'),
        signal,
      }),
    ).rejects.toThrow(/answers 503: no instance of orders takes requests/);
  });

  it('tells a gateway that is away from a service that is', async () => {
    const { port } = server;
    await server.stop();
    await expect(
      collectorAt(port).collect({ entity: orders('production'), signal }),
    ).rejects.toThrow(SourceUnavailableError);
  });
});
