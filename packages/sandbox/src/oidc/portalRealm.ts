import type { ClientMetadata } from 'oidc-provider';

/** The one client of the portal's realm. */
export function portalClients(options: {
  portalPort: number;
  clientSecret: string;
}): ClientMetadata[] {
  return [
    {
      client_id: 'portal',
      client_secret: options.clientSecret,
      redirect_uris: [
        `http://localhost:${options.portalPort}/api/auth/oidc/handler/frame`,
      ],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
    },
  ];
}
