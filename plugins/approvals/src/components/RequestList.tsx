import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  REQUEST_STATES,
  REQUEST_VIEWS,
  RequestList as Requests,
} from '@shopfloor/plugin-approvals-common';
import {
  AnswerLine,
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { approvalsApiRef } from '../api';
import { approvalsTranslationRef } from '../translation/translation';
import { RequestTable } from './RequestTable';

const PAGE = 25;

const urlDefaults = {
  view: 'waiting-for-me' as string,
  state: undefined as string | undefined,
  type: undefined as string | undefined,
  environment: undefined as string | undefined,
  entity: undefined as string | undefined,
  text: undefined as string | undefined,
  offset: undefined as string | undefined,
};

type Filters = typeof urlDefaults;

/** Requests for approval, those that wait for the reader first. Filters stand in the URL. */
export function RequestList() {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const api = useApi(approvalsApiRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const view = REQUEST_VIEWS.find(each => each === url.view) ?? 'all';
  const state = REQUEST_STATES.find(each => each === url.state);
  const offset = Math.max(Math.trunc(Number(url.offset ?? 0)) || 0, 0);
  const { value, error, retry } = usePolled(
    JSON.stringify([view, state, url]),
    signal =>
      api.listRequests(
        {
          view,
          ...(state && { state: [state] }),
          type: url.type,
          environment: url.environment,
          entity: url.entity,
          text: url.text || undefined,
          limit: PAGE,
          offset,
        },
        { signal },
      ),
  );
  const choose = (change: Partial<Filters>) =>
    setUrl({ offset: undefined, ...change });

  let body: ReactNode = <LoadingPanel rows={6} />;
  if (value) {
    body = (
      <>
        {error && (
          <Alert severity="warning" sx={{ mb: 2 }}>
            {t('list.stale', { message: error.message })}
          </Alert>
        )}
        {value.items.length === 0 ? (
          <EmptyState
            title={t(view === 'waiting-for-me' ? 'empty.waiting' : 'empty.all')}
            description={t(
              view === 'waiting-for-me' ? 'empty.waitingHelp' : 'empty.allHelp',
            )}
            docs="/docs/default/component/shopfloor-docs/how-to/approvals"
          />
        ) : (
          <RequestTable items={value.items} />
        )}
        <Paging list={value} offset={offset} onMove={setUrl} />
      </>
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  const waiting = value?.counts.waitingForMe;
  return (
    <>
      {waiting !== undefined && (
        <AnswerLine state={waiting > 0 ? 'waiting' : 'ok'}>
          {waiting > 0
            ? t('list.answer', { count: waiting })
            : t('list.answerNone')}
        </AnswerLine>
      )}
      <FilterBar url={url} view={view} list={value} onChange={choose} />
      {body}
    </>
  );
}

function FilterBar(props: {
  url: Filters;
  view: string;
  list: Requests | undefined;
  onChange: (change: Partial<Filters>) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { url, view, list, onChange } = props;
  const plain = (values: string[], chosen: string | undefined) =>
    [...new Set([...values, ...(chosen ? [chosen] : [])])].map(value => ({
      value,
      label: value,
    }));
  const cleared = {
    state: undefined,
    type: undefined,
    environment: undefined,
    entity: undefined,
    text: undefined,
  };
  return (
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
        label={t('view.label')}
        value={view}
        options={REQUEST_VIEWS.map(value => ({
          value,
          label: t(`view.${value}`),
        }))}
        onChange={next => onChange({ view: next })}
      />
      <Choice
        label={t('filter.state')}
        value={url.state ?? ''}
        all={t('filter.any')}
        options={REQUEST_STATES.map(value => ({
          value,
          label: t(`state.${value}`),
        }))}
        onChange={next => onChange({ state: next || undefined })}
      />
      <Choice
        label={t('filter.type')}
        value={url.type ?? ''}
        all={t('filter.any')}
        options={plain(list?.facets.types ?? [], url.type)}
        onChange={next => onChange({ type: next || undefined })}
      />
      <Choice
        label={t('filter.environment')}
        value={url.environment ?? ''}
        all={t('filter.any')}
        options={plain(list?.facets.environments ?? [], url.environment)}
        onChange={next => onChange({ environment: next || undefined })}
      />
      <TextField
        size="small"
        type="search"
        label={t('filter.search')}
        value={url.text ?? ''}
        onChange={event => onChange({ text: event.target.value || undefined })}
        inputProps={{ maxLength: 200 }}
      />
      {Object.keys(cleared).some(key => url[key as keyof Filters]) && (
        <Button size="small" onClick={() => onChange(cleared)}>
          {t('filter.clear')}
        </Button>
      )}
    </Box>
  );
}

function Paging(props: {
  list: Requests;
  offset: number;
  onMove: (change: Partial<Filters>, options: { push: boolean }) => void;
}) {
  const { t } = useTranslationRef(approvalsTranslationRef);
  const { list, offset, onMove } = props;
  const { totalItems, items } = list;
  if (totalItems <= items.length && offset === 0) {
    return null;
  }
  const move = (to: number) =>
    onMove({ offset: to > 0 ? String(to) : undefined }, { push: true });
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 2 }}>
      <Typography variant="body2">
        {t('list.shown', {
          from: String(Math.min(offset + 1, totalItems)),
          to: String(offset + items.length),
          total: String(totalItems),
        })}
      </Typography>
      <Button
        size="small"
        disabled={offset === 0}
        onClick={() => move(Math.max(offset - PAGE, 0))}
      >
        {t('list.back')}
      </Button>
      <Button
        size="small"
        disabled={offset + items.length >= totalItems}
        onClick={() => move(offset + PAGE)}
      >
        {t('list.more')}
      </Button>
    </Box>
  );
}
