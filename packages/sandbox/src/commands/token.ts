import { readPorts } from '../config/ports.ts';
import { signInToken } from '../signIn/signInToken.ts';
import { Refusal, type CommandEnvironment } from './environment.ts';

/** `npm run token -- <user>`: prints a portal token of a sample person, and nothing else. */
export async function token(
  { env }: CommandEnvironment,
  args: string[],
): Promise<number> {
  const user = args.find(arg => !arg.startsWith('-'));
  if (!user) {
    throw new Refusal(
      'Of whom? npm run token -- ada.okafor (the people are in platform/identity/people.yaml)',
    );
  }
  const portalUrl = `http://localhost:${readPorts(env).portal}`;
  try {
    console.log(await signInToken({ user, portalUrl }));
    return 0;
  } catch (error) {
    throw new Refusal(
      `No token for ${user}: ${(error as Error).message}\nIs the portal ready? See npm run status.`,
    );
  }
}
