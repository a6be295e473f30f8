import { TranslationFunction } from '@backstage/frontend-plugin-api';
import {
  allowedShare,
  ObjectiveResult,
  SloState,
  SloSummary,
  TimeWindow,
} from '@shopfloor/plugin-slo-common';
import { Formatters } from '@shopfloor/ui';
import { sloTranslationRef } from './translation/translation';

/** The translation function of the SLO pages. */
export type SloWords = TranslationFunction<typeof sloTranslationRef.T>;

/** What a sentence about an SLO needs. */
export interface AnswerOptions {
  slo: SloSummary;
  /** The objective that is looked at; by default the one with the least budget left. */
  objective?: ObjectiveResult;
  t: SloWords;
  format: Formatters;
}

/** The objective with the least budget left. */
export function worstObjective(slo: SloSummary): ObjectiveResult | undefined {
  return [...slo.objectives].sort(
    (a, b) => (a.budgetLeft ?? Infinity) - (b.budgetLeft ?? Infinity),
  )[0];
}

const CALENDAR_UNITS = ['m', 'h', 'd', 'w', 'M', 'Q', 'Y'] as const;

/** A window in words: "30 days", or "this month, until Nov 30 (Europe/Berlin)". */
export function windowInWords(
  of: { timeWindow: TimeWindow; endsAt?: string },
  t: SloWords,
  format: Formatters,
): string {
  const { timeWindow, endsAt } = of;
  if (timeWindow.kind === 'rolling') {
    return format.duration(timeWindow.durationSeconds * 1000);
  }
  const { duration, timeZone } = timeWindow;
  const unit = CALENDAR_UNITS.find(each => duration.endsWith(each)) ?? 'd';
  const count = Number(duration.slice(0, -1));
  const words = t(`windows.this.${unit}`, { count });
  return endsAt
    ? t('windows.until', {
        window: words,
        end: new Intl.DateTimeFormat(format.locale, {
          dateStyle: 'medium',
          timeStyle: 'short',
          timeZone,
        }).format(new Date(endsAt)),
        timeZone,
      })
    : t('windows.inZone', { window: words, timeZone });
}

/** The window of the budget of an SLO, in words. */
export function budgetWindowInWords(
  slo: SloSummary,
  t: SloWords,
  format: Formatters,
): string {
  const { timeWindow } = slo;
  const endsAt = slo.objectives[0]?.window?.endsAt;
  return windowInWords({ timeWindow, endsAt }, t, format);
}

/** Whether an SLO keeps its promise, in one sentence. */
export function answer(options: AnswerOptions): string {
  const { slo, t } = options;
  if (!slo.evaluable) {
    return t('answer.notEvaluable');
  }
  const objective = options.objective ?? worstObjective(slo);
  if (!objective) {
    return t('answer.notMeasured');
  }
  const sentence = answerOfObjective({ ...options, objective });
  return slo.state === 'stale'
    ? t('answer.lastKnown', { answer: sentence })
    : sentence;
}

function answerOfObjective(
  options: AnswerOptions & { objective: ObjectiveResult },
): string {
  const { slo, objective, t, format } = options;
  const { budgetLeft, forecast, state } = objective;
  if (budgetLeft === undefined) {
    return t('answer.noEvents', {
      window: budgetWindowInWords(slo, t, format),
    });
  }
  if (state === 'failing') {
    return budgetLeft < 0
      ? t('answer.failing.overspent', { times: format.number(1 - budgetLeft) })
      : t('answer.failing.usedUp');
  }
  const left = format.percent(budgetLeft);
  const kind = state === 'at-risk' ? 'at-risk' : 'ok';
  switch (forecast.kind) {
    case 'exhausts': {
      const sentence = t(`answer.${kind}.exhausts`, {
        left,
        duration: format.duration(forecast.inSeconds * 1000),
      });
      return slo.observedAt
        ? t('answer.until', {
            answer: sentence,
            moment: format.moment(
              Date.parse(slo.observedAt) + forecast.inSeconds * 1000,
            ),
          })
        : sentence;
    }
    case 'lasts':
      return t(`answer.${kind}.lasts`, { left });
    default:
      return t(`answer.${kind}.unknown`, { left });
  }
}

/** Bad events that are allowed, and how many of them are left (negative when overspent). */
export function budgetInEvents(objective: ObjectiveResult): {
  budget: number;
  left: number;
} {
  const budget = allowedShare(objective.target) * objective.counts.total;
  return { budget, left: budget - objective.counts.bad };
}

/** The state to show: that of one objective, unless the whole SLO is stale or cannot be judged. */
export function shownState(
  slo: SloSummary,
  objective: ObjectiveResult | undefined,
): SloState {
  return slo.state === 'stale' || !objective ? slo.state : objective.state;
}
