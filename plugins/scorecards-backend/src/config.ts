import { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';

/** Configuration of the plugin, complete. `config.d.ts` says what each key means. */
export interface ScorecardsConfig {
  definitions: string[];
  syncIntervalSeconds: number;
  gradingIntervalSeconds: number;
  retentionDays: number;
  /** Who decides about waivers: the approvals engine, or people with a permission. */
  waiverApprovals: 'engine' | 'permission';
}

/** Reads `scorecards`; throws on a value that makes no sense, naming its key. */
export function readScorecardsConfig(config: Config): ScorecardsConfig {
  const scorecards = config.getOptionalConfig('scorecards');
  const positive = (key: string, fallback: number) => {
    const value = scorecards?.getOptionalNumber(key) ?? fallback;
    if (!(value > 0)) {
      throw new InputError(`scorecards.${key} must be more than 0`);
    }
    return value;
  };
  const waiverApprovals =
    scorecards?.getOptionalString('waivers.approvals') ?? 'permission';
  if (waiverApprovals !== 'engine' && waiverApprovals !== 'permission') {
    throw new InputError(
      'scorecards.waivers.approvals must be engine or permission',
    );
  }
  return {
    definitions: scorecards?.getOptionalStringArray('definitions') ?? [],
    syncIntervalSeconds: positive('sync.intervalSeconds', 60),
    gradingIntervalSeconds: positive('grading.intervalSeconds', 20),
    retentionDays: positive('history.retentionDays', 400),
    waiverApprovals,
  };
}
