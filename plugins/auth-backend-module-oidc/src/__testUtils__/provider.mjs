// An OpenID provider in a process of its own, so that tests can start it late and kill it.
//
//     node provider.mjs <port> <redirect address>
//
// Whoever comes to its login page is signed in as the person of the header `x-sign-in-as`.
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

const [port, redirectUri] = process.argv.slice(2);
const issuer = `http://localhost:${port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'portal',
      client_secret: 'secret-of-the-portal-in-tests',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
    },
  ],
  claims: { email: ['email', 'email_verified'], profile: ['name'] },
  cookies: { keys: ['tests'] },
  pkce: { required: () => false },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
  issueRefreshToken: async () => true,
  findAccount: async (_ctx, sub) => ({
    accountId: sub,
    claims: async () => ({
      sub,
      name: sub,
      email: `${sub}@larkfield.example`,
      email_verified: sub !== 'unverified',
    }),
  }),
  loadExistingGrant: async ({ oidc }) => {
    const grant = new oidc.provider.Grant({
      clientId: oidc.client.clientId,
      accountId: oidc.session.accountId,
    });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
});
const handle = provider.callback();

createServer(async (req, res) => {
  if (!req.url.startsWith('/login/')) {
    handle(req, res);
    return;
  }
  await provider.interactionFinished(
    req,
    res,
    { login: { accountId: req.headers['x-sign-in-as'] } },
    { mergeWithLastSubmission: false },
  );
}).listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
