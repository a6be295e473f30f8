import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { LintFinding, LintReport } from '@shopfloor/plugin-slo-common';
import { Panel, useFormat } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';

/** The values of a finding as words: durations, shares and counts in the reader's language. */
function inWords(
  values: LintFinding['values'],
  format: ReturnType<typeof useFormat>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if (typeof value === 'string') {
        return [name, value];
      }
      if (name.endsWith('Seconds')) {
        return [name.replace(/Seconds$/, ''), format.duration(value * 1000)];
      }
      return [
        name,
        name === 'target' ? format.percent(value) : format.number(value),
      ];
    }),
  );
}

/** What the lint found about an SLO, each with what to do, and what it could not look at. */
export function LintPanel(props: { lint: LintReport }) {
  const translation = useTranslationRef(sloTranslationRef);
  const { t } = translation;
  // Which values a text takes depends on the code; the type of `t` wants to know it beforehand.
  const what = t as unknown as (
    key: string,
    values: Record<string, string>,
  ) => string;
  const format = useFormat();
  const { findings, unchecked } = props.lint;
  return (
    <Panel spaced title={t('lint.title')}>
      {findings.length === 0 ? (
        <Typography variant="body2">{t('lint.clean')}</Typography>
      ) : (
        <Box component="ul" sx={{ m: 0, pl: 2.5, fontSize: '0.875rem' }}>
          {findings.map(finding => (
            <Box
              component="li"
              key={`${finding.code} ${finding.field} ${JSON.stringify(
                finding.values,
              )}`}
              sx={{ mb: 1, overflowWrap: 'anywhere' }}
            >
              <strong>{t(`lint.severity.${finding.severity}`)}</strong>:{' '}
              {what(
                `lint.what.${finding.code}`,
                inWords(finding.values, format),
              )}{' '}
              {t('lint.todo', { fix: t(`lint.fix.${finding.code}`) })}{' '}
              <code>{finding.field}</code>
            </Box>
          ))}
        </Box>
      )}
      {unchecked.length > 0 && (
        <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
          {t('lint.unchecked', {
            codes: unchecked.map(code => t(`lint.name.${code}`)).join('; '),
          })}
        </Typography>
      )}
    </Panel>
  );
}
