import { createServer, Server } from 'node:http';
import { AddressInfo, createServer as createTcpServer } from 'node:net';
import { TestDatabases } from '@backstage/backend-test-utils';
import { Knex } from 'knex';
import { SystemConfig } from '../config';
import { createProbe } from './createProbe';

jest.setTimeout(60_000);

type Answers = Record<string, [status: number, body: unknown]>;

/** The answers are those of the real systems; the sandbox's own test asks the running ones. */
describe('createProbe', () => {
  const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });
  let server: Server;
  let answers: Answers;
  let authorization: string | undefined;

  beforeEach(async () => {
    server = createServer((req, res) => {
      authorization = req.headers.authorization;
      const [status, body] = answers[req.url!] ?? [404, 'no such page'];
      res.writeHead(status);
      res.end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  const url = () =>
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async (system: Partial<SystemConfig>) =>
    createProbe(
      {
        name: 'x',
        title: { en: 'X', zh: 'X' },
        kind: 'http',
        url: url(),
        impact: { en: '', zh: '' },
        connect: { en: '', zh: '' },
        ...system,
      },
      {} as Knex,
    )!.ask(AbortSignal.timeout(5000));

  it.each<[SystemConfig['kind'], Answers, string | undefined]>([
    ['http', { '/': [200, 'OK'] }, undefined],
    [
      'kubernetes',
      { '/readyz': [200, 'ok'], '/version': [200, { gitVersion: 'v1.36.2' }] },
      'v1.36.2',
    ],
    ['openid', { '/': [200, { issuer: 'http://localhost:7010' }] }, undefined],
    [
      'prometheus',
      {
        '/-/ready': [200, ''],
        '/api/v1/status/buildinfo': [
          200,
          { status: 'success', data: { version: '3.10.0' } },
        ],
      },
      '3.10.0',
    ],
    [
      'alertmanager',
      {
        '/-/ready': [200, ''],
        '/api/v2/status': [200, { versionInfo: { version: '0.31.1' } }],
      },
      '0.31.1',
    ],
    [
      'vault',
      {
        '/v1/sys/health?standbyok=true&perfstandbyok=true': [
          200,
          { initialized: true, sealed: false, version: '2.7.2' },
        ],
      },
      '2.7.2',
    ],
    ['istiod', { '/version': [200, '1.30.1-7f1c2d-Clean\n'] }, '1.30.1'],
    [
      'etcd',
      {
        '/health': [200, { health: 'true' }],
        '/version': [200, { etcdserver: '3.6.4', etcdcluster: '3.6.0' }],
      },
      '3.6.4',
    ],
  ])('reads what a well %s says', async (kind, given, version) => {
    answers = given;
    await expect(ask({ kind })).resolves.toEqual(
      version === undefined ? {} : { version },
    );
  });

  it.each<[SystemConfig['kind'], Answers, string]>([
    ['http', { '/': [503, ''] }, 'it answers with HTTP 503'],
    [
      'kubernetes',
      {
        '/readyz': [500, 'etcd failed'],
        '/version': [200, { gitVersion: 'v1' }],
      },
      'it answers with HTTP 500',
    ],
    [
      'openid',
      { '/': [200, '<html>'] },
      'something else answers at its address',
    ],
    [
      'vault',
      {
        '/v1/sys/health?standbyok=true&perfstandbyok=true': [
          503,
          { initialized: true, sealed: true, version: '2' },
        ],
      },
      'it is sealed',
    ],
    [
      'vault',
      {
        '/v1/sys/health?standbyok=true&perfstandbyok=true': [
          501,
          { initialized: false },
        ],
      },
      'it is not initialised',
    ],
    [
      'etcd',
      {
        '/health': [200, { health: 'false' }],
        '/version': [200, { etcdserver: '3' }],
      },
      'it says that it is not healthy',
    ],
    [
      'prometheus',
      { '/-/ready': [200, ''], '/api/v1/status/buildinfo': [200, {}] },
      'something else answers at its address',
    ],
  ])('tells a %s that is not well', async (kind, given, message) => {
    answers = given;
    await expect(ask({ kind })).rejects.toThrow(message);
  });

  it('shows its token to the system, and never in its address', async () => {
    answers = { '/': [200, ''] };
    await ask({ token: 'reader' });
    expect(authorization).toBe('Bearer reader');
    const probe = createProbe(
      { url: 'http://user:pass@host/path', kind: 'http' } as SystemConfig,
      {} as Knex,
    );
    expect(probe!.address).toBe('http://host/path');
  });

  it('connects to a TCP address', async () => {
    const tcp = createTcpServer(socket => socket.end());
    await new Promise<void>(done => tcp.listen(0, '127.0.0.1', done));
    const { port } = tcp.address() as AddressInfo;
    await expect(
      ask({ kind: 'tcp', url: `tcp://127.0.0.1:${port}` }),
    ).resolves.toEqual({});
    await new Promise(done => tcp.close(done));
    await expect(
      ask({ kind: 'tcp', url: `tcp://127.0.0.1:${port}` }),
    ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('asks the portal’s own database', async () => {
    const knex = await databases.init('POSTGRES_18');
    const probe = createProbe({ kind: 'postgres' } as SystemConfig, knex);
    await expect(probe!.ask(AbortSignal.timeout(5000))).resolves.toEqual({
      version: expect.stringMatching(/^18\./),
    });
  });

  it('has nothing to ask without an address', () => {
    expect(
      createProbe({ kind: 'prometheus' } as SystemConfig, {} as Knex),
    ).toBeUndefined();
  });
});
