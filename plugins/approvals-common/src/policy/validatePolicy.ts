import { FieldPath } from '@shopfloor/yaml-positions';
import { IANAZone } from 'luxon';
import { ApprovalPolicy } from './types';

/** Something wrong with a policy, at a field of its document. */
export interface PolicyFinding {
  path: FieldPath;
  message: string;
}

/** What the schema cannot say. Empty when the policy can be followed. */
export function validatePolicy(policy: ApprovalPolicy): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const report = (path: FieldPath, message: string) =>
    findings.push({ path: ['spec', ...path], message });
  const { stages, escalation, reminders, expiresAfterHours, autoApprove } =
    policy;

  const names = stages.map(({ name }) => name);
  names.forEach((name, index) => {
    if (names.indexOf(name) !== index) {
      report(['stages', index, 'name'], `There are two stages "${name}"`);
    }
  });
  stages.forEach(({ quorum, approvers }, index) => {
    const { groups, entityOwners } = approvers;
    if (
      !entityOwners &&
      groups.every(ref => ref.startsWith('user:')) &&
      groups.length < quorum
    ) {
      report(
        ['stages', index, 'quorum'],
        `${quorum} people must approve, but only ${groups.length} may`,
      );
    }
  });
  if (escalation && escalation.afterHours >= expiresAfterHours) {
    report(
      ['escalation', 'afterHours'],
      `A request expires after ${expiresAfterHours} hours, so escalating after ${escalation.afterHours} hours never happens`,
    );
  }
  if (reminders) {
    const { timeZone, from, to } = reminders.workingHours;
    if (!IANAZone.isValidZone(timeZone)) {
      report(
        ['reminders', 'workingHours', 'timeZone'],
        `There is no time zone "${timeZone}"; give its IANA name, for example Europe/Berlin`,
      );
    }
    if (from >= to) {
      report(
        ['reminders', 'workingHours', 'to'],
        `Working hours end at ${to}, which must be later than ${from}`,
      );
    }
  }
  const { environments, risks } = policy.appliesTo;
  for (const [key, own, scope] of [
    ['risks', autoApprove?.risks, risks],
    ['environments', autoApprove?.environments, environments],
  ] as const) {
    own?.forEach((value, index) => {
      if (scope && !(scope as readonly string[]).includes(value)) {
        report(
          ['autoApprove', key, index],
          `The policy does not apply to ${value}, so this never happens`,
        );
      }
    });
  }
  if (autoApprove?.production === false && policy.appliesTo.production) {
    report(
      ['autoApprove', 'production'],
      'The policy applies to production alone, so this never happens',
    );
  }
  return findings;
}
