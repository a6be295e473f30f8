import { CapabilityLine, GrantPlan, LintFinding } from '../grant/types';
import {
  LONGEST_GRANT_SECONDS,
  LONGEST_PERSON_GRANT_SECONDS,
  LONGEST_UNDECLARED_GRANT_SECONDS,
  SecretClass,
} from '../secret';
import { durationWords } from './words';

/** What {@link lintPlan} looks at. */
export interface LintOptions {
  plan: Pick<GrantPlan, 'allows'>;
  durationSeconds: number;
  subject: 'service-account' | 'person';
  /** Class of the secret; absent when it is not declared. */
  secretClass?: SecretClass;
  /** Paths of Vault below which everything belongs to the owner; others are refused. */
  prefixes: string[];
  /** What the subject has by other grants that are in force. */
  living: Array<{ name: string; allows: CapabilityLine[] }>;
}

/** The longest grant, in seconds. */
export function longestGrantSeconds(options: {
  subject: 'service-account' | 'person';
  secretClass?: SecretClass;
}): number {
  const byClass = options.secretClass
    ? LONGEST_GRANT_SECONDS[options.secretClass]
    : LONGEST_UNDECLARED_GRANT_SECONDS;
  return options.subject === 'person'
    ? Math.min(LONGEST_PERSON_GRANT_SECONDS, byClass)
    : byClass;
}

/** What of a plan is more than it needs to be. With an error nobody may ask for it. */
export function lintPlan(options: LintOptions): LintFinding[] {
  const { plan, durationSeconds, living, prefixes } = options;
  const findings: LintFinding[] = [];
  const add = (
    code: LintFinding['code'],
    severity: LintFinding['severity'],
    en: string,
    zh: string,
  ) => findings.push({ code, severity, words: { en, zh } });
  for (const { path, capabilities } of plan.allows) {
    if (/[*+]/.test(path)) {
      add(
        'wildcard',
        'error',
        `${path} stands for more than one path; name each that is needed`,
        `${path} 含通配符，会匹配多个路径；请逐一写明所需路径`,
      );
    }
    if (!prefixes.some(prefix => isBelow(path, prefix))) {
      add(
        'outside-prefix',
        'error',
        `${path} does not belong to the owner of the secret; ask the owner of that path`,
        `${path} 不属于该密钥的负责服务；请向该路径的负责人申请`,
      );
    }
    if (capabilities.includes('sudo')) {
      add(
        'sudo',
        'error',
        `sudo on ${path} reaches what only the platform may`,
        `${path} 上的 sudo 权限仅限平台使用`,
      );
    }
    if (capabilities.includes('list')) {
      add(
        'list-on-parent',
        path.endsWith('/') ? 'error' : 'warning',
        `list on ${path} shows the names of everything below it`,
        `${path} 上的 list 权限会暴露其下所有名称`,
      );
    }
    if (capabilities.includes('read') && capabilities.includes('update')) {
      add(
        'write-and-read',
        'warning',
        `Who reads ${path} rarely has to write it, too; ask for one of them if that will do`,
        `读取 ${path} 的一方通常无需写入；如只需其一，请只申请其一`,
      );
    }
    const same = living.filter(({ allows }) =>
      allows.some(
        line =>
          line.path === path &&
          capabilities.every(each => line.capabilities.includes(each)),
      ),
    );
    if (same.length > 0) {
      const names = same.map(({ name }) => name).join(', ');
      add(
        'overlap',
        'warning',
        `The subject has this already by ${names}; renew that one instead, unless this takes its place`,
        `该主体已通过 ${names} 获得此权限；除非用于替换，否则请续期现有授权`,
      );
    }
  }
  const longest = longestGrantSeconds(options);
  if (durationSeconds > longest) {
    const asked = durationWords(durationSeconds);
    const most = durationWords(longest);
    add(
      'longer-than-class',
      'error',
      `${asked.en} is longer than ${most.en}, the longest for this secret and subject`,
      `${asked.zh}超过了该密钥和主体允许的最长期限 ${most.zh}`,
    );
  }
  return findings;
}

function isBelow(path: string, prefix: string): boolean {
  return path === prefix || (prefix.endsWith('/') && path.startsWith(prefix));
}
