import {
  DiffAffected,
  LocalizedText,
  SubjectDiff,
} from '@shopfloor/plugin-approvals-common';
import { GrantPlan, GrantRequest, VaultState } from '../grant/types';
import { allowsWords, durationWords, serviceOf, subjectWords } from './words';

const PINNED_WORDS: LocalizedText = {
  en: 'The platform wrote out this policy and role beforehand; the portal can write nothing else.',
  zh: '平台已预先写定该策略和角色；门户无法写入其他内容。',
};

const CONTROL_GROUP_WORDS: LocalizedText = {
  en: 'This is not declared by the owner. After the approval here, an approver authorises exactly this text at Vault.',
  zh: '该访问未在负责服务中声明。在此批准后，还需审批人在 Vault 中对该文本逐字授权。',
};

const UNKNOWN_WORDS: LocalizedText = {
  en: 'Vault did not answer, so what it has now is unknown. It is compared again before anything is written.',
  zh: 'Vault 未响应，当前内容未知；写入前会再次比对。',
};

/** The role as text, for a diff: one parameter a line, in a fixed order. */
export function roleText(
  role: Readonly<Record<string, unknown>> | undefined,
): string {
  return Object.entries(role ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key} = ${textOf(value)}\n`)
    .join('');
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : JSON.stringify(Array.isArray(value) ? value.join(',') : value);
}

/** All that who decides is shown. */
export function grantDiff(options: {
  request: GrantRequest;
  plan: GrantPlan;
  /** `undefined` when Vault does not answer: then nothing is known of it, and the words say so. */
  current: VaultState | undefined;
  affected: DiffAffected[];
}): SubjectDiff {
  const { request, plan, current, affected } = options;
  const { environment, subject, owner, access, durationSeconds, delivery } =
    request;
  const field = (en: string, zh: string, after: string) => ({
    label: { en, zh },
    after,
  });
  const duration = durationWords(durationSeconds);
  return {
    words: [
      ...allowsWords(request),
      {
        en: `It ends ${duration.en} after the approval.`,
        zh: `自批准起 ${duration.zh}后结束。`,
      },
      ...(plan.tier === 'control-group'
        ? [CONTROL_GROUP_WORDS]
        : [PINNED_WORDS]),
      ...(current ? [] : [UNKNOWN_WORDS]),
    ],
    fields: [
      field('Environment', '环境', environment),
      field('Subject', '主体', subjectWords(subject)),
      field('Owner of the secret', '密钥负责服务', serviceOf(owner)),
      field('Secret', '密钥', `${request.secret.kind} ${request.secret.path}`),
      field('Access', '权限', access.join(', ')),
      field('Time', '时长', `${durationSeconds} s`),
      field('Delivery', '交付方式', delivery),
    ],
    texts: [
      {
        name: `policy ${plan.policy.name}`,
        before: current?.policy ?? '',
        after: plan.policy.text,
      },
      {
        name: `role ${plan.role.mount}/${plan.role.name}`,
        before: roleText(current?.role),
        after: roleText(plan.role.parameters),
      },
    ],
    affected,
    undo: {
      en: 'Revoke the grant: access ends at once. What was read by then cannot be unread; the secret is then due for another value.',
      zh: '撤销授权后访问立即终止。已读取的内容无法收回，届时应轮换该密钥。',
    },
  };
}

const RENEWAL_AT_VAULT_WORDS: LocalizedText = {
  en: 'After the approval here, an approver authorises the new end at Vault by an own login. Until then, and without it, the access ends when it would have.',
  zh: '在此批准后，还需审批人以本人身份登录 Vault 授权新的结束时间；未经授权时，访问仍按原时间结束。',
};

/** A renewal: nothing changes but the time. */
export function renewalDiff(options: {
  request: GrantRequest;
  plan: GrantPlan;
  expiresAt: string;
  durationSeconds: number;
}): SubjectDiff {
  const { request, plan, expiresAt, durationSeconds } = options;
  const duration = durationWords(durationSeconds);
  return {
    words: [
      {
        en: `What is granted stays as it is, ${duration.en} longer from the approval on.`,
        zh: `授权内容不变，自批准起延长 ${duration.zh}。`,
      },
      ...allowsWords(request),
      ...(plan.tier === 'control-group' ? [RENEWAL_AT_VAULT_WORDS] : []),
    ],
    fields: [
      { label: { en: 'Grant', zh: '授权' }, after: plan.name },
      {
        label: { en: 'End', zh: '结束' },
        before: expiresAt,
        after: `${durationSeconds} s after the approval`,
      },
    ],
    texts: [],
    affected: [],
    undo: {
      en: 'Revoke the grant: access ends at once.',
      zh: '撤销授权后访问立即终止。',
    },
  };
}
