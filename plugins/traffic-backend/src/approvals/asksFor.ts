import { exceeds } from '@shopfloor/plugin-traffic-common';
import { TrafficEnvironmentConfig } from '../config';

/** Why a step asks through approvals; `undefined` when it is made at once. */
export function asksFor(
  rule: TrafficEnvironmentConfig | undefined,
  { step }: { step: number },
): { step: number; abovePercent: number } | undefined {
  const abovePercent = rule?.approvalAbovePercent;
  return abovePercent !== undefined && exceeds(step, abovePercent)
    ? { step, abovePercent }
    : undefined;
}
