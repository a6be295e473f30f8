import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { EntityRefLink } from '@backstage/plugin-catalog-react';
import { ScorecardSummary } from '@shopfloor/plugin-scorecards-common';
import { ObservedAt, Panel, useFormat } from '@shopfloor/ui';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';
import { useCheckTitle } from './useCheckTitle';
import { WhatIfPanel } from './WhatIfPanel';

/** What a scorecard asks for and who answers for it, and what another threshold would do. */
export function AboutScorecard(props: { summary: ScorecardSummary }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const titleOf = useCheckTitle();
  const { definition, source, gradedAt } = props.summary;
  const { levels, states } = definition;
  const where = t('about.source', {
    file: source.file,
    line: String(source.line),
  });
  return (
    <>
      <Panel
        spaced
        title={localized(definition.title, format.locale)}
        aside={<ObservedAt observedAt={gradedAt} />}
      >
        <Typography variant="body2" sx={{ mb: 1, maxWidth: '80ch' }}>
          {localized(definition.description, format.locale)}
        </Typography>
        <Typography variant="body2">
          {t('about.owner')}: <EntityRefLink entityRef={definition.owner} />
          {' · '}
          {source.url ? <Link to={source.url}>{where}</Link> : where}
        </Typography>
        <Typography variant="body2" sx={{ my: 1 }}>
          {t('about.states', {
            ok: format.percent(states.ok / 100),
            atRisk: format.percent(states.atRisk / 100),
          })}
        </Typography>
        <Typography component="h3" variant="body2" sx={{ fontWeight: 600 }}>
          {t('about.levels')}
        </Typography>
        <Box component="ol" sx={{ m: 0, pl: 3 }}>
          {levels.map(({ name, title, threshold }) => (
            <li key={name}>
              <Typography variant="body2">
                {localized(title, format.locale)}:{' '}
                {t('about.threshold', {
                  threshold: format.percent(threshold / 100),
                })}
              </Typography>
              <Box component="ul" sx={{ m: 0, mb: 1, pl: 3 }}>
                {definition.checks
                  .filter(({ level }) => level === name)
                  .map(({ check }) => (
                    <Typography key={check} component="li" variant="body2">
                      {titleOf(check)}
                    </Typography>
                  ))}
              </Box>
            </li>
          ))}
        </Box>
      </Panel>
      <WhatIfPanel definition={definition} />
    </>
  );
}
