import type { Logger } from 'pino';
import type { AccessPluginOptions } from './accessPlugin.ts';
import {
  allowedCallers,
  type AuthConfig,
  trustedIssuers,
} from './authConfig.ts';
import { JwtVerifier } from './JwtVerifier.ts';
import { RegoAccessPolicy } from './RegoAccessPolicy.ts';

/**
 * What `createServiceApp` needs as `access`, from the configuration.
 *
 * @param now - the time that tokens are judged by, in milliseconds since 1970: the database's, where there is one
 * @throws InvalidConfigurationError when the session issuer's keys are nowhere to be had
 */
export function createAccess(
  config: AuthConfig,
  logger: Logger,
  now?: () => number,
): Omit<AccessPluginOptions, 'service'> {
  return {
    verifier: JwtVerifier.create({
      issuers: trustedIssuers(config),
      audience: config.AUTH_AUDIENCE,
      clockToleranceSeconds: config.AUTH_CLOCK_TOLERANCE_SECONDS,
      now,
    }),
    policy: RegoAccessPolicy.create({ logger }),
    allowedCallers: allowedCallers(config),
  };
}
