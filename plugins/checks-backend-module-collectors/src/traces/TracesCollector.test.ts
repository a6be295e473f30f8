import { ConfigReader } from '@backstage/config';
import { environments, orders } from '../__testUtils__/environments';
import { TestServer } from '../__testUtils__/servers';
import { readTracesConfig, TracesCollector } from './TracesCollector';

const never = new AbortController().signal;
const NOW = Date.parse('2026-11-26T12:00:00Z');

/** What a backend keeps: spans of services in environments, with their times. */
const spans = [
  { service: 'orders', environment: 'production', at: NOW - 60_000 },
  { service: 'orders', environment: 'staging', at: NOW - 7_200_000 },
  { service: 'cart', environment: 'staging', at: NOW - 60_000 },
];

/** Answers as the documentation of Tempo's search says: https://grafana.com/docs/tempo/latest/api_docs/#search */
function tempo(url: URL): [number, object] {
  const query = url.searchParams.get('q')!;
  const [, service, environment] =
    /^\{resource\.service\.name="([^"]+)" && resource\.deployment\.environment\.name="([^"]+)"\}$/.exec(
      query,
    )!;
  const traces = spans.filter(
    span =>
      span.service === service &&
      span.environment === environment &&
      span.at / 1000 >= Number(url.searchParams.get('start')) &&
      span.at / 1000 <= Number(url.searchParams.get('end')),
  );
  const metrics = { inspectedBytes: '1' };
  return [
    200,
    traces.length === 0
      ? { metrics }
      : {
          traces: traces.map(({ at }) => ({
            traceID: '2f3e0cee77ae5dc9c17ade3689eb2e54',
            rootServiceName: 'storefront',
            startTimeUnixNano: `${at}000000`,
            durationMs: 5,
          })),
          metrics,
        },
  ];
}

/** Answers as Jaeger's api_v3 does: https://www.jaegertracing.io/docs/latest/apis/ */
function jaeger(url: URL): [number, object] {
  const { environment } = {
    environment: JSON.parse(url.searchParams.get('query.attributes')!)[
      'deployment.environment.name'
    ],
  };
  const found = spans.filter(
    span =>
      span.service === url.searchParams.get('query.service_name') &&
      span.environment === environment &&
      span.at >= Date.parse(url.searchParams.get('query.start_time_min')!) &&
      span.at <= Date.parse(url.searchParams.get('query.start_time_max')!),
  );
  return found.length === 0
    ? [404, { error: { httpCode: 404, message: 'No traces found' } }]
    : [200, { result: { resourceSpans: [{ scopeSpans: [] }] } }];
}

describe.each([
  ['tempo', '/api/search', tempo],
  ['jaeger', '/api/v3/traces', jaeger],
] as const)('traces in %s', (kind, path, answer) => {
  let server: TestServer;
  let other: [number, string] | undefined;

  beforeAll(async () => {
    server = await TestServer.start((req, res) => {
      const url = new URL(req.url!, 'http://traces');
      const known =
        req.headers.authorization === 'Bearer t' && url.pathname === path;
      const [status, body] = known ? answer(url) : [401, {}];
      res.writeHead(other?.[0] ?? status);
      res.end(other?.[1] ?? JSON.stringify(body));
    });
  });
  beforeEach(() => {
    other = undefined;
  });
  afterAll(() => server.stop());

  const look = async (where: string, connected = ['production', 'staging']) => {
    const collector = new TracesCollector({
      environments,
      connections: readTracesConfig(
        new ConfigReader({
          checks: {
            traces: connected.map(environment => ({
              environment,
              kind,
              url: `${server.url}/`,
              token: 't',
            })),
          },
        }),
      ),
      now: () => NOW,
    });
    const [seen] = await collector.collect({
      entity: orders(where),
      signal: never,
    });
    return seen;
  };

  it('are seen where there was one within the hour', async () => {
    expect(await look('production,staging')).toMatchObject({
      key: 'seen',
      source: 'traces:production, traces:staging',
      value: [
        { environment: 'production', found: true },
        { environment: 'staging', found: false },
      ],
    });
  });

  it('are not connected where no address is set', async () => {
    const seen = await look('production,staging', ['production']);
    expect(seen.value).toBeUndefined();
    expect(seen.unknown?.en).toMatch(
      /^Not connected: where staging keeps traces\. Set checks\.traces/,
    );
  });

  it.each<[number, string, string]>([
    [500, '', 'answered 500'],
    [200, '<html>', 'answered something else than JSON'],
    [200, '{}', 'answered something else than traces'],
    [404, '{"message":"no such page"}', 'answered'],
  ])('are unknown when it answers %s %s', async (status, body, message) => {
    other = [status, body];
    await expect(look('production')).rejects.toMatchObject({
      name: 'SourceUnavailableError',
      source: 'traces:production',
      message: expect.stringContaining(message),
    });
  });
});

it('a kind of backend that nobody speaks is refused at the start', () => {
  expect(() =>
    readTracesConfig(
      new ConfigReader({
        checks: {
          traces: [{ environment: 'a', kind: 'zipkin', url: 'http://a' }],
        },
      }),
    ),
  ).toThrow('kind is "zipkin", not tempo or jaeger');
});
