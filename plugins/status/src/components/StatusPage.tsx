import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  SystemsResponse,
  summarizeSystems,
} from '@shopfloor/plugin-status-common';
import {
  AnswerLine,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  ObservedAt,
  useFormat,
} from '@shopfloor/ui';
import { localize } from '../localize';
import { statusTranslationRef } from '../translation/translation';
import { PortalFacts } from './PortalFacts';
import { SystemsTable } from './SystemsTable';
import { useSystems } from './useSystems';

// More names than this make the answer a list; the list is below.
const NAMED = 3;

function useAnswer(response: SystemsResponse) {
  const { t } = useTranslationRef(statusTranslationRef);
  const { locale } = useFormat();
  const state = summarizeSystems(response.systems);
  const named = response.systems.filter(system => system.state === state);
  const names = named
    .slice(0, NAMED)
    .map(system => localize(system.title, locale));
  const options = {
    count: named.length,
    names: named.length > NAMED ? `${names.join(', ')} …` : names.join(', '),
  };
  switch (state) {
    case 'failing':
      return { state: 'failing' as const, text: t('answer.failing', options) };
    case 'ok':
      return { state: 'ok' as const, text: t('answer.ok') };
    default:
      return { state: 'unknown' as const, text: t('answer.unknown', options) };
  }
}

function Systems(props: {
  response: SystemsResponse;
  clockOffsetMs: number;
  stale: boolean;
}) {
  const { t } = useTranslationRef(statusTranslationRef);
  const { response, clockOffsetMs, stale } = props;
  const answer = useAnswer(response);
  return (
    <>
      <AnswerLine
        state={stale ? 'stale' : answer.state}
        aside={
          <ObservedAt
            observedAt={new Date(Date.parse(response.now) + clockOffsetMs)}
            stale={stale}
          />
        }
      >
        {answer.text}
      </AnswerLine>
      {stale && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('stale')}
        </Alert>
      )}
      <SystemsTable
        systems={response.systems}
        clockOffsetMs={clockOffsetMs}
        stale={stale}
      />
      <PortalFacts portal={response.portal} />
    </>
  );
}

/** Each system that the portal depends on: reachable or not, since when, and what that means. */
export function StatusPage() {
  const { t } = useTranslationRef(statusTranslationRef);
  const { response, clockOffsetMs, error, loading, retry } = useSystems();
  let content;
  if (response && response.systems.length === 0) {
    content = (
      <EmptyState
        title={t('empty.title')}
        description={t('empty.description')}
      />
    );
  } else if (response) {
    content = (
      <Systems
        response={response}
        clockOffsetMs={clockOffsetMs}
        stale={Boolean(error)}
      />
    );
  } else if (error) {
    content = <ErrorPanel error={error} onRetry={retry} />;
  } else if (loading) {
    content = <LoadingPanel rows={10} />;
  }
  return (
    <Box
      component="main"
      sx={{ px: { xs: 2, md: 3 }, pb: 4, maxWidth: 1320, minWidth: 0 }}
    >
      {content}
    </Box>
  );
}
