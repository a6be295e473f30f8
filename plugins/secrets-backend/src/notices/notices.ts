import { NotificationPayload } from '@backstage/plugin-notifications-common';
import {
  GrantData,
  GrantEvent,
  PLATFORM,
  subjectWords,
} from '@shopfloor/plugin-secrets-common';

/** Entity refs of those whom a grant concerns. */
export interface GrantOwners {
  /** Owners of the service that gets the access, or the person. */
  subject: string[];
  /** Owners of the service whose secret it is. */
  secret: string[];
}

/** Something to tell people. */
export interface Notice {
  recipients: string[];
  payload: NotificationPayload;
}

/** Address of a grant in the portal. */
export function grantPath(id: string): string {
  return `/secrets/grants/${id}`;
}

/** Whom an event is told to; `grant` is the one after it. That a decision is waited for, approvals tell. */
export function noticesOf(options: {
  grant: GrantData;
  event: GrantEvent;
  owners: GrantOwners;
}): Notice[] {
  const { grant, event, owners } = options;
  const everybody = [...owners.subject, ...owners.secret, ...requester(grant)];
  switch (event.type) {
    case 'asked':
      return tell(grant, owners.secret, event, {
        en: 'access is asked for',
        zh: '有人申请访问',
        severity: 'low',
      });
    case 'applied':
      return tell(grant, everybody, event, {
        en: 'access is granted',
        zh: '访问已授予',
      });
    case 'authorisation-asked':
      return tell(grant, owners.secret, event, {
        en: 'its text waits to be authorised at Vault',
        zh: '等待在 Vault 中授权',
        severity: 'high',
      });
    case 'apply-failed':
    case 'refuted':
      return tell(grant, everybody, event, {
        en: 'access could not be granted as it was approved',
        zh: '未能按批准内容授予访问',
        severity: 'high',
      });
    case 'drift-found':
      return tell(grant, everybody, event, {
        en: 'it was changed by hand',
        zh: '有人手动更改了授权',
        severity: 'high',
      });
    case 'revoked':
      return tell(grant, everybody, event, {
        en: 'access is revoked',
        zh: '访问已撤销',
        severity: 'high',
      });
    case 'expired':
      return tell(grant, everybody, event, {
        en: 'access has ended',
        zh: '访问已到期',
      });
    default:
      return [];
  }
}

/** That a grant ends in so many days. */
export function expiryNotice(options: {
  grant: GrantData;
  owners: GrantOwners;
  days: number;
}): Notice {
  const { grant, owners, days } = options;
  return {
    recipients: [...new Set([...owners.subject, ...requester(grant)])],
    payload: payload(grant, {
      en: `ends within ${days} day${days === 1 ? '' : 's'}; renew it if it is still needed`,
      zh: `将在 ${days} 天内到期；如仍需要请续期`,
      scope: `expires-${days}`,
      severity: days === 1 ? 'high' : 'normal',
    }),
  };
}

/** Nobody asked for what the platform granted. */
function requester({ requestedBy }: GrantData): string[] {
  return requestedBy === PLATFORM ? [] : [requestedBy];
}

interface Words {
  en: string;
  zh: string;
  severity?: NotificationPayload['severity'];
}

function tell(
  grant: GrantData,
  recipients: string[],
  event: GrantEvent,
  words: Words,
): Notice[] {
  const told = [...new Set(recipients)];
  return told.length === 0
    ? []
    : [
        {
          recipients: told,
          payload: payload(grant, { ...words, scope: event.type }),
        },
      ];
}

function payload(
  { id, request }: GrantData,
  words: Words & { scope: string },
): NotificationPayload {
  const { secret, environment, subject } = request;
  const about = `${subjectWords(subject)}, ${secret.kind} ${secret.path}, ${environment}`;
  return {
    title: `${about}: ${words.en} · ${words.zh}`,
    link: grantPath(id),
    topic: 'secrets',
    severity: words.severity ?? 'normal',
    scope: `secrets:${id}:${words.scope}`,
  };
}
