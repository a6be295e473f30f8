import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { useUrlState } from '@shopfloor/ui';
import { sloTranslationRef } from '../translation/translation';
import { RollUpBoard } from './RollUpBoard';
import { SloListPage } from './SloListPage';
import { SloReportPage } from './SloReportPage';

const TABS = ['list', 'teams', 'report'] as const;

const urlDefaults = { tab: 'list' as string };

/** The page of all SLOs: the list, teams and systems, a month's report. Which one stands in the URL. */
export function SlosPage() {
  const { t } = useTranslationRef(sloTranslationRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const tab = TABS.find(each => each === url.tab) ?? 'list';
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 3 }, maxWidth: 1320, minWidth: 0 }}
    >
      <Tabs
        value={tab}
        variant="scrollable"
        allowScrollButtonsMobile
        aria-label={t('title')}
        onChange={(_, chosen) => setUrl({ tab: chosen }, { push: true })}
        sx={{ mb: 2, '@media print': { display: 'none' } }}
      >
        {TABS.map(each => (
          <Tab key={each} value={each} label={t(`tabs.${each}`)} />
        ))}
      </Tabs>
      {tab === 'list' && <SloListPage />}
      {tab === 'teams' && <RollUpBoard />}
      {tab === 'report' && <SloReportPage />}
    </Box>
  );
}
