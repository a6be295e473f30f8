import { Config } from '@backstage/config';
import { parseEntityRef, stringifyEntityRef } from '@backstage/catalog-model';
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
  pipelines: PipelineConfig[];
}

/** A service that speaks for a pipeline. */
export interface PipelineConfig {
  /** Subject of its token, for example `external:ci-orders`. */
  subject: string;
  /** Entity refs that it speaks for; `*` is every entity. */
  entities: string[];
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
    pipelines: (checks?.getOptionalConfigArray('pipelines') ?? []).map(
      pipeline => ({
        subject: pipeline.getString('subject'),
        entities: pipeline
          .getStringArray('entities')
          .map(ref => (ref === '*' ? ref : fullRef(ref))),
      }),
    ),
  };
}

function fullRef(ref: string): string {
  try {
    return stringifyEntityRef(
      parseEntityRef(ref, {
        defaultKind: 'component',
        defaultNamespace: 'default',
      }),
    );
  } catch (error) {
    throw new InputError(
      `checks.pipelines: "${ref}" is neither * nor an entity ref such as component:default/name`,
      error,
    );
  }
}
