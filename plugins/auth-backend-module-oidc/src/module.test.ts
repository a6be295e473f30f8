import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import {
  mockServices,
  startTestBackend,
  TestDatabases,
} from '@backstage/backend-test-utils';
import authPlugin from '@backstage/plugin-auth-backend';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { Browser } from './__testUtils__/Browser';
import authModuleOidc from './index';

jest.setTimeout(60_000);

// The store of sessions clears them away every minute, also after its backend has stopped: it would fail in suites that follow.
jest.mock('connect-session-knex', () => {
  const connect = jest.requireActual('connect-session-knex');
  return (session: unknown) => {
    const Store = connect(session);
    return function QuietStore(options: object) {
      return new Store({ ...options, disableDbCleanup: true });
    };
  };
});

const databases = TestDatabases.create({ ids: ['POSTGRES_18'] });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

async function startProvider(
  port: number,
  redirectUri: string,
): Promise<ChildProcess> {
  const provider = spawn(
    process.execPath,
    [join(__dirname, '__testUtils__/provider.mjs'), String(port), redirectUri],
    { stdio: ['ignore', 'pipe', 'inherit'], env: {} },
  );
  await once(provider.stdout!, 'data');
  return provider;
}

async function startPortal(providerPort: number) {
  const backend = await startTestBackend({
    features: [
      authPlugin,
      authModuleOidc,
      mockServices.database.factory({
        knex: await databases.init('POSTGRES_18'),
      }),
      catalogServiceMock.factory({
        entities: [
          {
            apiVersion: 'backstage.io/v1alpha1',
            kind: 'User',
            metadata: { name: 'ben.lindqvist' },
            spec: { profile: { email: 'ben.lindqvist@larkfield.example' } },
            relations: [
              {
                type: 'memberOf',
                targetRef: 'group:default/merchandising-team',
              },
            ],
          },
        ],
      }),
      mockServices.rootConfig.factory({
        data: {
          app: { baseUrl: 'http://localhost' },
          backend: { baseUrl: 'http://localhost' },
          auth: {
            environment: 'development',
            session: { secret: 'session-secret-of-the-tests' },
            providers: {
              oidc: {
                development: {
                  metadataUrl: `http://localhost:${providerPort}/.well-known/openid-configuration`,
                  clientId: 'portal',
                  clientSecret: 'secret-of-the-portal-in-tests',
                  prompt: 'auto',
                  timeout: { seconds: 5 },
                  signIn: {
                    resolvers: [
                      { resolver: 'emailMatchingUserEntityProfileEmail' },
                    ],
                  },
                },
              },
            },
          },
        },
      }),
    ],
  });
  return {
    backend,
    address: `http://localhost:${backend.server.port()}/api/auth/oidc`,
  };
}

describe('sign-in through an OpenID provider', () => {
  const children: ChildProcess[] = [];
  let stop: (() => Promise<void>) | undefined;

  afterEach(async () => {
    children.splice(0).forEach(child => child.kill('SIGKILL'));
    await stop?.();
    stop = undefined;
  });

  async function portal() {
    const providerPort = await freePort();
    const { backend, address } = await startPortal(providerPort);
    stop = () => backend.stop();
    return {
      address,
      provider: async () => {
        const provider = await startProvider(
          providerPort,
          `${address}/handler/frame`,
        );
        children.push(provider);
        return provider;
      },
    };
  }

  const signIn = (browser: Browser, address: string, person: string) =>
    browser
      .get(`${address}/start?env=development`, { 'x-sign-in-as': person })
      .then(async response => decodeURIComponent(await response.text()));

  const reload = (browser: Browser, address: string) =>
    browser.get(`${address}/refresh?env=development`, {
      'x-requested-with': 'XMLHttpRequest',
    });

  it('says that the provider is not reachable, and works as soon as it is', async () => {
    const { address, provider } = await portal();
    const browser = new Browser();

    const early = await browser.get(`${address}/start?env=development`);
    expect(early.status).toBe(503);
    expect(await early.text()).toMatch(
      /sign-in provider at .* is not reachable \(connection refused\)/,
    );

    await provider();
    expect(await signIn(browser, address, 'ben.lindqvist')).toContain(
      '"userEntityRef":"user:default/ben.lindqvist"',
    );
  });

  it('keeps a person signed in over a reload, and nobody else', async () => {
    const { address, provider } = await portal();
    await provider();
    const browser = new Browser();
    await signIn(browser, address, 'ben.lindqvist');

    const reloaded = await reload(browser, address);
    expect(reloaded.status).toBe(200);
    expect(await reloaded.json()).toMatchObject({
      profile: { email: 'ben.lindqvist@larkfield.example' },
      backstageIdentity: {
        identity: {
          ownershipEntityRefs: [
            'user:default/ben.lindqvist',
            'group:default/merchandising-team',
          ],
        },
      },
    });
    expect((await reload(new Browser(), address)).status).toBe(401);
  });

  it('lets nobody in whom the catalog does not know, or whose e-mail is not verified', async () => {
    const { address, provider } = await portal();
    await provider();
    for (const person of ['stranger', 'unverified']) {
      const browser = new Browser();
      const answer = await signIn(browser, address, person);
      expect(answer).toContain('"error"');
      expect(answer).not.toContain('backstageIdentity');
      expect((await reload(browser, address)).status).toBe(401);
    }
  });
});
