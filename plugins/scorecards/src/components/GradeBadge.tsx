import Box from '@mui/material/Box';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CheckOutcome } from '@shopfloor/plugin-checks-common';
import { GradedCheck, GradeState } from '@shopfloor/plugin-scorecards-common';
import { State, StateBadge, StateIcon } from '@shopfloor/ui';
import { scorecardsTranslationRef } from '../translation/translation';

const OUTCOME_STATES: Record<Exclude<CheckOutcome, 'not-applicable'>, State> = {
  pass: 'ok',
  fail: 'failing',
  unknown: 'unknown',
  stale: 'stale',
};

/** The state of a grade, as icon, word and colour. */
export function GradeBadge(props: { state: GradeState }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { state } = props;
  if (state === 'not-applicable') {
    return <Box component="span">{t('state.not-applicable')}</Box>;
  }
  return <StateBadge state={state} />;
}

/** The word for how a check came out. */
export function useOutcomeWord(): (check: GradedCheck) => string {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  return check => t(`outcome.${check.waived ? 'waived' : check.outcome}`);
}

/** How a check came out, as an icon in a small place; the word is for screen readers and on hover. */
export function OutcomeIcon(props: { check: GradedCheck }) {
  const word = useOutcomeWord()(props.check);
  const { outcome, waived } = props.check;
  return (
    <Box
      component="span"
      role="img"
      aria-label={word}
      title={word}
      data-outcome={outcome}
      sx={{ display: 'inline-flex', verticalAlign: 'middle' }}
    >
      {outcome === 'not-applicable' ? (
        '–'
      ) : (
        <StateIcon state={waived ? 'paused' : OUTCOME_STATES[outcome]} />
      )}
    </Box>
  );
}

/** How a check came out, with its word. */
export function OutcomeBadge(props: { check: GradedCheck }) {
  const word = useOutcomeWord()(props.check);
  const { outcome, waived } = props.check;
  return outcome === 'not-applicable' ? (
    <Box component="span">{word}</Box>
  ) : (
    <StateBadge
      state={waived ? 'paused' : OUTCOME_STATES[outcome]}
      label={word}
    />
  );
}
