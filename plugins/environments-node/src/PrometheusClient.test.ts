import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { DefaultPrometheusClient } from './PrometheusClient';

/**
 * The answers below are copied from Prometheus 3. That the client reads what a running Prometheus says is tested where a
 * sandbox runs (packages/testing).
 */
describe('DefaultPrometheusClient', () => {
  let server: Server;
  let answer: (body: URLSearchParams) => {
    status?: number;
    body?: string;
    hang?: boolean;
  };
  let asked: URLSearchParams[];
  let running = 0;
  let mostRunning = 0;

  beforeEach(async () => {
    asked = [];
    running = 0;
    mostRunning = 0;
    server = createServer((req, res) => {
      let text = '';
      req.on('data', chunk => (text += chunk));
      req.on('end', () => {
        const body = new URLSearchParams(text);
        asked.push(body);
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        const { status = 200, body: content = '', hang } = answer(body);
        if (hang) return;
        setImmediate(() => {
          running -= 1;
          res.writeHead(status, { 'content-type': 'application/json' });
          res.end(content);
        });
      });
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  const client = (
    options: { deadlineMs?: number; maxConcurrency?: number } = {},
  ) =>
    DefaultPrometheusClient.create({
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
      ...options,
    });
  const success = (data: unknown) => ({
    body: JSON.stringify({ status: 'success', data }),
  });

  it('reads vectors, with values that are no numbers of JSON', async () => {
    answer = () =>
      success({
        resultType: 'vector',
        result: [
          { metric: { version: 'v1' }, value: [1763900000.5, '1.5'] },
          { metric: {}, value: [1763900000.5, 'NaN'] },
          { metric: {}, value: [1763900000.5, '+Inf'] },
        ],
      });
    await expect(
      client().query('up', { time: new Date('2025-11-23T12:13:20.500Z') }),
    ).resolves.toEqual([
      { labels: { version: 'v1' }, timeMs: 1763900000500, value: 1.5 },
      { labels: {}, timeMs: 1763900000500, value: NaN },
      { labels: {}, timeMs: 1763900000500, value: Infinity },
    ]);
    expect(asked[0].get('query')).toBe('up');
    expect(asked[0].get('time')).toBe('1763900000.500');
  });

  it('reads a scalar as one sample', async () => {
    answer = () => success({ resultType: 'scalar', result: [1, '2'] });
    await expect(client().query('2')).resolves.toEqual([
      { labels: {}, timeMs: 1000, value: 2 },
    ]);
  });

  it('reads matrices', async () => {
    answer = () =>
      success({
        resultType: 'matrix',
        result: [
          {
            metric: { a: 'b' },
            values: [
              [1, '1'],
              [2, '2'],
            ],
          },
        ],
      });
    await expect(
      client().queryRange('up', {
        start: new Date(1000),
        end: new Date(2000),
        stepSeconds: 1,
      }),
    ).resolves.toEqual([
      {
        labels: { a: 'b' },
        points: [
          { timeMs: 1000, value: 1 },
          { timeMs: 2000, value: 2 },
        ],
      },
    ]);
    expect(Object.fromEntries(asked[0])).toMatchObject({
      start: '1.000',
      end: '2.000',
      step: '1',
    });
  });

  it('says that an expression is wrong', async () => {
    answer = () => ({
      status: 400,
      body: JSON.stringify({
        status: 'error',
        errorType: 'bad_data',
        error: 'invalid parameter "query": 1:4: parse error',
      }),
    });
    await expect(client().query('up{')).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringContaining("cannot evaluate 'up{'"),
    });
  });

  it.each([
    [
      'an error of its own',
      {
        status: 503,
        body: '{"status":"error","errorType":"timeout","error":"expired"}',
      },
      'failed (timeout): expired',
    ],
    [
      'a page',
      { status: 502, body: '<html>' },
      'answered 502 with something else',
    ],
    [
      'another shape',
      { body: '{"status":"success","data":{}}' },
      'answered 200 with something else',
    ],
  ])('is unavailable when it answers %s', async (_, given, message) => {
    answer = () => given;
    await expect(client().query('up')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining(message),
    });
  });

  it('is unavailable when it does not answer in time, or not at all', async () => {
    answer = () => ({ hang: true });
    await expect(client({ deadlineMs: 50 }).query('up')).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining('no answer within 0.05 s'),
    });
    await expect(
      DefaultPrometheusClient.create({ url: 'http://127.0.0.1:16553' }).query(
        'up',
      ),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message:
        'Prometheus at http://127.0.0.1:16553 is not reachable: connection refused',
      cause: expect.anything(),
    });
  });

  it('asks no more at once than it may', async () => {
    answer = () => success({ resultType: 'vector', result: [] });
    const limited = client({ maxConcurrency: 2 });
    await Promise.all(Array.from({ length: 10 }, () => limited.query('up')));
    expect(asked).toHaveLength(10);
    expect(mostRunning).toBeLessThanOrEqual(2);
  });
});
