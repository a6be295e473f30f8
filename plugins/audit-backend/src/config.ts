import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface AuditConfig {
  discoveryIntervalSeconds: number;
  deploymentsIntervalSeconds: number;
  anchorIntervalSeconds: number;
  /** Absent: the trail is kept in the database for ever. */
  retention?: { days: number };
  /** Where archives are; they are read also when nothing is archived any more. */
  archivesDirectory?: string;
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
  const days = config.getOptionalNumber('audit.retention.days');
  const directory = config.getOptionalString('audit.retention.directory');
  if (days !== undefined) {
    if (!(days >= 1)) {
      throw new InputError('audit.retention.days must be 1 or more');
    }
    if (!directory) {
      throw new InputError(
        'audit.retention.days needs audit.retention.directory, the folder of the archives',
      );
    }
    if (!config.has('audit.anchors')) {
      throw new InputError(
        'audit.retention.days needs audit.anchors, whose key seals the archives',
      );
    }
  }
  return {
    ...(days !== undefined && { retention: { days } }),
    ...(directory && { archivesDirectory: directory }),
    discoveryIntervalSeconds: positive('discovery.intervalSeconds', 60),
    deploymentsIntervalSeconds: positive('deployments.intervalSeconds', 10),
    anchorIntervalSeconds: positive('anchors.intervalSeconds', 60),
  };
}
