import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  ScorecardList,
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
import { AboutScorecard } from './AboutScorecard';
import { Campaigns } from './Campaigns';
import { CheckNotices } from './CheckNotices';
import { CheckStandings } from './CheckStandings';
import { GradeMatrix } from './GradeMatrix';
import { StatusNotices } from './StatusNotices';
import { TeamBoard } from './TeamBoard';
import { WaiverList } from './WaiverList';

const TABS = [
  'matrix',
  'teams',
  'checks',
  'campaigns',
  'waivers',
  'about',
] as const;

const urlDefaults = {
  tab: 'matrix' as string,
  scorecard: undefined as string | undefined,
};

/** All scorecards: services by checks, teams, checks, campaigns, waivers. What is looked at stands in the URL. */
export function ScorecardsPage() {
  const api = useApi(scorecardsApiRef);
  const { value, error, retry } = usePolled('scorecards', signal =>
    api.listScorecards({ signal }),
  );
  let body: ReactNode = <LoadingPanel rows={8} />;
  if (value) {
    body = (
      <>
        <StatusNotices list={value} failed={Boolean(error)} />
        <CheckNotices />
        <Loaded list={value} />
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 3 }, maxWidth: 1600, minWidth: 0 }}
    >
      {body}
    </Box>
  );
}

function Loaded(props: { list: ScorecardList }) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { locale } = useFormat();
  const [url, setUrl] = useUrlState(urlDefaults);
  const { items } = props.list;
  const chosen =
    items.find(({ definition }) => definition.name === url.scorecard) ??
    items.find(({ definition }) => !definition.draft) ??
    items[0];
  if (!chosen) {
    return (
      <EmptyState
        title={t('empty.title')}
        description={t('empty.description')}
        docs="/docs/default/component/shopfloor-docs/how-to/scorecards"
      />
    );
  }
  const tab = TABS.find(each => each === url.tab) ?? 'matrix';
  const { definition } = chosen;
  return (
    <>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          gap: 2,
          mb: 2,
        }}
      >
        <Choice
          label={t('scorecard')}
          value={definition.name}
          options={items.map(({ definition: each }) => ({
            value: each.name,
            label: each.draft
              ? `${localized(each.title, locale)} (${t('draft')})`
              : localized(each.title, locale),
          }))}
          onChange={scorecard => setUrl({ scorecard }, { push: true })}
        />
        <Tabs
          value={tab}
          onChange={(_, next) => setUrl({ tab: next }, { push: true })}
          variant="scrollable"
          allowScrollButtonsMobile
          aria-label={t('tab.label')}
        >
          {TABS.map(each => (
            <Tab key={each} value={each} label={t(`tab.${each}`)} />
          ))}
        </Tabs>
      </Box>
      {definition.draft && (
        <Alert severity="info" sx={{ mb: 2 }}>
          {t('draftHelp')}
        </Alert>
      )}
      {chosen.unknownChecks.length > 0 && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('status.unknownChecks', {
            checks: chosen.unknownChecks.join(', '),
          })}
        </Alert>
      )}
      <TabBody key={definition.name} tab={tab} summary={chosen} />
    </>
  );
}

function TabBody(props: {
  tab: (typeof TABS)[number];
  summary: ScorecardSummary;
}) {
  const { tab, summary } = props;
  const { definition } = summary;
  switch (tab) {
    case 'teams':
      return <TeamBoard definition={definition} />;
    case 'checks':
      return <CheckStandings definition={definition} />;
    case 'campaigns':
      return <Campaigns definition={definition} />;
    case 'waivers':
      return <WaiverList scorecard={definition.name} />;
    case 'about':
      return <AboutScorecard summary={summary} />;
    default:
      return <GradeMatrix definition={definition} />;
  }
}
