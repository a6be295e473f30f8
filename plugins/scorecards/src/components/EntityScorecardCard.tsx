import { ReactNode } from 'react';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  Panel,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardHref } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';
import { answer, localized } from '../words';
import { GradeBadge } from './GradeBadge';

/** The grades of an entity in one line each. Drafts are left out. */
export function EntityScorecardCard() {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const format = useFormat();
  const api = useApi(scorecardsApiRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { value, error, retry } = usePolled(entityRef, async signal => {
    const [scorecards, grades] = await Promise.all([
      api.listScorecards({ signal }),
      api.listGrades({ entity: entityRef, sort: 'name' }, { signal }),
    ]);
    return scorecards.items.flatMap(({ definition }) => {
      const grade = grades.items.find(
        ({ scorecard }) => scorecard === definition.name,
      );
      return grade && !definition.draft ? [{ definition, grade }] : [];
    });
  });
  let body: ReactNode = <LoadingPanel rows={2} />;
  if (value) {
    body =
      value.length === 0 ? (
        <Typography variant="body2" color="text.secondary">
          {t('card.none')}
        </Typography>
      ) : (
        <Box component="ul" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          {value.map(({ definition, grade }) => (
            <Box component="li" key={definition.name} sx={{ py: 1 }}>
              <Box
                sx={{
                  display: 'flex',
                  flexWrap: 'wrap',
                  alignItems: 'center',
                  gap: 1,
                }}
              >
                <GradeBadge state={grade.figures.state} />
                <Link to={scorecardHref(grade)}>
                  {localized(definition.title, format.locale)}
                </Link>
                <ObservedAt
                  observedAt={grade.observedAt}
                  source={t('tab.checks')}
                  stale={grade.figures.state === 'stale'}
                />
              </Box>
              <Typography variant="body2" sx={{ mt: 0.5 }}>
                {answer({ definition, figures: grade.figures, t, format })}
              </Typography>
            </Box>
          ))}
        </Box>
      );
  } else if (error) {
    body = <ErrorPanel compact error={error} onRetry={retry} />;
  }
  return (
    <Panel spaced title={t('card.title')}>
      {body}
    </Panel>
  );
}
