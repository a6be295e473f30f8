import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import {
  NotFoundErrorPage,
  useTranslationRef,
} from '@backstage/frontend-plugin-api';
import { ErrorPanel, useUrlState } from '@shopfloor/ui';
import { Link, Route, Routes, useParams } from 'react-router-dom';
import { useVaults } from '../hooks/useVaults';
import { secretsTranslationRef } from '../translation/translation';
import { AskPage } from './ask/AskPage';
import { GrantPage } from './grant/GrantPage';
import { GrantList } from './grants/GrantList';
import { ReviewList } from './reviews/ReviewList';
import { ReviewPage } from './reviews/ReviewPage';
import { RotationList } from './rotations/RotationList';
import { VaultNotices } from './VaultNotices';

const TABS = ['grants', 'rotations', 'reviews'] as const;

const urlDefaults = { tab: 'grants' as string };

/** Grants, rotations and reviews of access; below it the form and one page for each grant and each review. */
export function SecretsPage() {
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 3 }, maxWidth: 1400, minWidth: 0 }}
    >
      <Routes>
        <Route path="/" element={<Overview />} />
        <Route path="/ask" element={<AskPage />} />
        <Route path="/grants/:id" element={<OneGrant />} />
        <Route path="/reviews/:id" element={<OneReview />} />
        <Route path="*" element={<NotFoundErrorPage />} />
      </Routes>
    </Box>
  );
}

function OneGrant() {
  const { id = '' } = useParams();
  return <GrantPage key={id} id={id} />;
}

function OneReview() {
  const { id = '' } = useParams();
  return <ReviewPage key={id} id={id} />;
}

function Overview() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const { value, error, retry, productOf } = useVaults();
  const tab = TABS.find(each => each === url.tab) ?? 'grants';
  return (
    <>
      <Box
        sx={{
          display: 'flex',
          flexWrap: 'wrap',
          alignItems: 'center',
          justifyContent: 'space-between',
          gap: 1,
          mb: 2,
        }}
      >
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
        <Button component={Link} to="/secrets/ask" variant="contained">
          {t('ask.act')}
        </Button>
      </Box>
      {value && <VaultNotices environments={value} />}
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('stale', { message: error.message })}
        </Alert>
      )}
      {!value && error && (
        <Box sx={{ mb: 2 }}>
          <ErrorPanel error={error} onRetry={retry} />
        </Box>
      )}
      {tab === 'grants' && <GrantList />}
      {tab === 'rotations' && <RotationList />}
      {tab === 'reviews' && <ReviewList />}
      <Typography variant="body2" color="text.secondary" sx={{ mt: 3 }}>
        {t('noValues', { product: productOf(undefined) })}
      </Typography>
    </>
  );
}
