import type { ClientMetadata } from 'oidc-provider';
import type { ProtectedApi } from './provider.ts';

/** The shop's services, as a resource that access tokens are for. */
export const SHOP_API: ProtectedApi = {
  resource: 'urn:shopfloor:shop',
  audience: 'shop',
  scope: 'shop',
};

/** The public client of command-line tools. */
export const TOOLS_CLIENT_ID = 'shop-tools';

/** Where the issuer would send tools back to. Nothing listens there: a tool reads the code from the redirect. */
export function toolsRedirectUri(issuerUrl: string): string {
  return new URL('/tools/callback', issuerUrl).href;
}

/** The clients of the shop's realm: the storefront of each environment, and tools. */
export function shopClients(options: {
  issuerUrl: string;
  storefrontSecret: string;
  /** Public addresses of the storefront, one for each environment. */
  storefrontUrls: readonly string[];
}): ClientMetadata[] {
  const { issuerUrl, storefrontSecret, storefrontUrls } = options;
  return [
    {
      client_id: 'storefront',
      client_secret: storefrontSecret,
      redirect_uris: storefrontUrls.map(
        url => new URL('/auth/callback', url).href,
      ),
      post_logout_redirect_uris: storefrontUrls.map(
        url => new URL('/', url).href,
      ),
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    {
      client_id: TOOLS_CLIENT_ID,
      token_endpoint_auth_method: 'none',
      redirect_uris: [toolsRedirectUri(issuerUrl)],
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ];
}
