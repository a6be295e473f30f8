import { resolve } from 'path';
import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { OperatorObjects } from '@shopfloor/plugin-slo-common';
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
  /** Objects for a Prometheus Operator in place of both; `directory` is absolute. */
  operator?: OperatorObjects & { directory: string };
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
  const operator = slo?.getOptionalConfig('operator');
  if (slo?.has('rules') && !rulesDirectory) {
    // An environment variable that is not set leaves the key out: alerts would be missing without a word.
    throw new InputError(
      'slo.rules.directory is missing: name the folder that Prometheus reads, or take slo.rules away',
    );
  }
  if (operator && (rulesDirectory || alertmanager)) {
    throw new InputError(
      `slo.operator cannot stand beside slo.${
        rulesDirectory ? 'rules' : 'alertmanager'
      }: the same alerts would be told twice`,
    );
  }
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
    rulesIntervalSeconds: positive(
      operator ? 'operator.intervalSeconds' : 'rules.intervalSeconds',
      30,
    ),
    ...(releasePolicy && { releasePolicy }),
    ...(alertmanager && {
      alertmanager: {
        url: alertmanager.getString('url').replace(/\/+$/, ''),
        baseFile: resolve(alertmanager.getString('baseFile')),
        file: resolve(alertmanager.getString('file')),
      },
    }),
    ...(operator && {
      operator: {
        directory: resolve(operator.getString('directory')),
        namespace: operator.getString('namespace'),
        labels: readLabels(operator.getOptionalConfig('labels')),
      },
    }),
  };
}

function readLabels(config: Config | undefined): Record<string, string> {
  // Keys of labels have dots, which `getString` would read as a path.
  const labels = config?.get() ?? {};
  return Object.fromEntries(
    Object.entries(labels as object).map(([key, value]) => {
      if (typeof value !== 'string') {
        throw new InputError(`slo.operator.labels: ${key} must be a text`);
      }
      return [key, value];
    }),
  );
}
