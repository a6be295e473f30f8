import { parseEntityRef } from '@backstage/catalog-model';
import { TranslationFunction } from '@backstage/frontend-plugin-api';
import {
  Access,
  Drift,
  GrantState,
  GrantRequest,
  GrantSubject,
  GrantSummary,
  SecretKind,
  SecretReference,
  WIDENING_FIELDS,
} from '@shopfloor/plugin-secrets-common';
import { State } from '@shopfloor/ui';
import { refusals } from './translation/refusals';
import { secretsTranslationRef } from './translation/translation';

/** The translation function of the pages of secrets. */
export type SecretsWords = TranslationFunction<typeof secretsTranslationRef.T>;

/** A text in the language of the reader. */
export function localized(
  text: { en: string; zh: string },
  locale: string,
): string {
  return locale.startsWith('zh') ? text.zh : text.en;
}

/** Name of an entity for people. */
export function entityName(ref: string): string {
  try {
    return parseEntityRef(ref).name;
  } catch {
    return ref;
  }
}

/** Where an entity is shown; of a service, optionally one of its tabs. */
export function entityHref(ref: string, tab = ''): string {
  const { kind, namespace, name } = parseEntityRef(ref);
  const path = [namespace, kind.toLocaleLowerCase('en-US'), name, tab];
  return `/catalog/${path.filter(Boolean).map(encodeURIComponent).join('/')}`;
}

/** Where a grant is shown. */
export function grantHref(id: string): string {
  return `/secrets/grants/${encodeURIComponent(id)}`;
}

/** Where a review of access is shown. */
export function reviewHref(id: string): string {
  return `/secrets/reviews/${encodeURIComponent(id)}`;
}

/** The form with what is known filled in. */
export function askHref(known: {
  service?: string;
  owner?: string;
  environment?: string;
  /** Name of a declared secret. */
  secret?: string;
  /** Of one that is not declared. */
  kind?: SecretKind;
  path?: string;
}): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(known)) {
    if (value) {
      query.set(key, value);
    }
  }
  const text = query.toString();
  return `/secrets/ask${text && `?${text}`}`;
}

/** The form with what was asked for before filled in; of a person without the service. */
export function askAgainHref(request: GrantRequest): string {
  const { subject, owner, environment, secret } = request;
  return askHref({
    ...(subject.kind === 'service-account' && { service: subject.entityRef }),
    owner,
    environment,
    ...(secret.declared
      ? { secret: secret.declared }
      : { kind: secret.kind, path: secret.path }),
  });
}

/** The entity ref of who gets the access. */
export function subjectRef(subject: GrantSubject): string {
  return subject.kind === 'person' ? subject.userEntityRef : subject.entityRef;
}

/** Who gets the access, for people. */
export function subjectName(subject: GrantSubject): string {
  return entityName(subjectRef(subject));
}

/** What people call a secret. */
export function secretName(secret: SecretReference): string {
  return secret.declared ?? secret.path;
}

/** A secret with whose it is, for people. */
export function ownedName(of: {
  owner: string;
  secret: SecretReference;
}): string {
  return `${entityName(of.owner)} / ${secretName(of.secret)}`;
}

/** What people call a grant: whose secret, and who uses it. */
export function grantName(
  grant: Pick<GrantSummary, 'owner' | 'secret' | 'subject'>,
): string {
  return `${ownedName(grant)}, ${subjectName(grant.subject)}`;
}

/** Kinds of access in one phrase. */
export function accessWords(access: Access[], t: SecretsWords): string {
  return access.map(each => t(`access.${each}`)).join(', ');
}

/** The state of a grant in the one vocabulary. */
export function stateOf(state: GrantState): State {
  switch (state) {
    case 'active':
      return 'ok';
    case 'requested':
    case 'waiting-authorisation':
      return 'waiting';
    case 'approved':
    case 'applying':
    case 'revoking':
      return 'running';
    case 'expiring':
      return 'at-risk';
    case 'failed':
    case 'drifted':
    case 'denied':
      return 'failing';
    case 'expired':
      return 'stale';
    default:
      return 'paused';
  }
}

/** States in which a person is needed, or something went wrong. */
export const STATES_THAT_ASK: readonly GrantState[] = [
  'expiring',
  'waiting-authorisation',
  'failed',
  'drifted',
];

/** What a role lets in beyond what was approved, a line each; a field that this page does not know by its name. */
export function widenedWords({ widened }: Drift, t: SecretsWords): string[] {
  return (widened ?? []).map(field =>
    WIDENING_FIELDS.includes(field) ? t(`drift.widens.${field}`) : field,
  );
}

/** Why something was refused: by the code of the answer in the language of the reader, else in the words of the server. */
export function refusalWords(error: unknown, t: SecretsWords): string {
  const { code, parameters, message } =
    (error as { body?: { error?: RefusalBody } } | undefined)?.body?.error ??
    {};
  if (code !== undefined && Object.hasOwn(refusals, code)) {
    // Each code has parameters of its own, which only its answer knows.
    const say = t as unknown as (key: string, values: object) => string;
    return say(`refusal.${code}`, parameters ?? {});
  }
  return message ?? (error instanceof Error ? error.message : String(error));
}

interface RefusalBody {
  code?: string;
  parameters?: Record<string, string>;
  message?: string;
}

/** The error with the words of the reader, for what shows `message`; a refusal stays one. */
export function inWords(error: unknown, t: SecretsWords): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  return Object.assign(new Error(refusalWords(cause, t), { cause }), {
    name: cause.name,
    response: (cause as { response?: unknown }).response,
  });
}
