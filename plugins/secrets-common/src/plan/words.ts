import { parseEntityRef } from '@backstage/catalog-model';
import { LocalizedText } from '@shopfloor/plugin-approvals-common';
import { CapabilityLine, GrantRequest, GrantSubject } from '../grant/types';
import { Access, SecretKind } from '../secret';
import { inOrder } from './names';

const KIND_WORDS: Record<SecretKind, LocalizedText> = {
  kv: { en: 'the secret', zh: '密钥' },
  database: {
    en: 'credentials of its own for the database role',
    zh: '数据库角色的独立凭据',
  },
  pki: { en: 'certificates of the role', zh: '证书角色' },
  transit: { en: 'the key', zh: '加密密钥' },
};

const ACCESS_WORDS: Record<Access, LocalizedText> = {
  read: { en: 'may read', zh: '可以读取' },
  write: {
    en: 'may write new versions of',
    zh: '可以写入新版本：',
  },
  issue: { en: 'may have issued', zh: '可以签发' },
  encrypt: { en: 'may encrypt with', zh: '可以加密，使用' },
  decrypt: { en: 'may decrypt with', zh: '可以解密，使用' },
};

/** Who gets the access, in words. */
export function subjectWords(subject: GrantSubject): string {
  return subject.kind === 'person'
    ? subject.email
    : `${subject.namespace}/${subject.name}`;
}

/** Name of the entity of a ref. */
export function serviceOf(entityRef: string): string {
  return parseEntityRef(entityRef).name.toLocaleLowerCase('en-US');
}

/** What a request lets its subject do: a sentence for each access. */
export function allowsWords(
  request: Pick<
    GrantRequest,
    'environment' | 'subject' | 'owner' | 'secret' | 'access'
  >,
): LocalizedText[] {
  const { environment, subject, owner, secret, access } = request;
  const who = subjectWords(subject);
  const kind = KIND_WORDS[secret.kind];
  const service = serviceOf(owner);
  return inOrder(access).map(each => ({
    en: `${who} ${ACCESS_WORDS[each].en} ${kind.en} "${secret.path}" of ${service} in ${environment}`,
    zh: `${who} ${ACCESS_WORDS[each].zh}${environment} 中 ${service} 的${kind.zh}“${secret.path}”`,
  }));
}

/** What capabilities on a path mean, for what is newly allowed. */
export function lineWords({
  path,
  capabilities,
}: CapabilityLine): LocalizedText {
  return {
    en: `${capabilities.join(', ')} on ${path}`,
    zh: `在 ${path} 上：${capabilities.join('、')}`,
  };
}

/** What lines allow that none of others does; a path that others have in part is there with the rest. */
export function newLines(
  lines: readonly CapabilityLine[],
  others: readonly CapabilityLine[],
): CapabilityLine[] {
  return lines.flatMap(({ path, capabilities }) => {
    const known = new Set(
      others
        .filter(other => other.path === path)
        .flatMap(other => other.capabilities),
    );
    const left = capabilities.filter(capability => !known.has(capability));
    return left.length > 0 ? [{ path, capabilities: left }] : [];
  });
}

/** A duration in its largest whole unit. */
export function durationWords(seconds: number): LocalizedText {
  const units = [
    [86_400, 'day', '天'],
    [3_600, 'hour', '小时'],
    [60, 'minute', '分钟'],
    [1, 'second', '秒'],
  ] as const;
  const [size, en, zh] =
    units.find(([unit]) => seconds >= unit && seconds % unit === 0) ??
    units[units.length - 1];
  const count = seconds / size;
  return {
    en: `${count} ${en}${count === 1 ? '' : 's'}`,
    zh: `${count} ${zh}`,
  };
}
