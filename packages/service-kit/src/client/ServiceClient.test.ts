import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace';
import { runInRequestContext } from '../context/requestContext.ts';
import { UnavailableError } from '../problems/DomainError.ts';
import { until } from '../testing/eventually.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import { RemoteProblem, UnknownOutcomeError } from './clientErrors.ts';
import { ServiceClient, type ServiceClientOptions } from './ServiceClient.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

function json(response: ServerResponse, status: number, body: unknown) {
  response
    .writeHead(status, {
      'content-type':
        status < 400 ? 'application/json' : 'application/problem+json',
    })
    .end(JSON.stringify(body));
}

describe('ServiceClient', () => {
  let server: Server;
  let handler: Handler;
  let seen: IncomingMessage[];
  const clients: ServiceClient[] = [];

  beforeEach(async () => {
    seen = [];
    handler = (_request, response) => json(response, 200, { ok: true });
    server = createServer((request, response) => {
      seen.push(request);
      handler(request, response);
    });
    await new Promise<void>(resolve => {
      server.listen(0, '127.0.0.1', resolve);
    });
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(resolve => {
      server.close(resolve);
    });
    await Promise.all(clients.splice(0).map(client => client.close()));
  });

  const addressOf = (target: Server) =>
    `http://127.0.0.1:${(target.address() as AddressInfo).port}`;

  function setUp(options: Partial<ServiceClientOptions> = {}) {
    const { metrics, logger, lines } = testMaterials();
    const spans = new InMemorySpanExporter();
    const tracing = Tracing.create({
      service: {
        name: 'orders',
        version: '1',
        release: 'v1',
        environment: 'test',
        instance: 'i',
      },
      sampleRatio: 1,
      processors: [new SimpleSpanProcessor({ exporter: spans })],
    });
    const client = ServiceClient.create({
      dependency: 'inventory',
      baseUrl: addressOf(server),
      metrics,
      tracing,
      logger,
      env: {},
      random: () => 0,
      ...options,
    });
    clients.push(client);
    return { client, metrics, lines, spans, tracing };
  }

  const read = { method: 'GET', route: '/things/:id', path: '/things/1' };
  const write = { method: 'POST', route: '/things', path: '/things', body: {} };

  it('sends and receives JSON, with query and headers', async () => {
    const { client } = setUp();
    let body = '';
    handler = (request, response) => {
      request.on('data', chunk => {
        body += chunk;
      });
      request.on('end', () =>
        response
          .writeHead(201, { 'content-type': 'application/json', etag: '"1"' })
          .end('{"id":"7"}'),
      );
    };
    const response = await client.request<{ id: string }>({
      ...write,
      body: { name: 'ä' },
      query: { a: 'x y', b: undefined },
      headers: { 'idempotency-key': 'k' },
    });
    expect(response).toMatchObject({
      status: 201,
      headers: { etag: '"1"' },
      body: { id: '7' },
    });
    expect(body).toBe('{"name":"ä"}');
    expect(seen[0].url).toBe('/things?a=x+y');
    expect(seen[0].headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'k',
      host: new URL(addressOf(server)).host,
    });
  });

  it('passes on request id, token, trace and what is left of the deadline', async () => {
    const { client, tracing, spans } = setUp({ passOnToken: true });
    const principal = {
      subject: 'guest:1',
      kind: 'guest' as const,
      scopes: [],
      roles: [],
      token: 'TOKEN',
      expiresAt: 0,
    };
    await runInRequestContext(
      { requestId: 'r-1', deadlineAt: performance.now() + 900, principal },
      () => client.request(read),
    );
    const { headers } = seen[0];
    expect(headers['x-request-id']).toBe('r-1');
    expect(headers.authorization).toBe('Bearer TOKEN');
    const left = Number(headers['x-request-timeout-ms']);
    expect(left).toBeGreaterThan(500);
    expect(left).toBeLessThanOrEqual(900);

    const started = tracing.startRequest(
      {
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
      'GET /x',
      {},
    );
    const { context } = await import('@opentelemetry/api');
    await context.with(started.context, () => client.request(read));
    const [span] = spans.getFinishedSpans();
    expect(span.name).toBe('GET /things/:id');
    expect(seen[1].headers.traceparent).toBe(
      `00-0af7651916cd43dd8448eb211c80319c-${span.spanContext().spanId}-01`,
    );
  });

  it('does not pass on the token unless told to', async () => {
    const { client } = setUp();
    await runInRequestContext({ principal: { token: 'TOKEN' } as never }, () =>
      client.request(read),
    );
    expect(seen[0].headers.authorization).toBeUndefined();
  });

  it.each([
    [400, 'invalid'],
    [401, 'unauthenticated'],
    [402, 'payment-required'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [409, 'conflict'],
    [412, 'precondition-failed'],
    [422, 'unprocessable'],
    [428, 'precondition-required'],
    [429, 'rate-limited'],
  ])(
    'turns a %i into a refusal that keeps its kind and code',
    async (status, kind) => {
      const { client } = setUp();
      handler = (_request, response) =>
        json(response, status, {
          code: 'insufficient-stock',
          detail: 'Only one is left.',
          errors: [{ in: 'body', field: '/lines/0', message: 'one is left' }],
          newQuote: 'q',
        });
      const error = await client.request(write).catch(e => e);
      expect(error).toBeInstanceOf(RemoteProblem);
      expect(error).toMatchObject({
        dependency: 'inventory',
        status,
        kind,
        code: 'insufficient-stock',
        message: 'Only one is left.',
        fields: [{ in: 'body', field: '/lines/0' }],
        problem: { newQuote: 'q' },
      });
      expect(seen).toHaveLength(1);
    },
  );

  describe('when something is wrong', () => {
    const answers = (status: number, body: string, type: string): Handler => {
      return (_request, response) => {
        response.writeHead(status, { 'content-type': type }).end(body);
      };
    };
    const problem = 'application/problem+json';
    const cut: Handler = request => request.socket.destroy();
    const silent: Handler = () => {};

    it.each<[string, Handler, string, string]>([
      ['a cut connection', cut, 'unknown', 'unavailable'],
      ['silence', silent, 'unknown', 'timeout'],
      ['a fault', answers(500, '{}', problem), 'unknown', 'unavailable'],
      [
        'an outage of its own',
        answers(503, '{"code":"database-unavailable"}', problem),
        'unknown',
        'unavailable',
      ],
      [
        'a refusal for load',
        answers(503, '{"status":503,"code":"overloaded"}', problem),
        'unavailable',
        'unavailable',
      ],
      [
        'a refusal for lack of time',
        answers(504, '{"status":504,"code":"deadline-exceeded"}', problem),
        'unavailable',
        'unavailable',
      ],
      [
        'a refusal that says so',
        (_request, response) =>
          response
            .writeHead(503, {
              'content-type': problem,
              'x-not-done': 'true',
            })
            .end('{"code":"products-unavailable"}'),
        'unavailable',
        'unavailable',
      ],
      [
        'Envoy without a healthy server',
        answers(503, 'no healthy upstream', 'text/plain'),
        'unavailable',
        'unavailable',
      ],
      [
        'Envoy that could not connect',
        answers(
          503,
          'upstream connect error or disconnect/reset before headers. reset reason: remote connection failure',
          'text/plain',
        ),
        'unavailable',
        'unavailable',
      ],
      [
        'Envoy whose connection broke',
        answers(
          503,
          'upstream connect error or disconnect/reset before headers. reset reason: connection termination',
          'text/plain',
        ),
        'unknown',
        'unavailable',
      ],
      [
        'nonsense',
        answers(200, 'not json', 'application/json'),
        'unknown',
        'unavailable',
      ],
    ])(
      'tells after %s whether a write was perhaps done, and of a read that it is not to be had',
      async (_, behaviour, ofWrite, kindOfRead) => {
        const { client } = setUp({ timeoutMs: 150 });
        handler = behaviour;
        const failed = await client.request(write).catch(e => e);
        expect(failed).toBeInstanceOf(
          ofWrite === 'unknown' ? UnknownOutcomeError : UnavailableError,
        );
        const failedRead = await client.request(read).catch(e => e);
        expect(failedRead).toBeInstanceOf(UnavailableError);
        expect(failedRead).toMatchObject({ kind: kindOfRead });
        expect(failedRead.message).not.toMatch(/json|undefined/);
      },
    );

    it('knows that nothing was done when nobody listens', async () => {
      const { client } = setUp({ baseUrl: 'http://127.0.0.1:1' });
      const error = await client.request(write).catch(e => e);
      expect(error).toBeInstanceOf(UnavailableError);
      expect(error).toMatchObject({
        code: 'inventory-unavailable',
        retryAfterSeconds: 1,
      });
    });

    it('takes a write as perhaps done when an earlier attempt may have been carried out', async () => {
      const { client } = setUp();
      let calls = 0;
      handler = (request, response) => {
        calls += 1;
        if (calls === 1) {
          request.socket.destroy();
        } else {
          answers(503, '{"code":"overloaded"}', problem)(request, response);
        }
      };
      await expect(
        client.request({ ...write, safe: true }),
      ).rejects.toBeInstanceOf(UnknownOutcomeError);
      expect(calls).toBe(3);
    });

    it('does not take in more than it is allowed to', async () => {
      const { client } = setUp({ maxResponseBytes: 1000 });
      handler = (_request, response) => json(response, 200, 'x'.repeat(2000));
      await expect(client.request(read)).rejects.toMatchObject({
        code: 'inventory-unavailable',
        message: expect.stringContaining('larger than is accepted'),
      });
    });
  });

  describe('retries', () => {
    const failFirst = (times: number): Handler => {
      let calls = 0;
      return (request, response) => {
        calls += 1;
        if (calls <= times) {
          request.socket.destroy();
        } else {
          json(response, 200, { calls });
        }
      };
    };

    it('are made for reads and for what is declared safe, never else', async () => {
      const { client, metrics } = setUp();
      handler = failFirst(2);
      expect((await client.request(read)).body).toEqual({ calls: 3 });
      handler = failFirst(1);
      expect((await client.request({ ...write, safe: true })).body).toEqual({
        calls: 2,
      });
      seen.length = 0;
      handler = failFirst(1);
      await expect(client.request(write)).rejects.toThrow(UnknownOutcomeError);
      expect(seen).toHaveLength(1);
      expect(await metrics.registry.metrics()).toContain(
        'http_client_retries_total{dependency="inventory",result="made"} 3',
      );
    });

    it('stop when the budget is spent', async () => {
      const { client, metrics } = setUp();
      handler = request => request.socket.destroy();
      for (let i = 0; i < 4; i += 1) {
        await client.request(read).catch(() => undefined);
      }
      // Four calls, and the five retries that are always allowed.
      expect(seen).toHaveLength(9);
      expect(await metrics.registry.metrics()).toMatch(
        /http_client_retries_total\{dependency="inventory",result="denied"\} [1-9]/,
      );
    });

    it('are not made against the wish of the dependency', async () => {
      const { client } = setUp();
      handler = (_request, response) =>
        response.writeHead(503, { 'retry-after': '7' }).end();
      await expect(client.request(read)).rejects.toMatchObject({
        retryAfterSeconds: 7,
      });
      expect(seen).toHaveLength(1);
    });
  });

  describe('the deadline', () => {
    it('of the request wins over a longer timeout', async () => {
      const { client } = setUp({ timeoutMs: 5000 });
      handler = () => {};
      const started = performance.now();
      await expect(
        runInRequestContext({ deadlineAt: performance.now() + 100 }, () =>
          client.request(write),
        ),
      ).rejects.toBeInstanceOf(UnknownOutcomeError);
      expect(performance.now() - started).toBeLessThan(1000);
    });

    it('that has passed sends nothing', async () => {
      const { client } = setUp();
      await expect(
        runInRequestContext({ deadlineAt: performance.now() - 1 }, () =>
          client.request(write),
        ),
      ).rejects.toMatchObject({ kind: 'timeout', code: 'inventory-timeout' });
      expect(seen).toHaveLength(0);
    });
  });

  it('opens its breaker when most calls fail, sends nothing meanwhile, and closes it again', async () => {
    const { client, metrics, lines } = setUp({ breakerOpenMs: 200 });
    const state = async () =>
      /http_client_breaker_state\{dependency="inventory"\} (\d)/.exec(
        await metrics.registry.metrics(),
      )![1];
    expect(await state()).toBe('0');
    handler = (_request, response) => response.writeHead(500).end();
    while ((await state()) === '0') {
      await client.request(write).catch(() => undefined);
    }
    expect(await state()).toBe('1');
    const before = seen.length;
    const error = await client.request(write).catch(e => e);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error.message).toContain('circuit breaker is open');
    expect(seen).toHaveLength(before);
    handler = (_request, response) => json(response, 200, {});
    while ((await state()) !== '0') {
      await client.request(write).catch(() => undefined);
    }
    expect(lines.map(line => JSON.parse(line).message)).toEqual([
      'Calls stopped: the circuit breaker opened',
      'Calls resumed: the circuit breaker closed',
    ]);
  });

  it('does not open its breaker for refusals', async () => {
    const { client } = setUp();
    handler = (_request, response) => json(response, 404, {});
    for (let i = 0; i < 30; i += 1) {
      await client.request(read).catch(() => undefined);
    }
    expect(seen).toHaveLength(30);
  });

  it('bounds calls at once, lets some wait, and refuses the rest unsent', async () => {
    const { client } = setUp({ maxConcurrent: 2 });
    const waiting: ServerResponse[] = [];
    handler = (_request, response) => waiting.push(response);
    const calls = Array.from({ length: 5 }, () =>
      client.request(write).then(
        () => 'done',
        error => error,
      ),
    );
    const refused = await calls[4];
    expect(refused).toBeInstanceOf(UnavailableError);
    expect(refused.message).toContain('too many calls');
    let answered = 0;
    while (answered < 4) {
      expect(waiting.length).toBeLessThanOrEqual(2);
      const response = waiting.shift();
      if (response) {
        json(response, 200, {});
        answered += 1;
      }
      await new Promise(resolve => {
        setImmediate(resolve);
      });
    }
    expect(await Promise.all(calls.slice(0, 4))).toEqual(
      new Array(4).fill('done'),
    );
  });

  it('ends a call that waits in line at its deadline, as not done', async () => {
    const { client } = setUp({ maxConcurrent: 1, timeoutMs: 2000 });
    handler = () => {};
    const blocking = client
      .request({ ...write, timeoutMs: 20_000 })
      .catch(() => undefined);
    await until(() => seen.length === 1);
    const error = await client
      .request({ ...write, timeoutMs: 100 })
      .catch(e => e);
    expect(error).toBeInstanceOf(UnavailableError);
    expect(error).toMatchObject({ kind: 'timeout' });
    expect(seen).toHaveLength(1);
    server.closeAllConnections();
    await blocking;
  });

  it('asks the proxy with the whole URL where there is one', async () => {
    const { client } = setUp({
      baseUrl: 'http://inventory.production.svc.cluster.local:8080/base/',
      env: { HTTP_PROXY: addressOf(server) },
    });
    await client.request(read);
    expect(seen[0].url).toBe(
      'http://inventory.production.svc.cluster.local:8080/base/things/1',
    );
    expect(seen[0].headers.host).toBe(
      'inventory.production.svc.cluster.local:8080',
    );
  });

  it('keeps its connections', async () => {
    const { client } = setUp();
    for (let i = 0; i < 10; i += 1) {
      await client.request(read);
    }
    // One more may be opened while the first is only just free again.
    expect(
      new Set(seen.map(({ socket }) => socket.remotePort)).size,
    ).toBeLessThanOrEqual(2);
  });

  it('lets faults be injected before the call', async () => {
    const faults = {
      beforeCall: async (dependency: string) => {
        throw new Error(`no ${dependency}`);
      },
    };
    const { client } = setUp({ faults });
    await expect(client.request(write)).rejects.toBeInstanceOf(
      UnavailableError,
    );
    expect(seen).toHaveLength(0);
  });

  it('measures by pattern and outcome, never by path', async () => {
    const { client, metrics } = setUp({ timeoutMs: 100 });
    await client.request(read);
    handler = (_request, response) => json(response, 404, {});
    await client.request(read).catch(() => undefined);
    handler = () => {};
    await client.request(read).catch(() => undefined);
    const counts = (await metrics.registry.metrics())
      .split('\n')
      .filter(line => /request_duration_seconds_count/.test(line));
    expect(counts.map(line => line.replace(/^.*\{/, '{'))).toEqual(
      ['2xx', '4xx', 'timeout'].map(
        outcome =>
          `{dependency="inventory",route="/things/:id",method="GET",outcome="${outcome}"} 1`,
      ),
    );
  });

  it('passes bytes through as they are, refusals too', async () => {
    const { client } = setUp();
    handler = (_request, response) =>
      response
        .writeHead(404, { 'content-type': 'application/problem+json' })
        .end('{ "code":"x" }');
    const response = await client.send({ ...read, body: undefined });
    expect(response.status).toBe(404);
    expect(response.body.toString()).toBe('{ "code":"x" }');
  });
});
