import { ChangeGate, exceeds } from '@shopfloor/plugin-traffic-common';
import { TrafficEnvironmentConfig } from '../config';
import { ChangeAsks } from '../database/TrafficStore';

/** Why a step asks through approvals; `undefined` when it is made at once. Who decides sees what the gate says in any case. */
export function asksFor(
  rule: TrafficEnvironmentConfig | undefined,
  { step, gate }: { step: number; gate?: ChangeGate },
): Pick<ChangeAsks, 'step' | 'abovePercent' | 'gate'> | undefined {
  const abovePercent = rule?.approvalAbovePercent;
  const large = abovePercent !== undefined && exceeds(step, abovePercent);
  return large || gate?.effect === 'ask'
    ? {
        step,
        ...(large && { abovePercent }),
        ...(gate && gate.effect !== 'pass' && { gate }),
      }
    : undefined;
}
