import { loadConfig } from '../config/defineConfig.ts';
import { serviceConfigSpec } from '../config/serviceConfig.ts';
import { requestContext } from '../context/requestContext.ts';
import { Health } from '../health/Health.ts';
import { createServiceApp, type ServiceApp } from '../http/createServiceApp.ts';
import { HttpClient } from '../testing/HttpClient.ts';
import { TestIssuer } from '../testing/TestIssuer.ts';
import { testMaterials } from '../testing/testMaterials.ts';
import { Tracing } from '../tracing/Tracing.ts';
import type { AccessRule } from './accessRule.ts';
import {
  allowedCallers,
  authConfigSpec,
  trustedIssuers,
} from './authConfig.ts';
import { callerIdentity } from './callerIdentity.ts';
import { RegoAccessPolicy } from './RegoAccessPolicy.ts';

const service = {
  name: 'things',
  version: '1',
  release: 'v1',
  environment: 'test',
  instance: 'i',
};

const envoySays = (account: string) =>
  `By=spiffe://cluster.local/ns/production/sa/things;Hash=ab;Subject="";URI=spiffe://cluster.local/ns/production/sa/${account}`;

describe('accessPlugin', () => {
  let issuer: TestIssuer;
  let app: ServiceApp;
  let client: HttpClient;
  let lines: string[];

  const createApp = async (withAccess = true) => {
    const materials = testMaterials();
    lines = materials.lines;
    return createServiceApp({
      ...materials,
      service,
      config: loadConfig(serviceConfigSpec, { ACCESS_LOG: 'all' }),
      health: new Health(),
      tracing: Tracing.create({ service }),
      openApi: { title: 't', description: 'd', version: '1' },
      access: withAccess
        ? {
            verifier: issuer.verifier,
            policy: RegoAccessPolicy.create(materials),
            allowedCallers: ['orders'],
          }
        : undefined,
    });
  };

  beforeAll(async () => {
    issuer = await TestIssuer.create();
  });

  beforeEach(async () => {
    app = await createApp();
    const rules: AccessRule[] = [
      'public',
      'shopper',
      'customer',
      'internal',
      'staff:care',
    ];
    for (const access of rules) {
      app.get(
        `/${access.replace(':', '-')}`,
        { config: { access } },
        async r => ({
          subject: r.principal?.subject,
          inContext: requestContext()?.principal?.subject,
        }),
      );
    }
    app.post('/shopper', { config: { access: 'shopper' } }, async r => ({
      inContext: requestContext()?.principal?.subject,
      body: r.body,
    }));
    client = await HttpClient.listen(app);
  });

  afterEach(() => app.close());

  const get = (url: string, headers: Record<string, string> = {}) =>
    client.request({ url, headers });

  it('lets in whom the route is for, and tells the handler and its calls who it is', async () => {
    const guest = await issuer.headers({ guest: '1' });
    const customer = await issuer.headers({ customer: '2' });
    const staff = await issuer.headers({ staff: 'x', roles: ['care'] });
    expect((await get('/shopper', guest)).json()).toEqual({
      subject: 'guest:1',
      inContext: 'guest:1',
    });
    expect((await get('/customer', customer)).json().subject).toBe(
      'customer:2',
    );
    expect((await get('/staff-care', staff)).json().subject).toBe('staff:x');
    expect((await get('/public')).json()).toEqual({});
    expect((await get('/public', guest)).json().subject).toBe('guest:1');
  });

  it('knows who asks also after a body was read', async () => {
    const response = await client.request({
      method: 'POST',
      url: '/shopper',
      payload: { a: 1 },
      headers: await issuer.headers({ guest: '1' }),
    });
    expect(response.json()).toEqual({ inContext: 'guest:1', body: { a: 1 } });
  });

  it.each([
    ['no token', {}, 401, 'token-missing', 'Bearer realm="shop"'],
    [
      'no bearer token',
      { authorization: 'Basic abc' },
      401,
      'token-not-valid',
      'Bearer realm="shop", error="invalid_token"',
    ],
    [
      'nonsense',
      { authorization: 'Bearer abc' },
      401,
      'token-not-valid',
      'Bearer realm="shop", error="invalid_token"',
    ],
  ])(
    'answers %s with 401 and how to do better',
    async (_, headers, status, code, challenge) => {
      const response = await get('/customer', headers);
      expect(response.statusCode).toBe(status);
      expect(response.json().code).toBe(code);
      expect(response.headers['www-authenticate']).toBe(challenge);
    },
  );

  it('answers 401 to an expired token and 403 to whom it is not for', async () => {
    const expired = await get(
      '/shopper',
      await issuer.headers({ guest: '1' }, { expiresInSeconds: -60 }),
    );
    expect([expired.statusCode, expired.json().code]).toEqual([
      401,
      'token-expired',
    ]);
    const guest = await get('/customer', await issuer.headers({ guest: '1' }));
    expect([guest.statusCode, guest.json().code]).toEqual([403, 'not-allowed']);
    expect(guest.headers['www-authenticate']).toContain('insufficient_scope');
    const other = await get(
      '/staff-care',
      await issuer.headers({ staff: 'x', roles: ['finance'] }),
    );
    expect(other.statusCode).toBe(403);
  });

  it('refuses a bad token also where none is needed', async () => {
    const response = await get('/public', { authorization: 'Bearer abc' });
    expect(response.statusCode).toBe(401);
  });

  it('lets the named callers call internal routes, others not, and leaves it to the mesh where nobody is named', async () => {
    const call = async (headers: Record<string, string>) =>
      (await get('/internal', headers)).statusCode;
    const header = 'x-forwarded-client-cert';
    expect(await call({})).toBe(200);
    expect(await call({ [header]: envoySays('orders') })).toBe(200);
    expect(await call({ [header]: envoySays('cart') })).toBe(403);
    expect(await call({ [header]: 'Hash=ab' })).toBe(403);
    // Only the last element was written by our own sidecar.
    expect(
      await call({ [header]: `${envoySays('orders')},${envoySays('cart')}` }),
    ).toBe(403);
    expect(await call({ [header]: '' })).toBe(403);
  });

  it('asks before the body is read', async () => {
    const response = await client.request({
      method: 'POST',
      url: '/shopper',
      payload: '{ not json',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.statusCode).toBe(401);
  });

  it('writes no token and no address into the log', async () => {
    const token = await issuer.token({
      customer: '2',
      email: 'anna@example.com',
    });
    await get('/customer', { authorization: `Bearer ${token}` });
    await get('/staff-care', { authorization: `Bearer ${token}` });
    await get('/customer', { authorization: `Bearer ${token}x` });
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join()).not.toContain(token.split('.')[2]);
    expect(lines.join()).not.toContain('anna@example.com');
  });

  it('does not start with a route that says nothing of its access, or nonsense', async () => {
    const other = await createApp();
    expect(() => other.get('/a', async () => ({}))).toThrow(
      'Route GET /a does not say who may call it; set config.access',
    );
    expect(() =>
      other.get(
        '/b',
        { config: { access: 'everyone' as never } },
        async () => ({}),
      ),
    ).toThrow('unknown access rule "everyone"');
    await other.close();
    const closed = await createApp(false);
    expect(() =>
      closed.get('/c', { config: { access: 'shopper' } }, async () => ({})),
    ).toThrow('Route /c needs createServiceApp to be given: access');
    await closed.close();
  });

  it('documents who may call what', async () => {
    const { paths, components } = (await get('/openapi.json')).json();
    expect(paths['/public'].get.security).toEqual([]);
    expect(paths['/shopper'].get.security).toEqual([{ bearer: [] }]);
    expect(paths['/internal'].get.security).toEqual([{ mesh: [] }]);
    expect(paths['/staff-care'].get.description).toContain('`care`');
    expect(Object.keys(components.securitySchemes)).toEqual(['bearer', 'mesh']);
  });
});

