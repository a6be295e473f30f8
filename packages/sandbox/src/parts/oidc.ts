import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import type { OidcSettings } from '../oidc/main.ts';
import type { PartDefinition, SandboxContext } from '../supervisor/types.ts';

/** Sign-in: an issuer for the people of the sample company, and one for its shoppers and shop staff. */
export function oidcPart(ctx: SandboxContext): PartDefinition {
  const dir = join(ctx.stateDir, 'oidc');
  const address = `http://localhost:${ctx.ports.oidc}`;
  return {
    kind: 'process',
    name: 'oidc',
    version: providerVersion,
    address,
    prepare: async () => {
      mkdirSync(dir, { recursive: true, mode: 0o700 });
    },
    command: () => {
      const settings: OidcSettings = {
        repoRoot: ctx.repoRoot,
        dir,
        portal: {
          port: ctx.ports.oidc,
          portalPort: ctx.ports.portal,
          clientSecret: ctx.secrets.oidcClientSecret,
          cookieKey: ctx.secrets.oidcCookieKey,
          openbao: {
            port: ctx.ports.openbao,
            clientSecret: ctx.secrets.openbaoOidcClientSecret,
          },
        },
        shop: {
          port: ctx.ports.shopOidc,
          storefrontUrls: ['production', 'staging'].map(
            environment =>
              `http://${environment}.shop.localhost:${ctx.ports.gateway}`,
          ),
          storefrontSecret: ctx.secrets.shopOidcClientSecret,
          cookieKey: ctx.secrets.shopOidcCookieKey,
        },
      };
      return {
        file: ctx.nodePath,
        args: [
          '--disable-warning=ExperimentalWarning',
          join(ctx.repoRoot, 'packages/sandbox/src/oidc/main.ts'),
        ],
        env: {
          NODE_ENV: 'production',
          SHOPFLOOR_OIDC: JSON.stringify(settings),
        },
      };
    },
    health: {
      kind: 'http',
      url: `http://127.0.0.1:${ctx.ports.oidc}/.well-known/openid-configuration`,
    },
  };
}

function providerVersion(): string {
  const require = createRequire(import.meta.url);
  return require('oidc-provider/package.json').version;
}
