import { describeNetworkError } from '@shopfloor/plugin-environments-node';
import { SystemProblem } from '@shopfloor/plugin-status-common';
import { ProbeFailure } from '../probes/Probe';

/**
 * Says in words why a system is not well.
 *
 * @param error - what its probe threw
 * @param deadlineMs - the deadline that was in force
 */
export function describeProblem(
  error: unknown,
  deadlineMs: number,
): SystemProblem {
  if (error instanceof ProbeFailure) {
    return { code: error.code, message: error.message };
  }
  const message = describeNetworkError(error, deadlineMs);
  if (message === 'connection refused') return { code: 'refused', message };
  if (message.startsWith('no answer')) return { code: 'timeout', message };
  return { code: 'unreachable', message };
}
