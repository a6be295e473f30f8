import { TranslationFunction } from '@backstage/frontend-plugin-api';
import { LocalizedText } from '@shopfloor/plugin-checks-common';
import {
  GradeFigures,
  possibleScoreOf,
  ScorecardDefinition,
  scoreOf,
} from '@shopfloor/plugin-scorecards-common';
import { Formatters } from '@shopfloor/ui';
import { scorecardsTranslationRef } from './translation/translation';

/** The translation function of the scorecard pages. */
export type ScorecardWords = TranslationFunction<
  typeof scorecardsTranslationRef.T
>;

/** A text of a definition in the language of the reader. */
export function localized(text: LocalizedText, locale: string): string {
  return locale.startsWith('zh') ? text.zh : text.en;
}

/** The level of a rank in words. */
export function levelInWords(options: {
  definition: ScorecardDefinition;
  rank: number;
  t: ScorecardWords;
  locale: string;
}): string {
  const { definition, rank, t, locale } = options;
  const level = definition.levels[rank - 1];
  return level ? localized(level.title, locale) : t('level.none');
}

/** How an entity does, in one sentence. */
export function answer(options: {
  definition: ScorecardDefinition;
  figures: GradeFigures;
  t: ScorecardWords;
  format: Formatters;
}): string {
  const { definition, figures, t, format } = options;
  if (figures.state === 'not-applicable') {
    return t('answer.notApplicable');
  }
  const level = levelInWords({
    definition,
    rank: figures.rank,
    t,
    locale: format.locale,
  });
  const score = scoreOf(figures);
  if (score === undefined) {
    return t('answer.allWaived', { level });
  }
  const values = { level, score: format.percent(score) };
  if (figures.unseen > 0) {
    return t('answer.unseen', {
      ...values,
      possible: format.percent(possibleScoreOf(figures)),
    });
  }
  return figures.rank < definition.levels.length
    ? t('answer.short', {
        ...values,
        next: localized(definition.levels[figures.rank].title, format.locale),
      })
    : t('answer.top', values);
}
