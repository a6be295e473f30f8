import { parseEntityRef } from '@backstage/catalog-model';
import { TranslationFunction } from '@backstage/frontend-plugin-api';
import {
  ApprovalRequest,
  LocalizedText,
  REFUSALS,
  RefusalCode,
  RequestState,
} from '@shopfloor/plugin-approvals-common';
import { State } from '@shopfloor/ui';
import { approvalsTranslationRef } from './translation/translation';

/** The translation function of the pages of approvals. */
export type ApprovalsWords = TranslationFunction<
  typeof approvalsTranslationRef.T
>;

/** A text in the language of the reader. */
export function localized(text: LocalizedText, locale: string): string {
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

/** Where a request is shown. */
export function requestHref(id: string): string {
  return `/approvals/${encodeURIComponent(id)}`;
}

/** Where an entity is shown. */
export function entityHref(ref: string): string {
  const { kind, namespace, name } = parseEntityRef(ref);
  const path = [namespace, kind.toLocaleLowerCase('en-US'), name];
  return `/catalog/${path.map(encodeURIComponent).join('/')}`;
}

/** The state of a request in the one vocabulary. */
export function stateOf(state: RequestState, objected = false): State {
  switch (state) {
    case 'waiting':
      return 'waiting';
    case 'approved':
    case 'auto-approved':
      return 'ok';
    case 'break-glass':
      return 'at-risk';
    case 'break-glass-reviewed':
      return objected ? 'failing' : 'ok';
    case 'denied':
      return 'failing';
    case 'expired':
      return 'stale';
    default:
      return 'paused';
  }
}

/** How a request stands, in one sentence. */
export function answerOf(
  request: ApprovalRequest,
  t: ApprovalsWords,
  locale: string,
): string {
  const { state, stages, stage, policy, denials, glass } = request;
  switch (state) {
    case 'waiting': {
      const { quorum, title } = policy.stages[stage];
      const missing = quorum - stages[stage].approvals.length;
      return t('answer.waiting', {
        stage: localized(title, locale),
        number: String(stage + 1),
        of: String(stages.length),
        count: missing,
      });
    }
    case 'denied':
      return t('answer.denied', {
        who: denials.map(({ by }) => entityName(by)).join(', '),
      });
    case 'break-glass':
      return t('answer.breakGlass', { who: entityName(glass?.by ?? '') });
    case 'break-glass-reviewed':
      return t(`answer.${glass?.review?.verdict ?? 'confirmed'}`, {
        who: entityName(glass?.review?.by ?? ''),
      });
    default:
      return t(`answer.${state}`);
  }
}

/** Why something was refused, in the language of the reader when it is one of the known refusals. */
export function refusalWords(error: Error, t: ApprovalsWords): string {
  const { code, message } =
    (error as { body?: { error?: { code?: string; message?: string } } }).body
      ?.error ?? {};
  return code !== undefined && Object.hasOwn(REFUSALS, code)
    ? t(`refusal.${code as RefusalCode}`)
    : (message ?? error.message);
}

/** The error with the words of the reader, for what shows `message`. */
export function inWords(error: unknown, t: ApprovalsWords): Error {
  const cause = error instanceof Error ? error : new Error(String(error));
  return new Error(refusalWords(cause, t), { cause });
}
