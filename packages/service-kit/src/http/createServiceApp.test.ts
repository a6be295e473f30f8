import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { Ajv } from 'ajv';
import { connect } from 'node:net';
import Type from 'typebox';
import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { Health } from '../health/Health.ts';
import { createLogger } from '../logging/createLogger.ts';
import { logRecordSchema } from '../logging/logRecord.ts';
import { ServiceMetrics } from '../metrics/ServiceMetrics.ts';
import { NotFoundError, UnavailableError } from '../problems/DomainError.ts';
import { problemResponses } from '../problems/problemResponses.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { createServiceApp, type ServiceApp } from './createServiceApp.ts';

const service = {
  name: 'things',
  version: '1.2.3',
  release: 'v1',
  environment: 'test',
  instance: 'things-1',
};

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

async function createThings(env: Record<string, string> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    service,
    destination: { write: (line: string) => lines.push(line) },
  });
  const spans = new InMemorySpanExporter();
  const tracing = Tracing.create({
    service,
    sampleRatio: 1,
    processors: [new SimpleSpanProcessor({ exporter: spans })],
  });
  const metrics = ServiceMetrics.create();
  const health = new Health();
  const app = await createServiceApp({
    service,
    config: loadConfig(serviceConfigSpec, env),
    health,
    metrics,
    tracing,
    logger,
    openApi: { title: 'Things', description: 'For tests.', version: '1.0.0' },
  });
  const handled: object[] = [];
  app.post('/stuck', { config: { access: 'public' } }, async request => {
    handled.push(request.body as object);
    await new Promise(() => {});
  });
  app.post(
    '/things/:id',
    {
      config: { access: 'public' },
      schema: {
        params: Type.Object({ id: Type.Integer() }),
        querystring: Type.Object(
          {
            limit: Type.Integer({ default: 10, maximum: 50 }),
            tag: Type.Optional(Type.Array(Type.String())),
          },
          { additionalProperties: false },
        ),
        body: Type.Object(
          {
            amount: Type.Integer(),
            note: Type.Optional(Type.String()),
            thingId: Type.Optional(Type.String({ format: 'uuid' })),
            at: Type.Optional(Type.String({ format: 'date-time' })),
            on: Type.Optional(Type.String({ format: 'date' })),
          },
          { additionalProperties: false },
        ),
        response: {
          200: Type.Object({ ok: Type.Boolean() }),
          ...problemResponses(400),
        },
      },
    },
    async request => {
      handled.push({ ...request.params, ...request.query, ...request.body });
      logger.info('Made a thing');
      return { ok: true };
    },
  );
  app.get('/things/:id', { config: { access: 'public' } }, async request => {
    const { id } = request.params as { id: string };
    if (id === 'gone') {
      throw new NotFoundError({
        code: 'thing-not-found',
        message: 'There is no thing gone.',
      });
    }
    if (id === 'later') {
      throw new UnavailableError({
        code: 'store-unavailable',
        message: 'The store does not answer.',
        retryAfterSeconds: 3,
      });
    }
    if (id === 'broken') {
      throw new Error('password is hunter2');
    }
    if (id === 'slow') {
      await new Promise(() => {});
    }
    return { id };
  });
  return { app, lines, spans, tracing, metrics, health, handled };
}

