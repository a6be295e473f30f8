import Alert from '@mui/material/Alert';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloSummary } from '@shopfloor/plugin-slo-common';
import { useFormat, useNow } from '@shopfloor/ui';
import { budgetWindowInWords } from '../answer';
import { sloTranslationRef } from '../translation/translation';

/** From this share of a window on its figures are whole. */
export const FULL_COVERAGE = 0.99;

/** What a reader of the figures of an SLO should know first: why they are old, and what they rest on. */
export function Notices(props: { slo: SloSummary }) {
  const { t } = useTranslationRef(sloTranslationRef);
  const format = useFormat();
  const now = useNow(10_000);
  const { slo } = props;
  const { failure, coverage } = slo;
  const partial =
    coverage && coverage.seconds < FULL_COVERAGE * coverage.windowSeconds;
  return (
    <>
      {failure && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t(`failure.${failure.code}`)}
          <br />
          {t('failure.since', {
            when: format.relative(failure.since, now),
            message: failure.message,
          })}
        </Alert>
      )}
      {slo.notes.map(note => (
        <Alert key={note} severity="warning" sx={{ mb: 2 }}>
          {t(`note.${note}`)}
        </Alert>
      ))}
      {partial && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('coverage.partial', {
            covered: format.duration(coverage.seconds * 1000),
            window: budgetWindowInWords(slo, t, format),
          })}
        </Alert>
      )}
      {Boolean(coverage?.maintenanceSeconds) && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('coverage.maintenance', {
            duration: format.duration(coverage!.maintenanceSeconds! * 1000),
          })}
        </Alert>
      )}
    </>
  );
}
