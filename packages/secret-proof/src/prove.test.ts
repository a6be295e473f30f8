import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prove, type ProofRequest } from './prove.ts';

const JWT = 'eyMARKED.jwt.signature';
const TOKEN = 's.MARKEDTOKEN';

let server: Server;
let address: string;
let calls: Array<{ path: string; token?: string; body: any }>;
let login: [status: number, body: object];
let capabilities: [status: number, body: object];

beforeAll(async () => {
  server = createServer((request, response) => {
    let text = '';
    request.on('data', chunk => (text += chunk));
    request.on('end', () => {
      const url = request.url!;
      calls.push({
        path: url,
        token: request.headers['x-vault-token'] as string | undefined,
        body: JSON.parse(text),
      });
      const answer = (): [status: number, body: object] => {
        if (url.endsWith('/login')) return login;
        if (url.endsWith('capabilities-self')) return capabilities;
        return [204, {}];
      };
      const [status, body] = answer();
      response.writeHead(status);
      response.end(status === 204 ? '' : JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  calls = [];
  login = [200, { auth: { client_token: TOKEN } }];
  capabilities = [
    200,
    { data: { 'a/b': ['read'], 'a/c': ['deny'], capabilities: ['read'] } },
  ];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const request = (): ProofRequest => ({
  address,
  mount: 'kubernetes-production',
  role: 'grant-a-1',
  jwt: JWT,
  deadlineMs: 10_000,
  probes: [
    { path: 'a/b', capability: 'read' },
    { path: 'a/b', capability: 'update' },
    { path: 'a/c', capability: 'read' },
  ],
});

describe('a proof', () => {
  it('logs in, asks once for every path, reads nothing, and ends its token', async () => {
    expect(await prove(request())).toEqual({
      login: 'accepted',
      found: ['allow', 'deny', 'deny'],
    });
    expect(calls).toEqual([
      {
        path: '/v1/auth/kubernetes-production/login',
        body: { role: 'grant-a-1', jwt: JWT },
      },
      {
        path: '/v1/sys/capabilities-self',
        token: TOKEN,
        body: { paths: ['a/b', 'a/c'] },
      },
      { path: '/v1/auth/token/revoke-self', token: TOKEN, body: {} },
    ]);
  });

  it.each([
    [400, 'invalid role name "grant-a-1"'],
    [403, 'namespace not authorized'],
  ])(
    'of a login that is refused plainly finds nothing allowed: %d %s',
    async (status, words) => {
      login = [status, { errors: [words] }];
      expect(await prove(request())).toEqual({
        login: 'refused',
        found: ['deny', 'deny', 'deny'],
      });
    },
  );

  it.each<[string, () => void, string]>([
    [
      'tokens cannot be reviewed',
      () => {
        login = [403, { errors: [`permission denied ${JWT}`] }];
      },
      'The login answered 403',
    ],
    [
      'Vault is sealed',
      () => {
        login = [503, { errors: ['Vault is sealed'] }];
      },
      'The login answered 503',
    ],
    [
      'it may not ask',
      () => {
        capabilities = [403, {}];
      },
      'sys/capabilities-self answered 403',
    ],
    [
      'the answer is none',
      () => {
        capabilities = [200, { data: {} }];
      },
      'Vault did not answer, or not as it should',
    ],
  ])(
    'is none when %s, and says nothing of the server',
    async (_, prepare, error) => {
      prepare();
      const report = await prove(request());
      expect(report).toEqual({ error });
      expect(JSON.stringify(report)).not.toMatch(/MARKED/);
    },
  );

  it('is none when nobody answers', async () => {
    expect(
      await prove({ ...request(), address: 'http://127.0.0.1:1' }),
    ).toEqual({
      error: 'Vault did not answer, or not as it should',
    });
  });
});

describe('the program', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'secret-proof-'));
    writeFileSync(path.join(folder, 'token'), `${JWT}\n`);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (env: Record<string, string>) =>
    new Promise<{ code: number; output: string }>(resolve => {
      execFile(
        process.execPath,
        [path.join(__dirname, 'server.ts')],
        {
          env: {
            PATH: process.env.PATH,
            NODE_NO_WARNINGS: '1',
            ...env,
          } as NodeJS.ProcessEnv,
        },
        (error, stdout, stderr) =>
          resolve({
            code: Number(error?.code ?? 0),
            output: stdout + stderr,
          }),
      );
    });
  const environment = () => ({
    VAULT_ADDR: `${address}/`,
    PROOF_MOUNT: 'kubernetes-production',
    PROOF_ROLE: 'grant-a-1',
    PROOF_TOKEN_FILE: path.join(folder, 'token'),
    PROOF_PROBES: JSON.stringify(request().probes),
  });

  it('prints one line with what it found', async () => {
    expect(await run(environment())).toEqual({
      code: 0,
      output: '{"login":"accepted","found":["allow","deny","deny"]}\n',
    });
  });

  it('ends with 1 and words when it cannot', async () => {
    expect(await run({ ...environment(), VAULT_ADDR: '' })).toEqual({
      code: 1,
      output: '{"error":"VAULT_ADDR is not set"}\n',
    });
    expect(await run({ ...environment(), PROOF_TOKEN_FILE: '/none' })).toEqual({
      code: 1,
      output: '{"error":"The program could not be run"}\n',
    });
  });
});
