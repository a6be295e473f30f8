import { useEffect, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { CHECK_OUTCOMES } from '@shopfloor/plugin-checks-common';
import { GRADE_STATES, GradeList } from '@shopfloor/plugin-scorecards-common';
import { Choice, uiTranslationRef, useUrlState } from '@shopfloor/ui';
import { entityName } from '../scorecardHref';
import { scorecardsTranslationRef } from '../translation/translation';

/** Parameters of the URL that narrow the matrix. */
export const matrixUrlDefaults = {
  owner: undefined as string | undefined,
  team: undefined as string | undefined,
  domain: undefined as string | undefined,
  system: undefined as string | undefined,
  state: undefined as string | undefined,
  check: undefined as string | undefined,
  outcome: undefined as string | undefined,
  text: undefined as string | undefined,
  sort: 'worst',
  offset: '0',
};

const TYPING_MILLISECONDS = 300;

const NO_FACETS: GradeList['facets'] = {
  owners: [],
  teams: [],
  systems: [],
  domains: [],
};

/** What a service belongs to. The owner alone is offered only where an address names one. */
const PLACES = ['team', 'domain', 'system', 'owner'] as const;

/** Narrows and orders the matrix. */
export function MatrixFilters(props: {
  facets?: GradeList['facets'];
  filtered: boolean;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { t: ui } = useTranslationRef(uiTranslationRef);
  const [url, setUrl] = useUrlState(matrixUrlDefaults);
  const { facets = NO_FACETS, filtered } = props;
  const set = (change: Partial<typeof matrixUrlDefaults>) =>
    setUrl({ ...change, offset: '0' });
  const all = t('list.all');
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
      <TextFilter value={url.text ?? ''} onChange={text => set({ text })} />
      {PLACES.filter(key => key !== 'owner' || url.owner).map(key => (
        <Choice
          key={key}
          label={t(`list.${key}`)}
          all={all}
          value={url[key] ?? ''}
          options={withChosen(facets[`${key}s`], url[key]).map(ref => ({
            value: ref,
            label: entityName(ref),
          }))}
          onChange={value => set({ [key]: value || undefined })}
        />
      ))}
      <Choice
        label={t('list.state')}
        all={all}
        value={url.state ?? ''}
        options={GRADE_STATES.map(value => ({
          value,
          label:
            value === 'not-applicable'
              ? t('state.not-applicable')
              : ui(`state.${value}`),
        }))}
        onChange={value => set({ state: value || undefined })}
      />
      {url.check && (
        <Choice
          label={t('list.outcomeOf', { check: url.check })}
          all={all}
          value={url.outcome ?? ''}
          options={CHECK_OUTCOMES.map(value => ({
            value,
            label: t(`outcome.${value}`),
          }))}
          onChange={value => set({ outcome: value || undefined })}
        />
      )}
      <Choice
        label={t('list.sort')}
        value={url.sort}
        options={(['worst', 'best', 'name'] as const).map(value => ({
          value,
          label: t(`list.sorts.${value}`),
        }))}
        onChange={sort => set({ sort })}
      />
      {filtered && (
        <Button
          size="small"
          onClick={() =>
            set({
              owner: undefined,
              team: undefined,
              domain: undefined,
              system: undefined,
              state: undefined,
              check: undefined,
              outcome: undefined,
              text: undefined,
            })
          }
        >
          {t('list.clear')}
        </Button>
      )}
    </Box>
  );
}

/** A choice stays visible also while, or when, the list does not offer it. */
function withChosen(values: string[], chosen: string | undefined): string[] {
  return chosen && !values.includes(chosen) ? [...values, chosen] : values;
}

function TextFilter(props: {
  value: string;
  onChange: (text: string | undefined) => void;
}) {
  const { t } = useTranslationRef(scorecardsTranslationRef);
  const { value, onChange } = props;
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) {
      return undefined;
    }
    const timer = setTimeout(
      () => onChange(typed || undefined),
      TYPING_MILLISECONDS,
    );
    return () => clearTimeout(timer);
    // `onChange` is a new function at every render.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [typed, value]);
  return (
    <TextField
      size="small"
      label={t('list.text')}
      value={typed}
      onChange={event => setTyped(event.target.value)}
    />
  );
}
