import { useState } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { Incident, RestoreTimes } from '@shopfloor/plugin-audit-common';
import {
  AnswerLine,
  EmptyState,
  ErrorPanel,
  Figure,
  LoadingPanel,
  useFormat,
  usePolled,
} from '@shopfloor/ui';
import { changesApiRef } from '../api';
import { auditTranslationRef } from '../translation/translation';
import { CloseIncidentDialog, OpenIncidentDialog } from './IncidentDialogs';
import { IncidentTable } from './IncidentTable';
import { Pager } from './Pager';
import { Filters } from './useFilters';

/** Incidents that match the filters, with the time to restore of all of them; opened and closed by hand. */
export function IncidentList(props: { filters: Filters; entityRef?: string }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const api = useApi(changesApiRef);
  const { filters, entityRef } = props;
  const [opening, setOpening] = useState(false);
  const [closing, setClosing] = useState<Incident>();
  const { value, error, retry } = usePolled(
    JSON.stringify([entityRef, filters.url]),
    signal => api.listIncidents(filters.incidents(entityRef), { signal }),
  );
  const done = () => {
    setOpening(false);
    setClosing(undefined);
    retry();
  };
  if (!value) {
    return error ? (
      <ErrorPanel error={error} onRetry={retry} />
    ) : (
      <LoadingPanel rows={8} />
    );
  }
  const { open } = value.restore;
  return (
    <>
      {error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('list.stillOld')}
        </Alert>
      )}
      <AnswerLine
        state={open > 0 ? 'failing' : 'ok'}
        stateLabel={t(open > 0 ? 'state.open' : 'state.closed')}
        aside={
          <Button
            variant="outlined"
            size="small"
            onClick={() => setOpening(true)}
          >
            {t('incident.open')}
          </Button>
        }
      >
        {open > 0
          ? t('answer.open', { open: String(open) })
          : t('answer.closed')}
      </AnswerLine>
      <Restore restore={value.restore} />
      {value.items.length === 0 ? (
        <EmptyState
          title={filters.filtered ? t('empty.filtered') : t('empty.incidents')}
          description={
            filters.filtered
              ? t('empty.filteredHelp')
              : t('empty.incidentsHelp')
          }
        />
      ) : (
        <IncidentTable items={value.items} onClose={setClosing} />
      )}
      <Pager
        filters={filters}
        shown={value.items.length}
        total={value.totalItems}
        nextCursor={value.nextCursor}
      />
      {opening && (
        <OpenIncidentDialog
          entityRef={entityRef}
          environment={filters.url.env}
          onClose={() => setOpening(false)}
          onDone={done}
        />
      )}
      {closing && (
        <CloseIncidentDialog
          incident={closing}
          onClose={() => setClosing(undefined)}
          onDone={done}
        />
      )}
    </>
  );
}

function Restore(props: { restore: RestoreTimes }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const format = useFormat();
  const { closed, meanSeconds, medianSeconds } = props.restore;
  const inWords = (seconds: number | undefined) =>
    format.duration(seconds === undefined ? undefined : seconds * 1000);
  return (
    <Box sx={{ mb: 2 }}>
      <Figure
        label={t('incident.restore')}
        value={inWords(medianSeconds)}
        hint={
          closed > 0
            ? t('incident.restoreMean', {
                mean: inWords(meanSeconds),
                closed: String(closed),
              })
            : t('incident.restoreNone')
        }
      />
    </Box>
  );
}