describe('callerIdentity', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['By=spiffe://a/ns/b/sa/c;Hash=x', undefined],
    [envoySays('cart'), { namespace: 'production', account: 'cart' }],
    [
      'Hash=1;URI="spiffe://td/ns/n/sa/quoted";DNS=x',
      { namespace: 'n', account: 'quoted' },
    ],
  ])('%p', (header, expected) => {
    expect(callerIdentity(header)).toEqual(expected);
  });
});

describe('the configuration of access', () => {
  const read = (env: Record<string, string>) => loadConfig(authConfigSpec, env);
  const keys = [{ kty: 'EC', crv: 'P-256', x: 'x', y: 'y', kid: 'a' }];
  const SESSION_JWKS = JSON.stringify({ keys });

  it('has the keys of the session issuer with it, and trusts no staff unless told', () => {
    const config = read({ SESSION_JWKS });
    expect(trustedIssuers(config)).toEqual([
      {
        issuer: 'http://storefront',
        keys: { keys },
        jwksUrl: undefined,
        speaksFor: 'shoppers',
      },
    ]);
    expect(allowedCallers(config)).toEqual([]);
  });

  it('reads issuers with and without the address of their keys', () => {
    const config = read({
      SESSION_JWKS_URL: 'http://storefront/keys',
      AUTH_ISSUERS:
        'https://a.example/?x=1=https://a.example/keys, https://b.example',
      ALLOWED_CALLERS: 'orders, storefront',
    });
    expect(trustedIssuers(config).map(({ jwksUrl }) => jwksUrl)).toEqual([
      'http://storefront/keys',
      'https://a.example/keys',
      undefined,
    ]);
    expect(trustedIssuers(config).map(({ issuer }) => issuer)).toEqual([
      'http://storefront',
      'https://a.example/?x=1',
      'https://b.example',
    ]);
    expect(allowedCallers(config)).toEqual(['orders', 'storefront']);
  });

  it.each([
    ['nothing', '', 'SESSION_JWKS is missing'],
    ['no JSON', '{', 'must be a JWK Set'],
    ['no key', '{"keys":[]}', 'must be a JWK Set'],
    [
      'a private key',
      JSON.stringify({ keys: [{ ...keys[0], d: 'hunter2' }] }),
      'must be a JWK Set',
    ],
  ])('does not start with %s, and does not repeat it', (_, text, message) => {
    const config = read({ SESSION_JWKS: text });
    expect(() => trustedIssuers(config)).toThrow(message);
    expect(() => trustedIssuers(config)).not.toThrow('hunter2');
  });
});
