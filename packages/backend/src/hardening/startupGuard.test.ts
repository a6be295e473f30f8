import { ConfigReader } from '@backstage/config';
import { JsonObject } from '@backstage/types';
import { assertFitToStart } from './startupGuard';

const secret = 'k7Qz2mX9vB4nR8tW1pL6sD3fG5hJ0yCa';

function production(change: (data: any) => void = () => {}): JsonObject {
  const data = {
    shopfloor: { hardened: true },
    app: { baseUrl: 'https://portal.larkfield.example' },
    backend: {
      baseUrl: 'https://portal.larkfield.example',
      database: {
        client: 'pg',
        connection: { host: 'db', user: 'portal', password: secret },
      },
    },
    permission: { enabled: true },
    auth: {
      environment: 'production',
      session: { secret },
      providers: {
        oidc: {
          production: {
            metadataUrl:
              'https://id.larkfield.example/.well-known/openid-configuration',
            clientId: 'portal',
            clientSecret: secret,
          },
        },
      },
    },
    kubernetes: {
      clusterLocatorMethods: [
        { type: 'config', clusters: [{ name: 'eks', caData: 'Q0E=' }] },
      ],
    },
  };
  change(data);
  return data;
}

describe('assertFitToStart', () => {
  it('lets a hardened configuration start', () => {
    expect(() =>
      assertFitToStart(new ConfigReader(production())),
    ).not.toThrow();
  });

  it.each<[string, (data: any) => void, string]>([
    [
      'the sandbox’s identity provider',
      d => {
        d.auth.providers.oidc.production.metadataUrl =
          'http://localhost:7010/.well-known/openid-configuration';
      },
      'auth.providers.oidc.production.metadataUrl must be the https address',
    ],
    [
      'mail that goes out in clear text',
      d => {
        d.notifications = {
          processors: {
            email: {
              transportConfig: { transport: 'smtp', hostname: 'smtp' },
            },
          },
        };
      },
      'transportConfig.requireTls must be true',
    ],
    [
      'an identity provider on this machine',
      d => {
        d.auth.providers.oidc.production.metadataUrl = 'https://127.0.0.1/x';
      },
      'auth.providers.oidc.production.metadataUrl',
    ],
    [
      'guests',
      d => {
        d.auth.providers.guest = {};
      },
      'auth.providers.guest must go',
    ],
    [
      'no identity provider',
      d => {
        d.auth.providers = {};
      },
      'auth.providers.oidc must be configured',
    ],
    [
      'no session secret',
      d => {
        d.auth.session = {};
      },
      'auth.session.secret is missing',
    ],
    [
      'a default session secret',
      d => {
        d.auth.session.secret = 'changeme';
      },
      'auth.session.secret is a default or guessable',
    ],
    [
      'a guessable session secret',
      d => {
        d.auth.session.secret = 'ab'.repeat(20);
      },
      'auth.session.secret is a default or guessable',
    ],
    [
      'a default client secret',
      d => {
        d.auth.providers.oidc.production.clientSecret = 'secret';
      },
      'clientSecret is a default or guessable',
    ],
    [
      'a default database password',
      d => {
        d.backend.database.connection.password = 'postgres';
      },
      'backend.database.connection.password is a default or guessable',
    ],
    [
      'the superuser of the database',
      d => {
        d.backend.database.connection.user = 'postgres';
      },
      'must not be the superuser',
    ],
    [
      'shared keys of services',
      d => {
        d.backend.auth = { keys: [{ secret }] };
      },
      'backend.auth.keys must go',
    ],
    [
      'an outside token that may do everything',
      d => {
        d.backend.auth = {
          externalAccess: [
            { type: 'static', options: { token: secret, subject: 'ci' } },
          ],
        };
      },
      'each entry must name its accessRestrictions',
    ],
    [
      'an address without TLS',
      d => {
        d.app.baseUrl = 'http://portal.larkfield.example';
      },
      'app.baseUrl must be the https address',
    ],
    [
      'a cluster whose TLS is not verified',
      d => {
        d.kubernetes.clusterLocatorMethods[0].clusters[0].skipTLSVerify = true;
      },
      "kubernetes cluster 'eks' must verify TLS",
    ],
    [
      'a dangerous flag',
      d => {
        d.backend.auth = { dangerouslyDisableDefaultAuthPolicy: true };
      },
      'backend.auth.dangerouslyDisableDefaultAuthPolicy must go',
    ],
    [
      'a dangerous flag deep inside',
      d => {
        d.auth.providers.oidc.production.signIn = {
          resolvers: [{ dangerouslyAllowSignInWithoutUserInCatalog: true }],
        };
      },
      'dangerouslyAllowSignInWithoutUserInCatalog must go',
    ],
  ])('refuses %s', (_, change, message) => {
    expect(() =>
      assertFitToStart(new ConfigReader(production(change))),
    ).toThrow(message);
  });

  it('names everything that is wrong at once', () => {
    expect(() =>
      assertFitToStart(
        new ConfigReader(
          production(data => {
            data.app.baseUrl = 'http://localhost:7007';
            data.auth.session.secret = 'secret';
          }),
        ),
      ),
    ).toThrow(/auth\.session\.secret.*\n.*app\.baseUrl/);
  });

  it('refuses permissions that are off, hardened or not', () => {
    for (const permission of [undefined, {}, { enabled: false }]) {
      expect(() =>
        assertFitToStart(
          new ConfigReader({ ...(permission && { permission }) }),
        ),
      ).toThrow('refuses to start while permissions are off');
    }
    expect(() =>
      assertFitToStart(new ConfigReader({ permission: { enabled: true } })),
    ).not.toThrow();
  });
});
