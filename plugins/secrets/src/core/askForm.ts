import {
  Access,
  ACCESS_OF_KIND,
  ACCESSES,
  DELIVERIES,
  DELIVERIES_OF_KIND,
  DeclaredSecret,
  Delivery,
  GrantRequest,
  GrantSubject,
  LONGEST_PERSON_GRANT_SECONDS,
  LONGEST_UNDECLARED_GRANT_SECONDS,
  SECRET_KINDS,
  SecretKind,
} from '@shopfloor/plugin-secrets-common';

/** What is being filled in, as it is kept in the tab of the browser. It has no field for a value of a secret. */
export interface AskDraft {
  forWhom: 'service' | 'me';
  /** Entity ref of the service that uses it, and of the one that owns it; the own one when empty. */
  service: string;
  owner: string;
  environment: string;
  /** Name of a declared secret; empty for an undeclared one. */
  declared: string;
  undeclared: boolean;
  kind: SecretKind;
  path: string;
  access: Access[];
  reason: string;
  /** As it was typed. */
  amount: string;
  unit: DurationUnit;
  delivery: Delivery;
}

/** Units in which a duration is given. */
export const DURATION_UNITS = { hours: 3_600, days: 86_400 } as const;

/** One of {@link DURATION_UNITS}. */
export type DurationUnit = keyof typeof DURATION_UNITS;

/** A field of the form that can have a problem. */
export type AskField =
  | 'service'
  | 'owner'
  | 'environment'
  | 'secret'
  | 'path'
  | 'access'
  | 'reason'
  | 'duration'
  | 'delivery';

/** The fewest characters of a reason. */
export const SHORTEST_REASON = 10;

/** An empty form. */
export const EMPTY_DRAFT: AskDraft = {
  forWhom: 'service',
  service: '',
  owner: '',
  environment: '',
  declared: '',
  undeclared: false,
  kind: 'kv',
  path: '',
  access: [],
  reason: '',
  amount: '',
  unit: 'days',
  delivery: 'agent',
};

const oneOf = <T extends string>(
  values: readonly T[],
  value: unknown,
  fallback: T,
): T => values.find(each => each === value) ?? fallback;

/** Reads a kept draft; what is not there or not as it should be is as in an empty form. */
export function readDraft(text: string | null): AskDraft {
  let kept: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    kept = parsed && typeof parsed === 'object' ? { ...parsed } : {};
  } catch {
    // An older or foreign text is no draft.
  }
  const words = (key: string, most: number) => {
    const value = kept[key];
    return typeof value === 'string' ? value.slice(0, most) : '';
  };
  const kind = oneOf(SECRET_KINDS, kept.kind, EMPTY_DRAFT.kind);
  const access = Array.isArray(kept.access) ? kept.access : [];
  return {
    forWhom: kept.forWhom === 'me' ? 'me' : 'service',
    service: words('service', 500),
    owner: words('owner', 500),
    environment: words('environment', 100),
    declared: words('declared', 100),
    undeclared: kept.undeclared === true,
    kind,
    path: words('path', 500),
    access: ACCESSES.filter(each => access.includes(each)),
    reason: words('reason', 4_000),
    amount: words('amount', 6),
    unit: oneOf(
      Object.keys(DURATION_UNITS) as DurationUnit[],
      kept.unit,
      'days',
    ),
    delivery: oneOf(DELIVERIES, kept.delivery, EMPTY_DRAFT.delivery),
  };
}

/** Entity ref of the owner of the secret that is asked for. */
export function ownerOf(draft: AskDraft): string {
  return draft.owner || draft.service;
}

/** The declared secret that is chosen, if one is. */
export function chosenSecret(
  draft: AskDraft,
  declared: readonly DeclaredSecret[],
): DeclaredSecret | undefined {
  return draft.undeclared
    ? undefined
    : declared.find(({ declaration }) => declaration.name === draft.declared);
}

/** Kinds of access that can be asked for, by the declaration or else by the kind. */
export function accessChoices(
  draft: AskDraft,
  secret: DeclaredSecret | undefined,
): readonly Access[] {
  return secret?.declaration.access ?? ACCESS_OF_KIND[draft.kind];
}

/** Ways in which the secret can get to a program. */
export function deliveryChoices(
  draft: AskDraft,
  secret: DeclaredSecret | undefined,
): readonly Delivery[] {
  return DELIVERIES_OF_KIND[secret?.declaration.kind ?? draft.kind];
}