describe('an application of the service kit', () => {
  let things: Awaited<ReturnType<typeof createThings>>;
  let app: ServiceApp;
  let client: HttpClient;

  beforeEach(async () => {
    things = await createThings({ REQUEST_TIMEOUT_MS: '200' });
    ({ app } = things);
    client = await HttpClient.listen(app);
    things.lines.length = 0;
  });

  afterEach(async () => {
    await app.close();
    await things.tracing.close();
  });

  const post = (payload: unknown, url = '/things/1') =>
    client.request({ method: 'POST', url, payload });

  describe('validation', () => {
    it.each([
      ['null for a number', { amount: null }, '/amount'],
      ['text for a number', { amount: '5' }, '/amount'],
      ['a boolean for a number', { amount: true }, '/amount'],
      ['an unknown field', { amount: 1, amuont: 2 }, '/amuont'],
      ['a missing field', {}, '/amount'],
    ])('refuses %s in a body instead of bending it', async (_, body, field) => {
      const response = await post(body);
      expect(response.statusCode).toBe(400);
      expect(response.json()).toMatchObject({
        code: 'validation-failed',
        errors: [{ in: 'body', field }],
      });
      expect(things.handled).toEqual([]);
    });

    it('coerces what can only be text: path and query', async () => {
      const response = await post({ amount: 1 }, '/things/7?limit=5&tag=a');
      expect(response.statusCode).toBe(200);
      expect(things.handled).toEqual([
        {
          id: 7,
          limit: 5,
          tag: ['a'],
          amount: 1,
        },
      ]);
    });

    it.each([
      ['body', '/note', { amount: 1, note: 'a\u0000b' }, '/things/7'],
      ['body', '/note', { amount: 1, note: '\ud800' }, '/things/7'],
      ['body', '/a\ufffd', { amount: 1, 'a\u0000': 1 }, '/things/7'],
      ['query', 'tag/0', { amount: 1 }, '/things/7?tag=%00&tag=b'],
      ['path', 'id', { amount: 1 }, '/things/%00'],
    ])(
      'refuses text that no database holds: %s %s',
      async (part, field, body, url) => {
        const response = await post(body, url);
        expect(response.statusCode).toBe(400);
        expect(response.json()).toMatchObject({
          code: 'validation-failed',
          errors: [{ in: part, field }],
        });
        expect(things.handled).toEqual([]);
      },
    );

    it.each([
      ['urn:uuid:019386b4-0000-7000-8000-000000000001', 400],
      ['019386B4-0000-7000-8000-000000000001', 400],
      ['019386b4-0000-7000-8000-000000000001', 200],
    ])('takes one spelling of an id: %s is %i', async (thingId, status) => {
      const response = await post({ amount: 1, thingId });
      expect(response.statusCode).toBe(status);
      expect(response.json().errors ?? []).toEqual(
        status === 200
          ? []
          : [
              {
                in: 'body',
                field: '/thingId',
                message: 'must be a UUID in lower case',
              },
            ],
      );
    });

    it.each([
      ['at', '2026-11-27T09:30:00.25+08:00', 200],
      ['at', '0000-01-01T00:00:00Z', 400],
      ['at', '0001-01-01T00:00:00+00:01', 400],
      ['at', '9999-12-31T23:59:59-00:01', 400],
      ['at', '2016-12-31T23:59:60Z', 400],
      ['at', '2026-02-30T00:00:00Z', 400],
      ['on', '2028-02-29', 200],
      ['on', '0000-02-29', 400],
    ])(
      'takes times that a database can hold: %s %s is %i',
      async (field, value, status) => {
        const response = await post({ amount: 1, [field]: value });
        expect(response.statusCode).toBe(status);
        expect(response.json().errors?.[0]?.field).toBe(
          status === 200 ? undefined : `/${field}`,
        );
      },
    );

    it('names an unknown query parameter and every other wrong field at once', async () => {
      const response = await post(
        { amount: 1.5 },
        '/things/x?limit=500&colour=red',
      );
      expect(response.statusCode).toBe(400);
      expect(response.json().errors).toEqual([
        { in: 'path', field: 'id', message: 'must be integer' },
      ]);
      const query = await post({ amount: 1 }, '/things/1?limit=500&colour=red');
      expect(query.json().errors).toEqual([
        { in: 'query', field: 'colour', message: 'is not known here' },
        { in: 'query', field: 'limit', message: 'must be <= 50' },
      ]);
    });
  });

  describe('problems', () => {
    it('turns a domain error into a problem document with a stable code', async () => {
      const response = await client.request({
        url: '/things/gone',
        headers: { 'x-request-id': 'r-1', traceparent: TRACEPARENT },
      });
      expect(response.statusCode).toBe(404);
      expect(response.headers['content-type']).toMatch(
        /^application\/problem\+json/,
      );
      expect(response.headers['cache-control']).toBe('no-store');
      expect(response.json()).toEqual({
        type: 'https://shopfloor.dev/problems/thing-not-found',
        title: 'Not found',
        status: 404,
        code: 'thing-not-found',
        detail: 'There is no thing gone.',
        instance: '/things/gone',
        requestId: 'r-1',
        traceId: '0af7651916cd43dd8448eb211c80319c',
      });
    });

    it('says when to try again', async () => {
      const response = await client.request('/things/later');
      expect(response.statusCode).toBe(503);
      expect(response.headers['retry-after']).toBe('3');
    });

    it('tells nothing of a fault of ours, and logs all of it', async () => {
      const response = await client.request('/things/broken');
      expect(response.statusCode).toBe(500);
      expect(response.json().code).toBe('internal-error');
      expect(response.body).not.toContain('hunter2');
      expect(things.lines.join()).toContain('hunter2');
    });

    it('ends a request that takes too long, also after its body was read', async () => {
      const responses = [
        await client.request('/things/slow'),
        await post({ a: 1 }, '/stuck'),
      ];
      for (const response of responses) {
        expect(response.statusCode).toBe(503);
        expect(response.json().code).toBe('request-timeout');
      }
      expect(things.handled).toEqual([{ a: 1 }]);
    });

    it.each([
      ['an unknown path', { url: '/nothing' }, 404, 'no-such-route'],
      [
        'a known path with another method',
        { method: 'DELETE', url: '/things/1' },
        405,
        'method-not-allowed',
      ],
      [
        'broken JSON',
        {
          method: 'POST',
          url: '/things/1',
          payload: '{',
          headers: { 'content-type': 'application/json' },
        },
        400,
        'malformed-request',
        { in: 'body', field: '/' },
      ],
      [
        'another media type',
        {
          method: 'POST',
          url: '/things/1',
          payload: 'a',
          headers: { 'content-type': 'text/csv' },
        },
        415,
        'unsupported-media-type',
        { in: 'header', field: 'content-type' },
      ],
      [
        'a body that is too large',
        {
          method: 'POST',
          url: '/things/1',
          payload: { note: 'x'.repeat(300_000) },
        },
        413,
        'body-too-large',
        { in: 'body', field: '/' },
      ],
      [
        'a path that cannot be decoded',
        { url: '/things/%E0%A4%A' },
        400,
        'malformed-request',
        { in: 'path', field: '/' },
      ],
      [
        'a path that is too long',
        { url: `/things/${'x'.repeat(5000)}` },
        414,
        'path-too-long',
        { in: 'path', field: '/' },
      ],
      [
        'a method that needs a body',
        { method: 'QUERY', url: '/things/1' },
        400,
        'malformed-request',
        { in: 'header', field: 'content-type' },
      ],
    ])(
      'answers %s with a problem document',
      async (_, request, status, code, field = undefined) => {
        const response = await client.request(request);
        expect(response.statusCode).toBe(status);
        expect(response.json()).toMatchObject({
          status,
          code,
          ...(field && { errors: [field] }),
        });
        expect(response.headers['content-type']).toMatch(/problem\+json/);
      },
    );

    it('says which methods a path has', async () => {
      const response = await client.request({
        method: 'PUT',
        url: '/things/1',
      });
      expect(response.headers.allow).toBe('GET, HEAD, POST');
    });

    it('answers bytes that are no request with a problem document', async () => {
      const answer = await new Promise<string>((resolve, reject) => {
        const socket = connect(client.port, '127.0.0.1');
        let text = '';
        socket.on('data', chunk => {
          text += chunk;
        });
        socket.on('end', () => resolve(text));
        socket.on('error', reject);
        socket.write('NONSENSE\r\n\r\n');
      });
      expect(answer).toMatch(/^HTTP\/1.1 400 Bad Request\r\n/);
      expect(answer).toContain('application/problem+json');
    });
  });

  describe('ETag', () => {
    it('answers 304 without a body to a client that has the bytes', async () => {
      const first = await client.request('/things/a');
      const { etag } = first.headers;
      expect(etag).toMatch(/^"/);
      const second = await client.request({
        url: '/things/a',
        headers: { 'if-none-match': etag as string },
      });
      expect(second.statusCode).toBe(304);
      expect(second.body).toBe('');
      expect(second.headers.etag).toBe(etag);
      const other = await client.request({
        url: '/things/b',
        headers: { 'if-none-match': etag as string },
      });
      expect(other.statusCode).toBe(200);
    });

    it('gives problems and health none', async () => {
      expect(
        (await client.request('/things/gone')).headers.etag,
      ).toBeUndefined();
      expect(
        (await client.request('/health/live')).headers.etag,
      ).toBeUndefined();
    });
  });

  describe('telemetry', () => {
    it('measures by route pattern, and everything unmatched as one', async () => {
      await client.request('/things/1');
      await client.request('/things/2');
      await client.request('/scan/a');
      await client.request('/scan/b');
      await client.request('/health/live');
      const text = (await client.request('/metrics')).body;
      const counts = text
        .split('\n')
        .filter(line =>
          line.startsWith('http_server_request_duration_seconds_count'),
        );
      expect(counts).toEqual([
        'http_server_request_duration_seconds_count{method="GET",route="/things/:id",status_code="200"} 2',
        'http_server_request_duration_seconds_count{method="GET",route="unmatched",status_code="404"} 2',
      ]);
      expect(text).toContain('le="0.2"');
      expect(text).toContain('process_resident_memory_bytes');
    });

    it('continues the trace of the caller and writes its ids into the log, also after a body was read', async () => {
      const response = await client.request({
        method: 'POST',
        url: '/things/1',
        payload: { amount: 1 },
        headers: { traceparent: TRACEPARENT },
      });
      expect(response.statusCode).toBe(200);
      const [span] = things.spans.getFinishedSpans();
      expect(span.name).toBe('POST /things/:id');
      expect(span.spanContext().traceId).toBe(
        '0af7651916cd43dd8448eb211c80319c',
      );
      expect(span.parentSpanContext?.spanId).toBe('b7ad6b7169203331');
      expect(span.attributes).toEqual({
        'http.request.method': 'POST',
        'http.route': '/things/:id',
        'http.response.status_code': 200,
      });
      expect(JSON.parse(things.lines[0])).toMatchObject({
        message: 'Made a thing',
        trace_id: '0af7651916cd43dd8448eb211c80319c',
        span_id: span.spanContext().spanId,
      });
    });

    it('logs failed requests by default, in the documented schema', async () => {
      await client.request('/things/1');
      expect(things.lines).toEqual([]);
      await client.request('/things/broken');
      const matches = new Ajv({ strict: false }).compile(logRecordSchema);
      const records = things.lines.map(line => JSON.parse(line));
      expect(records.map(({ message }) => message)).toEqual([
        'Request failed',
        'Request failed or was slow',
      ]);
      for (const record of records) {
        expect([matches(record), matches.errors]).toEqual([true, null]);
        expect(record.request_id).toMatch(/^[0-9a-f-]{36}$/);
        expect(record.trace_id).toMatch(/^[0-9a-f]{32}$/);
      }
      expect(records[1].http).toMatchObject({
        method: 'GET',
        route: '/things/:id',
        status_code: 500,
      });
    });

    it('says which version answered', async () => {
      const response = await client.request('/things/1');
      expect(response.headers['x-service-version']).toBe('v1');
      expect(response.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  it('keeps the three probes apart', async () => {
    const codes = async () =>
      Promise.all(
        ['startup', 'ready', 'live'].map(
          async name => (await client.request(`/health/${name}`)).statusCode,
        ),
      );
    expect(await codes()).toEqual([503, 503, 200]);
    things.health.markStarted();
    expect(await codes()).toEqual([200, 200, 200]);
    things.health.startDraining();
    expect(await codes()).toEqual([200, 503, 200]);
    const late = await client.request('/things/1');
    expect(late.statusCode).toBe(200);
    expect(late.headers.connection).toBe('close');
  });

  it('publishes OpenAPI 3.1 with routes and problems, and without its machinery', async () => {
    const document = (await client.request('/openapi.json')).json();
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(['/stuck', '/things/{id}']);
    expect(
      document.paths['/things/{id}'].post.responses['400'].content[
        'application/problem+json'
      ].schema,
    ).toEqual({ $ref: '#/components/schemas/Problem' });
    expect(document.components.schemas.Problem.required).toContain('code');
  });
});
