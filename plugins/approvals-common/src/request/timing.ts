import { addWorkingHours } from '../calendar/workingTime';
import { ApprovalPolicy } from '../policy/types';
import { ApprovalEvent } from './events';

/** The event with which a stage begins. */
export function openStage(
  policy: ApprovalPolicy,
  stage: number,
  at: string,
): Extract<ApprovalEvent, { type: 'stage-opened' }> {
  const { escalation, reminders } = policy;
  return {
    type: 'stage-opened',
    at,
    stage,
    ...(escalation && { escalatesAt: addHours(at, escalation.afterHours) }),
    ...(reminders && {
      remindsAt: addWorkingHours(
        at,
        reminders.everyWorkingHours,
        reminders.workingHours,
      ),
    }),
  };
}

/** Whether a moment has come; both ISO 8601. What is not planned never does. */
export function isDue(moment: string | undefined, now: string): boolean {
  return moment !== undefined && Date.parse(now) >= Date.parse(moment);
}

/** @returns ISO 8601 */
export function addHours(at: string, hours: number): string {
  return new Date(Date.parse(at) + hours * 3_600_000).toISOString();
}
