import { ReactNode } from 'react';
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useApi, useTranslationRef } from '@backstage/frontend-plugin-api';
import { SloList, SloState } from '@shopfloor/plugin-slo-common';
import {
  AnswerLine,
  Choice,
  EmptyState,
  ErrorPanel,
  LoadingPanel,
  uiTranslationRef,
  usePolled,
  useUrlState,
} from '@shopfloor/ui';
import { sloApiRef } from '../api';
import { entityName } from '../entityName';
import { sloTranslationRef } from '../translation/translation';
import { SloTable } from './SloTable';

const PAGE_SIZE = 50;
const STATES = ['failing', 'at-risk', 'stale', 'unknown', 'ok'] as const;

const urlDefaults = {
  owner: undefined as string | undefined,
  env: undefined as string | undefined,
  state: undefined as string | undefined,
  system: undefined as string | undefined,
  tag: undefined as string | undefined,
  offset: '0',
};

/** All SLOs the person may see, worst budget first, with filters that stand in the URL. */
export function SloListPage() {
  const { t } = useTranslationRef(sloTranslationRef);
  const api = useApi(sloApiRef);
  const [url, setUrl] = useUrlState(urlDefaults);
  const state = STATES.find(each => each === url.state);
  const offset = /^\d{1,6}$/.test(url.offset) ? Number(url.offset) : 0;
  const { value, error, retry } = usePolled(
    JSON.stringify([url.owner, url.env, state, url.system, url.tag, offset]),
    signal =>
      api.list(
        {
          owner: url.owner,
          environment: url.env,
          state,
          system: url.system,
          tag: url.tag,
          limit: PAGE_SIZE,
          offset,
        },
        { signal },
      ),
  );
  let body: ReactNode = <LoadingPanel rows={8} />;
  if (value) {
    body = (
      <Listed
        list={value}
        offset={offset}
        filtered={Boolean(
          url.owner || url.env || state || url.system || url.tag,
        )}
        onOffset={next => setUrl({ offset: String(next) }, { push: true })}
      />
    );
  } else if (error) {
    body = <ErrorPanel error={error} onRetry={retry} />;
  }
  return (
    <>
      <Filters
        facets={value?.facets ?? { owners: [], environments: [] }}
        owner={url.owner}
        environment={url.env}
        state={state}
        system={url.system}
        tag={url.tag}
        onChange={change => setUrl({ ...change, offset: '0' })}
      />
      {value && error && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('failure.portal')}
        </Alert>
      )}
      {body}
    </>
  );
}

function Filters(props: {
  facets: SloList['facets'];
  owner?: string;
  environment?: string;
  state?: SloState;
  system?: string;
  tag?: string;
  onChange: (change: {
    owner?: string;
    env?: string;
    state?: string;
    system?: string;
    tag?: string;
  }) => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { t: ui } = useTranslationRef(uiTranslationRef);
  const { facets, owner, environment, state, system, tag, onChange } = props;
  const all = t('list.filter.all');
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
      <Choice
        label={t('list.filter.owner')}
        all={all}
        value={owner ?? ''}
        options={withChosen(facets.owners, owner).map(ref => ({
          value: ref,
          label: entityName(ref),
        }))}
        onChange={value => onChange({ owner: value || undefined })}
      />
      <Choice
        label={t('list.filter.system')}
        all={all}
        value={system ?? ''}
        options={withChosen(facets.systems ?? [], system).map(ref => ({
          value: ref,
          label: entityName(ref),
        }))}
        onChange={value => onChange({ system: value || undefined })}
      />
      <Choice
        label={t('list.filter.tag')}
        all={all}
        value={tag ?? ''}
        options={withChosen(facets.tags ?? [], tag).map(name => ({
          value: name,
          label: name,
        }))}
        onChange={value => onChange({ tag: value || undefined })}
      />
      <Choice
        label={t('list.filter.environment')}
        all={all}
        value={environment ?? ''}
        options={withChosen(facets.environments, environment).map(name => ({
          value: name,
          label: name,
        }))}
        onChange={value => onChange({ env: value || undefined })}
      />
      <Choice
        label={t('list.filter.state')}
        all={all}
        value={state ?? ''}
        options={STATES.map(value => ({ value, label: ui(`state.${value}`) }))}
        onChange={value => onChange({ state: value || undefined })}
      />
      {(owner || environment || state || system || tag) && (
        <Button
          size="small"
          onClick={() =>
            onChange({
              owner: undefined,
              env: undefined,
              state: undefined,
              system: undefined,
              tag: undefined,
            })
          }
        >
          {t('list.filter.clear')}
        </Button>
      )}
    </Box>
  );
}

/** A choice stays visible also while, or when, the list does not offer it. */
function withChosen(values: string[], chosen: string | undefined): string[] {
  return chosen && !values.includes(chosen) ? [...values, chosen] : values;
}

function Listed(props: {
  list: SloList;
  offset: number;
  filtered: boolean;
  onOffset: (offset: number) => void;
}) {
  const { t } = useTranslationRef(sloTranslationRef);
  const { list, offset, filtered, onOffset } = props;
  const broken = list.sources.filter(
    source =>
      source.failure ||
      source.problems.some(({ severity }) => severity === 'error'),
  );
  if (list.totalItems === 0) {
    return filtered ? (
      <EmptyState
        title={t('list.nothing')}
        description={t('list.nothingHelp')}
      />
    ) : (
      <EmptyState
        title={t('empty.listTitle')}
        description={t('empty.description')}
        docs="/docs/default/component/shopfloor-docs/how-to/slo"
      />
    );
  }
  const summary = summarize(list);
  return (
    <>
      <AnswerLine state={summary.state}>
        {t(`list.answer.${summary.state}`, { count: summary.count })}
      </AnswerLine>
      {broken.length > 0 && (
        <Alert severity="warning" sx={{ mb: 2 }}>
          {t('problems.elsewhere', { count: broken.length })}:{' '}
          {broken
            .map(({ entityRef, file }) => `${entityName(entityRef)}/${file}`)
            .join(', ')}
        </Alert>
      )}
      <SloTable items={list.items} />
      {list.totalItems > PAGE_SIZE && (
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, mt: 2 }}>
          <Button
            disabled={offset === 0}
            onClick={() => onOffset(Math.max(0, offset - PAGE_SIZE))}
          >
            {t('list.previous')}
          </Button>
          {t('list.page', {
            from: String(offset + 1),
            to: String(offset + list.items.length),
            total: String(list.totalItems),
          })}
          <Button
            disabled={offset + list.items.length >= list.totalItems}
            onClick={() => onOffset(offset + PAGE_SIZE)}
          >
            {t('list.next')}
          </Button>
        </Box>
      )}
    </>
  );
}

/** The most urgent state of all that match, on whatever page they stand, and how many have it. */
function summarize({ states }: SloList): { state: SloState; count: number } {
  const state = STATES.find(each => states[each] > 0) ?? 'unknown';
  return { state, count: states[state] };
}
