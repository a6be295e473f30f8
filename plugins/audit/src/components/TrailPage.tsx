import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { ACT_OUTCOMES, ActList } from '@shopfloor/plugin-audit-common';
import {
  AnswerLine,
  Choice,
  EmptyState,
  ErrorPanel,
  FilterRow,
  LoadingPanel,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { trailApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';
import { ActTable } from './ActTable';
import { Archives } from './Archives';
import { RefField } from './FilterBar';
import { Pager } from './Pager';
import { SavedQueries } from './SavedQueries';
import { TrailCheck } from './TrailCheck';
import { TimeFilter } from './TimeFilter';
import { TrailFilters, useTrailFilters } from './useTrailFilters';

/** The page `/audit`: who did what, and whether the trail is whole. */
export function TrailPage() {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(trailApiRef);
  const filters = useTrailFilters();
  const { value, error, retry } = usePolled(
    // Without the archives: opening them loads no list anew, which would take the focus with it.
    `${filters.search} ${filters.cursor ?? ''}`,
    signal =>
      api.listActs({ ...filters.acts(), cursor: filters.cursor }, { signal }),
  );
  return (
    <Box
      component="main"
      sx={{ p: { xs: 2, md: 3 }, maxWidth: 1320, minWidth: 0 }}
    >
      <TrailFilterBar filters={filters} />
      <SavedQueries filters={filters} />
      {!value && !error && <LoadingPanel rows={8} />}
      {!value && error && <ErrorPanel error={error} onRetry={retry} />}
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('list.stillOld')}
        </Alert>
      )}
      {value && <Listed list={value} filters={filters} />}
    </Box>
  );
}

function Listed(props: { list: ActList; filters: TrailFilters }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { list, filters } = props;
  const { items, totalItems } = list;
  const unknown = items.filter(({ outcome }) => outcome === 'unknown').length;
  return (
    <>
      <AnswerLine
        state={unknown > 0 ? 'unknown' : undefined}
        aside={<Downloads filters={filters} />}
      >
        {unknown > 0
          ? t('trail.unknown', {
              unknown: String(unknown),
              shown: String(items.length),
            })
          : t('trail.answer', { count: totalItems })}
      </AnswerLine>
      {list.archivedUntil && (
        <Reaches until={list.archivedUntil} list={list} filters={filters} />
      )}
      <TrailCheck allowed={list.mayVerify} />
      <Archives allowed={list.mayVerify} filters={filters} />
      {items.length === 0 ? (
        <EmptyState
          title={filters.filtered ? t('empty.filtered') : t('trail.empty')}
          description={
            filters.filtered ? t('empty.filteredHelp') : t('trail.emptyHelp')
          }
          docs="/docs/default/component/shopfloor-docs/reference/audit"
        />
      ) : (
        <ActTable items={items} onFilter={filters.set} />
      )}
      <Pager
        filters={filters}
        shown={items.length}
        total={totalItems}
        nextCursor={list.nextCursor}
      />
    </>
  );
}

/** That the list is not all there is of the time that was asked for. */
function Reaches(props: {
  until: string;
  list: ActList;
  filters: TrailFilters;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const { until, list, filters } = props;
  return (
    <Alert
      severity="info"
      sx={{ mb: 2 }}
      action={
        list.mayVerify &&
        !filters.archivesOpen && (
          <Button
            size="small"
            color="inherit"
            onClick={() => filters.openArchives(true)}
          >
            {t('archive.show')}
          </Button>
        )
      }
    >
      {t('archive.reaches', { when: format.moment(until) })}{' '}
      {!list.mayVerify && t('archive.notAllowed')}
    </Alert>
  );
}

function Downloads(props: { filters: TrailFilters }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(trailApiRef);
  const [failure, setFailure] = useState<string>();
  const download = async (format: 'csv' | 'json') => {
    setFailure(undefined);
    try {
      const text = await api.exportActs(format, props.filters.acts());
      const url = URL.createObjectURL(new Blob([text]));
      const link = document.createElement('a');
      link.href = url;
      link.download = `audit-trail.${format}`;
      link.click();
      URL.revokeObjectURL(url);
    } catch (error) {
      setFailure((error as Error).message);
    }
  };
  return (
    <Box>
      {(['csv', 'json'] as const).map(format => (
        <Button key={format} size="small" onClick={() => download(format)}>
          {t(`trail.${format}`)}
        </Button>
      ))}
      {failure && (
        <Alert severity="error">
          {t('trail.failedDownload', { message: failure })}
        </Alert>
      )}
    </Box>
  );
}

const CORRELATIONS = ['approval', 'change', 'trace'] as const;

function TrailFilterBar(props: { filters: TrailFilters }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { url, time, outcome, filtered, set } = props.filters;
  const [more, setMore] = useState(false);
  const correlated = more || CORRELATIONS.some(key => url[key]);
  return (
    <FilterRow
      filtered={filtered}
      clear={t('filter.clear')}
      onClear={() =>
        set({
          stream: undefined,
          actor: undefined,
          entity: undefined,
          action: undefined,
          outcome: undefined,
          approval: undefined,
          change: undefined,
          trace: undefined,
        })
      }
    >
      <TimeFilter time={time} onChange={set} />
      <Choice
        label={t('filter.outcome')}
        all={t('filter.all')}
        value={outcome ?? ''}
        options={ACT_OUTCOMES.map(value => ({
          value,
          label: t(`trail.outcome.${value}`),
        }))}
        onChange={value => set({ outcome: value || undefined })}
      />
      <RefField
        label={t('filter.entity')}
        value={url.entity}
        onChange={entity => set({ entity })}
      />
      <RefField
        label={t('trail.person')}
        value={url.actor}
        onChange={actor => set({ actor })}
      />
      <RefField
        label={t('trail.plugin')}
        value={url.stream}
        onChange={stream => set({ stream })}
      />
      <RefField
        label={t('trail.act')}
        value={url.action}
        onChange={action => set({ action })}
      />
      {!correlated && (
        <Button size="small" onClick={() => setMore(true)}>
          {t('filter.more')}
        </Button>
      )}
      {(correlated ? CORRELATIONS : []).map(key => (
        <RefField
          key={key}
          label={t(`trail.correlation.${key}`)}
          value={url[key]}
          onChange={value => set({ [key]: value })}
        />
      ))}
    </FilterRow>
  );
}
