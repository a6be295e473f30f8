import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface AuditConfig {
  discoveryIntervalSeconds: number;
  deploymentsIntervalSeconds: number;
  anchorIntervalSeconds: number;
}

/** Reads `audit`; throws on a value that makes no sense, naming its key. */
export function readAuditConfig(config: Config): AuditConfig {
  const positive = (key: string, fallback: number) => {
    const value = config.getOptionalNumber(`audit.${key}`) ?? fallback;
    if (!(value > 0)) {
      throw new InputError(`audit.${key} must be more than 0`);
    }
    return value;
  };
  return {
    discoveryIntervalSeconds: positive('discovery.intervalSeconds', 60),
    deploymentsIntervalSeconds: positive('deployments.intervalSeconds', 10),
    anchorIntervalSeconds: positive('anchors.intervalSeconds', 60),
  };
}
