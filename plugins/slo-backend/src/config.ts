import { resolve } from 'path';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { AlertRoutesConfig } from './routes/AlertRoutes';

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface SloConfig {
  /** Absolute. */
  fileRoots: string[];
  discoveryIntervalSeconds: number;
  evaluationIntervalSeconds: number;
  maxConcurrency: number;
  deadlineSeconds: number;
  staleAfterSeconds: number;
  retentionDays: number;
  /** Absolute; absent: no rules are written. */
  rulesDirectory?: string;
  rulesIntervalSeconds: number;
  /** Address of the release policy; absent: the built-in one. */
  releasePolicy?: string;
  /** Absent: no routes are written. */
  alertmanager?: AlertRoutesConfig;
}

/** Reads `slo`; throws on a value that makes no sense, naming its key. */
export function readSloConfig(config: Config): SloConfig {
  const slo = config.getOptionalConfig('slo');
  const positive = (key: string, fallback: number) => {
    const value = slo?.getOptionalNumber(key) ?? fallback;
    if (!(value > 0)) {
      throw new InputError(`slo.${key} must be more than 0`);
    }
    return value;
  };
  const rulesDirectory = slo?.getOptionalString('rules.directory');
  const evaluationIntervalSeconds = positive('evaluation.intervalSeconds', 15);
  const alertmanager = slo?.getOptionalConfig('alertmanager');
  const releasePolicy = slo?.getOptionalString('releasePolicy');
  return {
    fileRoots: (slo?.getOptionalStringArray('fileRoots') ?? []).map(root =>
      resolve(root),
    ),
    discoveryIntervalSeconds: positive('discovery.intervalSeconds', 30),
    evaluationIntervalSeconds,
    maxConcurrency: positive('evaluation.maxConcurrency', 4),
    deadlineSeconds: positive('evaluation.deadlineSeconds', 60),
    staleAfterSeconds: positive(
      'evaluation.staleAfterSeconds',
      4 * evaluationIntervalSeconds,
    ),
    retentionDays: positive('history.retentionDays', 40),
    ...(rulesDirectory && { rulesDirectory: resolve(rulesDirectory) }),
    rulesIntervalSeconds: positive('rules.intervalSeconds', 30),
    ...(releasePolicy && { releasePolicy }),
    ...(alertmanager && {
      alertmanager: {
        url: alertmanager.getString('url').replace(/\/+$/, ''),
        baseFile: resolve(alertmanager.getString('baseFile')),
        file: resolve(alertmanager.getString('file')),
      },
    }),
  };
}
