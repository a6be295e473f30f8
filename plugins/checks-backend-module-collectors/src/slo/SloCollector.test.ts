import { mockServices } from '@backstage/backend-test-utils';
import { orders } from '../__testUtils__/environments';
import { TestServer } from '../__testUtils__/servers';
import { SloCollector } from './SloCollector';

const never = new AbortController().signal;

describe('the states of SLOs', () => {
  let server: TestServer;
  let answer: [number, object];

  beforeAll(async () => {
    server = await TestServer.start((req, res) => {
      const asked =
        req.url === '/api/slo/states?entity=component%3Adefault%2Forders' &&
        req.headers.authorization?.startsWith('Bearer ');
      res.writeHead(asked ? answer[0] : 400);
      res.end(JSON.stringify(answer[1]));
    });
  });
  afterAll(() => server.stop());

  const look = async (url = server.url) => {
    const collector = new SloCollector({
      auth: mockServices.auth(),
      discovery: mockServices.discovery.mock({
        getBaseUrl: async plugin => `${url}/api/${plugin}`,
      }),
    });
    const [seen] = await collector.collect({
      entity: orders('production'),
      signal: never,
    });
    return seen;
  };
  const items = (...states: string[]) => ({
    items: states.map((state, index) => ({
      id: `id-${index}`,
      name: `slo-${index}`,
      environment: 'production',
      state,
    })),
  });

  it.each<[string[], string[] | undefined]>([
    [[], []],
    [
      ['ok', 'at-risk'],
      ['ok', 'at-risk'],
    ],
    // What is not known may be anything, unless one fails anyway.
    [['ok', 'unknown'], undefined],
    [['stale'], undefined],
    [
      ['failing', 'unknown'],
      ['failing', 'unknown'],
    ],
  ])('%j', async (states, expected) => {
    answer = [200, items(...states)];
    const seen = await look();
    expect((seen.value as any)?.map((slo: any) => slo.state)).toEqual(expected);
    expect(seen.unknown === undefined).toBe(expected !== undefined);
    expect(seen.references?.map(({ href }: any) => href)).toEqual(
      states.map(
        (_, index) =>
          `/catalog/default/component/orders/slos?env=production&slo=slo-${index}`,
      ),
    );
  });

  it.each<[[number, object]]>([
    [[403, { error: { name: 'NotAllowedError' } }]],
    [[200, { items: [{ state: 'fine' }] }]],
  ])('are unknown when it answers %j', async other => {
    answer = other;
    await expect(look()).rejects.toMatchObject({
      name: 'SourceUnavailableError',
      source: 'slo',
      message: `The SLO plugin answered ${other[0]} and no states`,
    });
    await expect(look('http://127.0.0.1:1')).rejects.toMatchObject({
      message: expect.stringContaining('connection refused'),
    });
  });
});
