import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { Link } from '@backstage/core-components';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { GrantList as Grants } from '@shopfloor/plugin-secrets-common';
import {
  AnswerLine,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
} from '@shopfloor/ui';
import { secretsApiRef } from '../../api';
import { secretsTranslationRef } from '../../translation/translation';
import { STATES_THAT_ASK } from '../../words';
import { GrantFilterBar } from './GrantFilterBar';
import { GrantTable } from './GrantTable';
import { useExport } from './useExport';
import {
  GrantFilters,
  GRANTS_PER_PAGE,
  useGrantFilters,
} from './useGrantFilters';
import { useAsked } from '../../hooks/useAsked';

/** The inventory: who may use which secret, until when. Filters stand in the URL. */
export function GrantList() {
  const { t } = useTranslationRef(secretsTranslationRef);
  const api = useApi(secretsApiRef);
  const filters = useGrantFilters();
  const { value, error, retry } = useAsked(
    JSON.stringify(filters.url),
    signal =>
      api.listGrants(
        {
          ...filters.query(),
          limit: GRANTS_PER_PAGE,
          cursor: filters.url.cursor,
        },
        { signal },
      ),
  );
  let body: ReactNode = <LoadingPanel rows={6} />;
  if (value) {
    body = (
      <>
        {error && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t('stale', { message: error.message })}
          </Alert>
        )}
        {value.items.length === 0 ? (
          <Nothing filters={filters} />
        ) : (
          <>
            <GrantTable items={value.items} />
            <Typography variant="body2" color="text.secondary" sx={{ mt: 1 }}>
              {t('list.barHelp')}
            </Typography>
          </>
        )}
        <Paging list={value} filters={filters} />
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      {value && <Answer list={value} filters={filters} />}
      <GrantFilterBar filters={filters} counts={value?.counts} />
      {body}
    </>
  );
}

function Answer(props: { list: Grants; filters: GrantFilters }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { start, working, error, cutAt } = useExport();
  const { list, filters } = props;
  const download = () => start(filters.query());
  const asking = STATES_THAT_ASK.reduce(
    (sum, state) => sum + (list.counts[state] ?? 0),
    0,
  );
  return (
    <>
      <AnswerLine
        state={asking > 0 ? 'at-risk' : 'ok'}
        aside={
          <Button
            size="small"
            disabled={working || list.totalItems === 0}
            onClick={download}
          >
            {t(working ? 'list.exporting' : 'list.export')}
          </Button>
        }
      >
        {asking > 0
          ? t('list.answer', { count: asking })
          : t('list.answerNone')}
      </AnswerLine>
      {error && (
        <Box sx={{ mb: 2 }}>
          <ErrorPanel error={error} onRetry={download} />
        </Box>
      )}
      {cutAt !== undefined && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('list.exported', { shown: String(cutAt) })}
        </Alert>
      )}
    </>
  );
}

function Nothing(props: { filters: GrantFilters }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { filtered, clear } = props.filters;
  return filtered ? (
    <EmptyState
      title={t('empty.filtered')}
      description={t('empty.filteredHelp')}
      action={
        <Button size="small" variant="outlined" onClick={clear}>
          {t('filter.clear')}
        </Button>
      }
    />
  ) : (
    <EmptyState
      title={t('empty.title')}
      description={t('empty.help')}
      action={<Link to="/secrets/ask">{t('ask.act')}</Link>}
      docs="/docs/default/component/shopfloor-docs/how-to/secrets"
    />
  );
}

function Paging(props: { list: Grants; filters: GrantFilters }) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { list, filters } = props;
  const { nextCursor, items, totalItems } = list;
  const { cursor } = filters.url;
  if (!nextCursor && !cursor) {
    return null;
  }
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 2,
        mt: 2,
      }}
    >
      <Button
        size="small"
        disabled={!cursor}
        onClick={() => filters.turn(undefined)}
      >
        {t('list.first')}
      </Button>
      <Typography variant="body2">
        {t('list.shown', {
          shown: String(items.length),
          total: String(totalItems),
        })}
      </Typography>
      <Button
        size="small"
        disabled={!nextCursor}
        onClick={() => filters.turn(nextCursor)}
      >
        {t('list.more')}
      </Button>
    </Box>
  );
}
