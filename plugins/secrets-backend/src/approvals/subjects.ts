import { Risk, SubjectDiff } from '@shopfloor/plugin-approvals-common';
import { AskOptions } from '@shopfloor/plugin-approvals-node';
import {
  GrantData,
  renewalDiff,
  subjectWords,
} from '@shopfloor/plugin-secrets-common';
import { grantPath } from '../notices/notices';
import { StoredDeclarations } from '../store/DeclarationStore';

/** Type of the subject of a decision about a grant; its id is that of the grant. */
export const ACCESS_SUBJECT = 'secret-access';

/** Type of the subject of a decision about a renewal. */
export const RENEWAL_SUBJECT = 'secret-renewal';

/** Id of a renewal as a subject. */
export function renewalSubjectId(grantId: string, number: number): string {
  return `${grantId} ${number}`;
}

/** @throws Error for what is no id of a renewal */
export function parseRenewalSubject(subjectId: string): {
  grantId: string;
  number: number;
} {
  const [, grantId, number] = /^(\S+) (\d+)$/.exec(subjectId) ?? [];
  if (!grantId) {
    throw new Error(`"${subjectId}" is no renewal`);
  }
  return { grantId, number: Number(number) };
}

/** How much can go wrong: what nobody declared and what is critical is high, and nothing is low. */
function riskOf(
  { request, plan }: GrantData,
  declared: StoredDeclarations | undefined,
): Risk {
  const declaration = declared?.secrets.find(
    ({ name }) => name === request.secret.declared,
  );
  return plan.tier === 'control-group' ||
    request.subject.kind === 'person' ||
    declaration?.class === 'critical'
    ? 'high'
    : 'medium';
}

/** What is asked about a grant. */
export function askAboutAccess(options: {
  grant: GrantData;
  diff: SubjectDiff;
  declared: StoredDeclarations | undefined;
  /** Whether its environment is production; not known when it is no longer configured. */
  production: boolean | undefined;
}): AskOptions {
  const { grant, diff, declared, production } = options;
  const { request } = grant;
  const who = subjectWords(request.subject);
  const what = `${request.access.join(', ')}: ${request.secret.kind} ${request.secret.path}`;
  return {
    type: ACCESS_SUBJECT,
    subjectId: grant.id,
    requestKey: grant.id,
    entityRef: request.owner,
    environment: request.environment,
    production,
    title: {
      en: `${who}: ${what} in ${request.environment}`,
      zh: `${who}：${request.environment} 中的 ${what}`,
    },
    diff,
    contentHash: grant.contentHash,
    risk: riskOf(grant, declared),
    requester: grant.requestedBy,
    reason: request.reason,
    link: grantPath(grant.id),
  };
}

/** What is asked about the renewal of a grant. */
export function askAboutRenewal(options: {
  grant: GrantData;
  declared: StoredDeclarations | undefined;
  /** Whether its environment is production; not known when it is no longer configured. */
  production: boolean | undefined;
}): AskOptions {
  const { grant, declared, production } = options;
  const { request, plan, renewal } = grant;
  const { number, by, reason, durationSeconds, contentHash } = renewal!;
  const subjectId = renewalSubjectId(grant.id, number);
  const who = subjectWords(request.subject);
  return {
    type: RENEWAL_SUBJECT,
    subjectId,
    requestKey: subjectId,
    entityRef: request.owner,
    environment: request.environment,
    production,
    title: {
      en: `${who}: more time for ${request.secret.kind} ${request.secret.path} in ${request.environment}`,
      zh: `${who}：续期 ${request.environment} 中的 ${request.secret.kind} ${request.secret.path}`,
    },
    diff: renewalDiff({
      request,
      plan,
      expiresAt: grant.expiresAt!,
      durationSeconds,
    }),
    contentHash,
    risk: riskOf(grant, declared),
    requester: by,
    reason,
    link: grantPath(grant.id),
  };
}
