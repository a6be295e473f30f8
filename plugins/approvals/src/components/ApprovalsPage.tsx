import Box from '@mui/material/Box';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import {
  NotFoundErrorPage,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { useUrlState } from '@shopfloor/ui';
import { Route, Routes, useParams } from 'react-router-dom';
import { approvalsTranslationRef } from '../translation/translation';
import { Delegations } from './Delegations';
import { Policies } from './Policies';
import { RequestPage } from './RequestPage';
import { RequestList } from './RequestList';

const TABS = ['requests', 'delegations', 'policies'] as const;

const urlDefaults = { tab: 'requests' as string };

/** What waits for the reader, the own delegations, the policies; and below it one page for each request. */
export function ApprovalsPage() {
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 3 }, maxWidth: 1400, minWidth: 0 }}
    >
      <Routes>
        <Route path="/" element={<Overview />} />
        <Route path="/:id" element={<OneRequest />} />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Box>
  );
}

function OneRequest() {
  const { id = '' } = useParams();
  return <RequestPage key={id} id={id} />;
}

function Overview() {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const tab = TABS.find(each => each === url.tab) ?? 'requests';
  return (
    <>
      <Tabs
        value={tab}
        onChange={(_, next) => setUrl({ tab: next }, { push: true })}
        variant="scrollable"
        allowScrollButtonsMobile
        aria-label={t('tab.label')}
        sx={{ mb: 2 }}
      >
        {TABS.map(each => (
          <Tab key={each} value={each} label={t(`tab.${each}`)} />
        ))}
      </Tabs>
      {tab === 'requests' && <RequestList />}
      {tab === 'delegations' && <Delegations />}
      {tab === 'policies' && <Policies />}
    </>
  );
}
