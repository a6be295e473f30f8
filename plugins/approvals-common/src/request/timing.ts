import { addWorkingHours } from '../calendar/workingTime';
import { ApprovalPolicy } from '../policy/types';
import { ApprovalEvent } from './events';
import { GlassBreak } from './types';

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

/** Pause between two reminders of a review that is overdue. */
export const OVERDUE_REMINDER_HOURS = 24;

/** When a broken glass that is not reviewed is next told to be overdue. ISO 8601. */
export function overdueAt({
  reviewDueAt,
  overdueSince,
  remindsAt,
}: Pick<GlassBreak, 'reviewDueAt' | 'overdueSince' | 'remindsAt'>): string {
  return overdueSince === undefined
    ? reviewDueAt
    : (remindsAt ?? addHours(overdueSince, OVERDUE_REMINDER_HOURS));
}

/** Whether a moment has come; both ISO 8601. What is not planned never does. */
export function isDue(moment: string | undefined, now: string): boolean {
  return moment !== undefined && Date.parse(now) >= Date.parse(moment);
}

/** @returns ISO 8601 */
export function addHours(at: string, hours: number): string {
  return new Date(Date.parse(at) + hours * 3_600_000).toISOString();
}
