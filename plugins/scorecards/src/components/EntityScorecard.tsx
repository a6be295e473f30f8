import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { stringifyEntityRef } from '@backstage/catalog-model';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { useEntity } from '@backstage/plugin-catalog-react';
import {
  GradeSummary,
  ScorecardSummary,
} from '@shopfloor/plugin-scorecards-common';
import {
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  useFormat,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { scorecardsApiRef } from '../api';
import { scorecardsTranslationRef } from '../translation/translation';
import { localized } from '../words';
import { GradeReportView } from './GradeReportView';

const urlDefaults = { scorecard: undefined as string | undefined };

/** The tab "Scorecard" of an entity: its report on one scorecard at a time. */
export function EntityScorecard() {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const api = useApi(scorecardsApiRef);
  const { entity } = useEntity();
  const entityRef = stringifyEntityRef(entity);
  const { value, error, retry } = usePolled(entityRef, async signal => {
    const [scorecards, grades] = await Promise.all([
      api.listScorecards({ signal }),
      api.listGrades({ entity: entityRef, sort: 'name' }, { signal }),
    ]);
    return { scorecards, grades };
  });
  let body: ReactNode = <LoadingPanel rows={8} />;
  if (value) {
    const { status } = value.scorecards;
    body = (
      <>
        {status.gradingFailure && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t('status.checksGone', { message: status.gradingFailure })}
          </Alert>
        )}
        <Chosen
          entityRef={entityRef}
          scorecards={value.scorecards.items}
          grades={value.grades.items}
        />
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <Box sx={{ p: { xs: 2, md: 3 }, maxWidth: 1320, minWidth: 0 }}>
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.portal')}
        </Alert>
      )}
      {body}
    </Box>
  );
}

function Chosen(props: {
  entityRef: string;
  scorecards: ScorecardSummary[];
  grades: GradeSummary[];
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const [url, setUrl] = useUrlState(urlDefaults);
  const { entityRef, scorecards, grades } = props;
  const graded = scorecards.filter(({ definition }) =>
    grades.some(({ scorecard }) => scorecard === definition.name),
  );
  const chosen =
    graded.find(({ definition }) => definition.name === url.scorecard) ??
    graded[0];
  if (!chosen) {
    return (
      <EmptyState
        title={t('empty.entity')}
        description={t('empty.description')}
        docs="/docs/default/component/shopfloor-docs/how-to/scorecards"
      />
    );
  }
  return (
    <>
      <Box sx={{ mb: 2 }}>
        <Choice
          label={t('scorecard')}
          value={chosen.definition.name}
          options={graded.map(({ definition }) => ({
            value: definition.name,
            label: definition.draft
              ? `${localized(definition.title, locale)} (${t('draft')})`
              : localized(definition.title, locale),
          }))}
          onChange={scorecard => setUrl({ scorecard })}
        />
      </Box>
      <GradeReportView
        key={chosen.definition.name}
        entityRef={entityRef}
        scorecard={chosen.definition.name}
      />
    </>
  );
}
