import type { ClientMetadata } from 'oidc-provider';

/** The clients of the portal's realm: the portal, and OpenBao for those who sign in there themselves. */
export function portalClients(options: {
  portalPort: number;
  clientSecret: string;
  openbao: { port: number; clientSecret: string };
}): ClientMetadata[] {
  const { portalPort, clientSecret, openbao } = options;
  return [
    {
      client_id: 'portal',
      client_secret: clientSecret,
      redirect_uris: [
        `http://localhost:${portalPort}/api/auth/oidc/handler/frame`,
      ],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
    {
      client_id: 'openbao',
      client_secret: openbao.clientSecret,
      redirect_uris: openbaoRedirects(openbao.port),
      grant_types: ['authorization_code'],
      response_types: ['code'],
    },
  ];
}

/** Where people come back to from a sign-in for OpenBao: its own pages, and `bao login -method=oidc`. */
export function openbaoRedirects(port: number): string[] {
  return [
    `http://127.0.0.1:${port}/ui/vault/auth/oidc/oidc/callback`,
    `http://localhost:${port}/ui/vault/auth/oidc/oidc/callback`,
    'http://localhost:8250/oidc/callback',
  ];
}
