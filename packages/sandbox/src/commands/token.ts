import { readPorts } from '../config/ports.ts';
import { readSecrets } from '../config/secrets.ts';
import { shopAccessToken } from '../signIn/shopAccessToken.ts';
import { signInToken } from '../signIn/signInToken.ts';
import { Refusal, type CommandEnvironment } from './environment.ts';

/**
 * `npm run token -- <user>`: prints a portal token of a sample person, and nothing else.
 * With `--shop` it is an access token of the shop's issuer, of a shopper or a member of its staff. With `--pipeline` it is the
 * token of a pipeline, which may ask the release gate and nothing else.
 */
export async function token(
  { env, stateDir }: CommandEnvironment,
  args: string[],
): Promise<number> {
  if (args.includes('--pipeline')) {
    const pipelineToken = readSecrets(stateDir)?.pipelineToken;
    if (args.length > 1 || !pipelineToken) {
      throw new Refusal(
        args.length > 1
          ? 'A pipeline is no person: npm run token -- --pipeline'
          : 'There is no sandbox here yet; npm start makes one',
      );
    }
    console.log(pipelineToken);
    return 0;
  }
  const user = args.find(arg => !arg.startsWith('-'));
  const unknown = args.find(arg => arg.startsWith('-') && arg !== '--shop');
  if (unknown) {
    throw new Refusal(
      `There is no option ${unknown}; there are --shop and --pipeline`,
    );
  }
  const shop = args.includes('--shop');
  if (!user) {
    throw new Refusal(
      shop
        ? 'Of whom? npm run token -- --shop lin.yue (shoppers and staff are in platform/identity/shoppers.yaml)'
        : 'Of whom? npm run token -- ada.okafor (the people are in platform/identity/people.yaml; of the shop: --shop lin.yue)',
    );
  }
  const ports = readPorts(env);
  try {
    console.log(
      shop
        ? await shopAccessToken({
            user,
            issuerUrl: `http://localhost:${ports.shopOidc}`,
          })
        : await signInToken({
            user,
            portalUrl: `http://localhost:${ports.portal}`,
          }),
    );
    return 0;
  } catch (error) {
    throw new Refusal(
      `No token for ${user}: ${(error as Error).message}\nIs ${
        shop ? 'sign-in (part oidc)' : 'the portal'
      } ready? See npm run status.`,
    );
  }
}
