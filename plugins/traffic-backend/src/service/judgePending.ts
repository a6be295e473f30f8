import {
  TRAFFIC_FIELD_MANAGER,
  VirtualService,
  sameSnapshot,
  snapshotOf,
} from '@shopfloor/plugin-traffic-common';
import { OutcomeRecord, StoredChange } from '../database/TrafficStore';

/**
 * Tells what became of a change whose process died between intent and outcome, by what the object looks like now.
 *
 * - the version is still the one before: nothing was written
 * - it says what was intended and our manager wrote after the intent: applied
 * - it says what was there before and our manager did not write since: not applied
 * - else it was changed again since, and it cannot be told
 */
export function judgePending(
  stored: Pick<StoredChange, 'change' | 'before' | 'after'>,
  live: VirtualService | undefined,
): Omit<OutcomeRecord, 'outcomeAt'> {
  const { change, before, after } = stored;
  if (!live) {
    return { outcome: 'unknown', error: 'The VirtualService is gone' };
  }
  const { resourceVersion, managedFields } = live.metadata;
  if (resourceVersion === change.resourceVersionBefore) {
    return {
      outcome: 'not-applied',
      error: 'The portal stopped before the change was sent',
    };
  }
  const now = snapshotOf(live);
  // Kubernetes keeps whole seconds.
  const intentMs = Math.floor(Date.parse(change.intentAt) / 1000) * 1000;
  const written = (managedFields ?? []).some(
    ({ manager, operation, time }) =>
      manager === TRAFFIC_FIELD_MANAGER &&
      operation === 'Apply' &&
      Date.parse(time ?? '') >= intentMs,
  );
  if (written && sameSnapshot(now, after)) {
    return {
      outcome: 'applied',
      ...(resourceVersion && { resourceVersionAfter: resourceVersion }),
    };
  }
  if (!written && sameSnapshot(now, before)) {
    return {
      outcome: 'not-applied',
      error: 'The portal stopped before the change was sent',
    };
  }
  return {
    outcome: 'unknown',
    error:
      'The portal stopped before it saw the outcome, and the route was changed again since',
  };
}
