import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface ChecksConfig {
  locations: string[];
  definitionIntervalSeconds: number;
  discoveryIntervalSeconds: number;
  workIntervalSeconds: number;
  maxConcurrency: number;
  deadlineSeconds: number;
  retentionDays: number;
}

/** Reads `checks`; throws on a value that makes no sense, naming its key. */
export function readChecksConfig(config: Config): ChecksConfig {
  const checks = config.getOptionalConfig('checks');
  const positive = (key: string, fallback: number) => {
    const value = checks?.getOptionalNumber(key) ?? fallback;
    if (!(value > 0)) {
      throw new InputError(`checks.${key} must be more than 0`);
    }
    return value;
  };
  const whole = (key: string, fallback: number) => {
    const value = positive(key, fallback);
    if (!Number.isInteger(value)) {
      throw new InputError(`checks.${key} must be a whole number`);
    }
    return value;
  };
  return {
    locations: checks?.getOptionalStringArray('definitions.locations') ?? [],
    definitionIntervalSeconds: positive('definitions.intervalSeconds', 60),
    discoveryIntervalSeconds: positive('discovery.intervalSeconds', 30),
    workIntervalSeconds: positive('collection.intervalSeconds', 2),
    maxConcurrency: whole('collection.maxConcurrency', 8),
    deadlineSeconds: positive('collection.deadlineSeconds', 30),
    retentionDays: whole('history.retentionDays', 180),
  };
}