/** The longest that may be asked for, in seconds. */
export function longestSeconds(
  draft: Pick<AskDraft, 'forWhom'>,
  secret: DeclaredSecret | undefined,
): number {
  const longest =
    secret?.longestGrantSeconds ?? LONGEST_UNDECLARED_GRANT_SECONDS;
  return draft.forWhom === 'me'
    ? Math.min(longest, LONGEST_PERSON_GRANT_SECONDS)
    : longest;
}

/** The duration as it is typed, in seconds; `undefined` unless it is a whole number above zero. */
export function durationSeconds(
  draft: Pick<AskDraft, 'amount' | 'unit'>,
): number | undefined {
  return /^[1-9]\d{0,5}$/.test(draft.amount.trim())
    ? Number(draft.amount.trim()) * DURATION_UNITS[draft.unit]
    : undefined;
}

/** A duration that is offered: a third of the longest for a service, whole days; all hours of a person. */
export function suggestedDuration(
  longest: number,
): Pick<AskDraft, 'amount' | 'unit'> {
  const days = longest / DURATION_UNITS.days;
  return days < 1
    ? {
        amount: String(Math.floor(longest / DURATION_UNITS.hours)),
        unit: 'hours',
      }
    : { amount: String(Math.max(1, Math.round(days / 3))), unit: 'days' };
}

/** A name or path in lower case without wildcards, leading, trailing or double slashes and dots that climb. */
export function isPath(path: string): boolean {
  return (
    path.length <= 200 &&
    path.split('/').every(part => /^[a-z0-9][a-z0-9._-]*$/.test(part))
  );
}

/** What has to be known beside the draft. */
export interface AskContext {
  /** Secrets of the owner that may be asked for. */
  declared: readonly DeclaredSecret[];
  /** The service account of the service in the environment, or the person. */
  subject: GrantSubject | undefined;
}

/** Why a field is not right yet. */
export type AskProblem =
  'missing' | 'too-long' | 'not-a-path' | 'not-a-number' | 'too-short';

/** What is not right yet, by field; empty when the request can be made. */
export function problemsOf(
  draft: AskDraft,
  context: Pick<AskContext, 'declared'>,
): Partial<Record<AskField, AskProblem>> {
  const problems: Partial<Record<AskField, AskProblem>> = {};
  const secret = chosenSecret(draft, context.declared);
  if (draft.forWhom === 'service' && !draft.service) {
    problems.service = 'missing';
  }
  if (!draft.environment) {
    problems.environment = 'missing';
  }
  if (!ownerOf(draft)) {
    problems.owner = 'missing';
  }
  if (!draft.undeclared && !secret) {
    problems.secret = 'missing';
  }
  if (draft.undeclared && !isPath(draft.path.trim())) {
    problems.path = draft.path.trim() ? 'not-a-path' : 'missing';
  }
  const choices = accessChoices(draft, secret);
  if (!draft.access.some(each => choices.includes(each))) {
    problems.access = 'missing';
  }
  if (draft.reason.trim().length < SHORTEST_REASON) {
    problems.reason = draft.reason.trim() ? 'too-short' : 'missing';
  }
  const seconds = durationSeconds(draft);
  if (seconds === undefined) {
    problems.duration = draft.amount.trim() ? 'not-a-number' : 'missing';
  } else if (seconds > longestSeconds(draft, secret)) {
    problems.duration = 'too-long';
  }
  return problems;
}

/** The request that the draft makes; `undefined` as long as something is not right. */
export function requestOf(
  draft: AskDraft,
  context: AskContext,
): GrantRequest | undefined {
  const { declared, subject } = context;
  const seconds = durationSeconds(draft);
  if (
    !subject ||
    seconds === undefined ||
    Object.keys(problemsOf(draft, context)).length > 0
  ) {
    return undefined;
  }
  const secret = chosenSecret(draft, declared);
  const choices = accessChoices(draft, secret);
  return {
    environment: draft.environment,
    subject,
    owner: ownerOf(draft),
    secret: secret?.reference ?? {
      kind: draft.kind,
      path: draft.path.trim(),
    },
    access: choices.filter(each => draft.access.includes(each)),
    reason: draft.reason.trim(),
    durationSeconds: seconds,
    delivery: draft.forWhom === 'me' ? 'none' : draft.delivery,
  };
}

/** A duration in the largest unit that holds it whole; what is no whole hour is rounded up to one. */
export function wholeUnits(seconds: number): Pick<AskDraft, 'amount' | 'unit'> {
  const unit = seconds % DURATION_UNITS.days === 0 ? 'days' : 'hours';
  return {
    amount: String(Math.max(1, Math.ceil(seconds / DURATION_UNITS[unit]))),
    unit,
  };
}
