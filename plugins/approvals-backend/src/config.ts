import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface ApprovalsConfig {
  policies: string[];
  syncIntervalSeconds: number;
  clockIntervalSeconds: number;
  outcomeRetentionDays: number;
}

/** Reads `approvals`; throws on a value that makes no sense, naming its key. */
export function readApprovalsConfig(config: Config): ApprovalsConfig {
  const approvals = config.getOptionalConfig('approvals');
  const positive = (key: string, fallback: number) => {
    const value = approvals?.getOptionalNumber(key) ?? fallback;
    if (!(value > 0)) {
      throw new InputError(`approvals.${key} must be more than 0`);
    }
    return value;
  };
  return {
    policies: approvals?.getOptionalStringArray('policies') ?? [],
    syncIntervalSeconds: positive('sync.intervalSeconds', 60),
    clockIntervalSeconds: positive('clock.intervalSeconds', 15),
    outcomeRetentionDays: positive('outcomes.retentionDays', 90),
  };
}
