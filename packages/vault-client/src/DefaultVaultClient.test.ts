import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { createServer, IncomingMessage, Server, ServerResponse } from 'http';
import { once } from 'events';
import { AddressInfo } from 'net';
import { tmpdir } from 'os';
import { join } from 'path';
import {
  DefaultVaultClient,
  DefaultVaultClientOptions,
} from './DefaultVaultClient';
import { TestBao } from './testUtils/TestBao';
import { VaultError } from './VaultError';

jest.setTimeout(120_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'vault-client-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, text: string) => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

describe('against a real OpenBao', () => {
  let bao: TestBao;
  let clock: number;
  const auth = () =>
    ({
      kind: 'approle',
      mount: 'approle',
      roleIdFile: join(folder, 'role-id'),
      secretIdFile: join(folder, 'secret-id'),
    }) as const;
  const client = (options: Partial<DefaultVaultClientOptions> = {}) =>
    DefaultVaultClient.create({
      address: bao.address,
      auth: auth(),
      now: () => clock,
      ...options,
    });

  beforeAll(async () => {
    bao = await TestBao.start();
    const root = bao.client();
    await root.write('sys/auth/approle', { type: 'approle' });
    await root.write('sys/policies/acl/app', {
      policy: `
path "secret/data/own/*" { capabilities = ["create", "read", "update", "delete"] }
path "secret/metadata/own/*" { capabilities = ["list"] }
path "sys/policies/acl/mine" { capabilities = ["create", "update"] }`,
    });
    await root.write('auth/approle/role/app', {
      token_policies: 'app',
      token_ttl: '60m',
      token_max_ttl: '90m',
    });
    const { body: role } = await root.request({
      method: 'GET',
      path: 'auth/approle/role/app/role-id',
    });
    const { body: secret } = await root.write(
      'auth/approle/role/app/secret-id',
    );
    file('role-id', `${role.data!.role_id}\n`);
    file('secret-id', secret.data!.secret_id);
  });
  beforeEach(() => {
    clock = Date.now();
  });
  afterAll(() => bao?.stop());

  it('logs in by itself, reads, lists, writes and deletes', async () => {
    const vault = client();
    await vault.write('secret/data/own/a', { data: { key: 'value' } });
    expect((await vault.read('secret/data/own/a'))?.data).toEqual({
      key: 'value',
    });
    expect(await vault.list('secret/metadata/own/')).toEqual(['a']);
    await vault.delete('secret/data/own/a');
    expect(await vault.read('secret/data/own/none')).toBeUndefined();
    expect(await vault.list('secret/metadata/own/none/')).toEqual([]);
  });

  it('says that it is ready, and what it is', async () => {
    expect(await client().health()).toEqual({
      state: 'ready',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      product: 'openbao',
      features: { policyTtl: true, controlGroups: true },
    });
  });

  it('shares one login among many who ask at once', async () => {
    const seen: string[] = [];
    const vault = client({
      fetch: async (...request) => {
        seen.push(String(request[0]));
        return fetch(...request);
      },
    });
    await Promise.all(
      Array.from({ length: 20 }, () => vault.list('secret/metadata/own/')),
    );
    expect(seen.filter(url => url.endsWith('/login'))).toHaveLength(1);
  });

  it('renews its token after two thirds of its term, and logs in anew when a renewal gives no more', async () => {
    const calls: string[] = [];
    const vault = client({
      fetch: async (...request) => {
        calls.push(String(request[0]).replace(`${bao.address}/v1/`, ''));
        return fetch(...request);
      },
    });
    const asked = async (minutes: number) => {
      clock += minutes * 60_000;
      calls.length = 0;
      await vault.list('secret/metadata/own/');
      return calls.filter(call => call.startsWith('auth/'));
    };
    expect(await asked(0)).toEqual(['auth/approle/login']);
    expect(await asked(39)).toEqual([]);
    // The server's own clock did not move: it gives 60 minutes from now, counted here from minute 41.
    expect(await asked(2)).toEqual(['auth/token/renew-self']);
    expect(await asked(39)).toEqual([]);
    // Longer than the term after the last renewal: the token is taken as ended.
    expect(await asked(60)).toEqual(['auth/approle/login']);
  });

  it('logs in anew when its token was revoked, and does the write that was refused', async () => {
    const vault = client();
    await vault.list('secret/metadata/own/');
    await bao.client().write('sys/leases/revoke-prefix/auth/approle/login');
    await vault.write('secret/data/own/b', { data: { key: 'again' } });
    expect((await vault.read('secret/data/own/b'))?.data).toEqual({
      key: 'again',
    });
  });

  it('ends its token when it is closed', async () => {
    let token = '';
    const vault = client({
      fetch: async (url, init) => {
        token = new Headers(init?.headers).get('x-vault-token') ?? token;
        return fetch(url, init);
      },
    });
    await vault.list('secret/metadata/own/');
    await vault.close();
    await expect(
      bao.client(token).read('auth/token/lookup-self'),
    ).rejects.toMatchObject({ code: 'denied' });
  });

  it('says why a call failed, in words without anything secret', async () => {
    const vault = client();
    await expect(vault.read('secret/data/foreign')).rejects.toMatchObject({
      code: 'denied',
      status: 403,
      message:
        'Vault does not allow GET secret/data/foreign (status 403: 1 error occurred: * permission denied)',
    });
    const marked = 'MARKED-9f8e7d';
    const failure = await vault
      .write('sys/policies/acl/mine', { policy: `path "${marked}" {` })
      .catch(error => error);
    expect(failure).toBeInstanceOf(VaultError);
    expect(failure).toMatchObject({ code: 'refused', status: 400 });
    expect(JSON.stringify(failure) + failure.stack).not.toContain(marked);
    await expect(
      vault.request({ method: 'GET', path: 'secret/data/own/none' }),
    ).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not say with what it tried to log in', async () => {
    const marked = '00000000-dead-beef-0000-000000000000';
    const failure = await client({
      auth: { ...auth(), secretIdFile: file('wrong', marked) },
    })
      .list('secret/metadata/own/')
      .catch(error => error);
    expect(failure).toMatchObject({ code: 'refused', login: true });
    expect(JSON.stringify(failure) + failure.stack).not.toContain(marked);
    await expect(
      client({ auth: { ...auth(), secretIdFile: join(folder, 'none') } }).list(
        'secret/metadata/own/',
      ),
    ).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('cannot be read'),
    });
  });

  it.each(['', '/a', 'a//b', 'a/../b', './a', 'a\nb'])(
    'refuses what is no path: %j',
    async path => {
      await expect(client().read(path)).rejects.toMatchObject({
        code: 'refused',
      });
    },
  );

  it('keeps what looks like a query inside the path', async () => {
    await expect(
      client().read('secret/data/own/a?list=true'),
    ).resolves.toBeUndefined();
  });

  it('knows a sealed server, waits for nothing, and goes on when it is open', async () => {
    const other = await TestBao.start();
    try {
      const vault = other.client();
      await vault.list('secret/metadata/');
      await vault.write('sys/seal');
      expect((await vault.health()).state).toBe('sealed');
      await expect(vault.list('secret/metadata/')).rejects.toMatchObject({
        code: 'sealed',
        status: 503,
      });
    } finally {
      await other.stop();
    }
    expect((await other.client().health()).state).toBe('away');
    await expect(other.client().list('a')).rejects.toMatchObject({
      code: 'away',
      message: 'Vault gave no usable answer to LIST a (ECONNREFUSED)',
    });
  });
});

