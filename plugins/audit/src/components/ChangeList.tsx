import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { ChangeList as Answer } from '@shopfloor/plugin-audit-common';
import {
  AnswerLine,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  State,
  usePolled,
} from '@shopfloor/ui';
import { changesApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';
import { ChangeTable } from './ChangeTable';
import { ChangeTimeline } from './ChangeTimeline';
import { Pager } from './Pager';
import { Filters } from './useFilters';

/** Changes that match the filters: the answer, the picture, the table. */
export function ChangeList(props: { filters: Filters; entityRef?: string }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(changesApiRef);
  const { filters, entityRef } = props;
  const { value, error, retry } = usePolled(
    JSON.stringify([entityRef, filters.url]),
    signal => api.listChanges(filters.changes(entityRef), { signal }),
  );
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={8} />
    );
  }
  return (
    <>
      {error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('list.stillOld')}
        </Alert>
      )}
      {value.items.length === 0 ? (
        <NoChanges filters={filters} />
      ) : (
        <>
          <Summary list={value} />
          <ChangeTimeline items={value.items} />
          <ChangeTable
            items={value.items}
            entityGiven={entityRef !== undefined}
          />
        </>
      )}
      <Pager
        filters={filters}
        shown={value.items.length}
        total={value.totalItems}
        nextCursor={value.nextCursor}
      />
    </>
  );
}

function Summary(props: { list: Answer }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { items, totalItems } = props.list;
  const count = (wanted: string) =>
    items.filter(({ outcome }) => outcome === wanted).length;
  const [failed, unknown] = [count('failed'), count('unknown')];
  const shown = String(items.length);
  let state: State = 'ok';
  let words: ReactNode = t('answer.fine', {
    total: String(totalItems),
    shown,
  });
  if (failed > 0) {
    state = 'failing';
    words = t('answer.failed', { failed: String(failed), shown });
  } else if (unknown > 0) {
    state = 'unknown';
    words = t('answer.unknown', { unknown: String(unknown), shown });
  }
  return <AnswerLine state={state}>{words}</AnswerLine>;
}

function NoChanges(props: { filters: Filters }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { filtered, time } = props.filters;
  return filtered || time.range !== 'all' ? (
    <EmptyState
      title={filtered ? t('empty.filtered') : t('answer.none')}
      description={t('empty.filteredHelp')}
    />
  ) : (
    <EmptyState
      title={t('empty.title')}
      description={t('empty.help')}
      docs="/docs/default/component/shopfloor-docs/reference/changes"
    />
  );
}
