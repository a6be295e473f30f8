import { createServer, IncomingMessage, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { kubernetesRequest } from './kubernetesRequest';

/** Status objects as kube-apiserver 1.36 sends them. What a running one does is tested where a sandbox runs. */
describe('kubernetesRequest', () => {
  let server: Server;
  let seen: IncomingMessage & { body?: string };
  let answer: { status: number; body: string };

  beforeEach(async () => {
    server = createServer((req, res) => {
      let body = '';
      req.on('data', chunk => (body += chunk));
      req.on('end', () => {
        seen = Object.assign(req, { body });
        res.writeHead(answer.status, { 'content-type': 'application/json' });
        res.end(answer.body);
      });
    });
    await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  });

  afterEach(async () => {
    server.closeAllConnections();
    await new Promise(done => server.close(done));
  });

  const cluster = () => ({
    name: 'sandbox',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });

  it('sends the token, whom it acts as, the query and the body', async () => {
    answer = { status: 200, body: '{"kind":"VirtualService"}' };
    await expect(
      kubernetesRequest({
        cluster: cluster(),
        token: 't0ken',
        impersonate: {
          user: 'ben.lindqvist@larkfield.example',
          groups: ['shopfloor:merchandising-team', 'shopfloor:larkfield'],
        },
        method: 'PATCH',
        path: '/apis/x',
        query: { dryRun: 'All', force: false, absent: undefined },
        body: { spec: {} },
        contentType: 'application/apply-patch+yaml',
      }),
    ).resolves.toEqual({ kind: 'VirtualService' });
    expect(seen.method).toBe('PATCH');
    expect(seen.url).toBe('/apis/x?dryRun=All&force=false');
    expect(seen.body).toBe('{"spec":{}}');
    expect(seen.headers['content-type']).toBe('application/apply-patch+yaml');
    expect(seen.headersDistinct).toMatchObject({
      authorization: ['Bearer t0ken'],
      'impersonate-user': ['ben.lindqvist@larkfield.example'],
      'impersonate-group': [
        'shopfloor:merchandising-team',
        'shopfloor:larkfield',
      ],
    });
  });

  it.each([
    [400, 'InputError'],
    [401, 'ServiceUnavailableError'],
    [403, 'NotAllowedError'],
    [404, 'NotFoundError'],
    [409, 'ConflictError'],
    [422, 'InputError'],
    [429, 'ServiceUnavailableError'],
    [500, 'ServiceUnavailableError'],
  ])('maps a Status of %i to %s and keeps what it says', async (code, name) => {
    answer = {
      status: code,
      body: JSON.stringify({
        kind: 'Status',
        message: 'the words of the cluster',
        reason: 'Reason',
        details: { kind: 'x' },
        code,
      }),
    };
    await expect(
      kubernetesRequest({ cluster: cluster(), token: 't', path: '/api' }),
    ).rejects.toMatchObject({
      name,
      cause: {
        name: 'KubernetesStatusError',
        message: 'the words of the cluster',
        code,
        reason: 'Reason',
        details: { kind: 'x' },
      },
    });
  });

  it('is unavailable when nobody answers, and when something else does', async () => {
    answer = { status: 200, body: '<html>' };
    await expect(
      kubernetesRequest({ cluster: cluster(), token: 't', path: '/api' }),
    ).rejects.toMatchObject({ name: 'ServiceUnavailableError' });
    await expect(
      kubernetesRequest({
        cluster: { name: 'gone', url: 'http://127.0.0.1:16553' },
        token: 't',
        path: '/api',
      }),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining(
        "The Kubernetes API of cluster 'gone' is not reachable: connection refused",
      ),
    });
  });
});