describe('against a server that misbehaves', () => {
  let server: Server;
  let requests: IncomingMessage[];
  let answer: (response: ServerResponse, request: IncomingMessage) => void;
  const waits: number[] = [];
  const client = () =>
    DefaultVaultClient.create({
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      auth: { kind: 'token', token: 'hvs.marked-token-0123456789' },
      deadlineMs: 2_000,
      wait: async milliseconds => {
        waits.push(milliseconds);
      },
    });
  const say = (status: number, errors: string[] = []) => {
    answer = response => {
      response.writeHead(status, { location: 'http://127.0.0.1:1/v1/other' });
      response.end(JSON.stringify({ errors }));
    };
  };

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume();
      requests.push(request);
      answer(response, request);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  beforeEach(() => {
    requests = [];
    waits.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  it.each<[string, number, string[], string, number, number]>([
    // status, errors, code, tries of a read, tries of a write
    ['a rate limit', 429, ['quota'], 'away', 4, 4],
    ['a gateway', 502, [], 'away', 4, 1],
    ['an inner failure', 500, ['oh'], 'away', 4, 1],
    ['a sealed server', 503, ['Vault is sealed'], 'sealed', 1, 1],
    ['an overloaded server', 503, ['busy'], 'away', 4, 1],
    ['a redirect', 307, [], 'standby', 1, 1],
    ['a secondary', 472, [], 'standby', 1, 1],
    ['a wrong request', 400, ['no'], 'refused', 1, 1],
  ])(
    'repeats what is safe after %s',
    async (_, status, errors, code, reads, writes) => {
      say(status, errors);
      await expect(
        client().request({ method: 'GET', path: 'a' }),
      ).rejects.toMatchObject({ code, status });
      expect(requests).toHaveLength(reads);
      requests = [];
      await expect(client().write('a')).rejects.toMatchObject({ code });
      expect(requests).toHaveLength(writes);
    },
  );

  it('repeats with growing waits', async () => {
    say(500);
    await client()
      .request({ method: 'GET', path: 'a' })
      .catch(() => {});
    expect(waits).toEqual([100, 300, 900]);
  });

  it('does not repeat a write whose answer was lost', async () => {
    answer = (_, request) => request.socket.destroy();
    await expect(client().write('a')).rejects.toMatchObject({ code: 'away' });
    expect(requests).toHaveLength(1);
    requests = [];
    await expect(client().list('a')).rejects.toMatchObject({ code: 'away' });
    expect(requests).toHaveLength(4);
  });

  it('gives up at its deadline', async () => {
    answer = () => {};
    await expect(client().list('a')).rejects.toMatchObject({
      code: 'away',
      message: expect.stringContaining('it took too long'),
    });
    expect(requests).toHaveLength(1);
  });

  it('stops when it is told to', async () => {
    answer = () => {};
    const stop = new AbortController();
    const asked = client().request({
      method: 'GET',
      path: 'a',
      signal: stop.signal,
    });
    stop.abort();
    await expect(asked).rejects.toMatchObject({ code: 'away' });
  });

  it('sends its namespace, and its token to no other address', async () => {
    say(200);
    await DefaultVaultClient.create({
      address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      namespace: 'shop/eu',
      auth: { kind: 'token', token: 'hvs.marked-token-0123456789' },
    }).list('a');
    expect(requests[0].headers).toMatchObject({
      'x-vault-namespace': 'shop/eu',
      'x-vault-token': 'hvs.marked-token-0123456789',
    });
    requests = [];
    // The address of the redirect is not there: following it would be another failure.
    say(307);
    await expect(client().list('a')).rejects.toMatchObject({
      code: 'standby',
    });
    expect(requests).toHaveLength(1);
  });
});
