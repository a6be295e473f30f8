import { useEffect, useState } from 'react';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CHANGE_KINDS,
  CHANGE_OUTCOMES,
  INCIDENT_SEVERITIES,
} from '@shopfloor/plugin-audit-common';
import { Choice, useEnvironments } from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';
import { Filters, Range, RANGES } from './useFilters';

/** The filters of the page; `entityGiven` leaves out those of the service, where it is given. */
export function FilterBar(props: { filters: Filters; entityGiven?: boolean }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { environments } = useEnvironments();
  const { filters, entityGiven } = props;
  const { url, view, set } = filters;
  const all = t('filter.all');
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 2, mb: 2 }}>
      <Choice
        label={t('filter.range')}
        value={filters.range}
        options={(Object.keys(RANGES) as Range[]).map(value => ({
          value,
          label: t(`range.${value}`),
        }))}
        onChange={range => set({ range })}
      />
      <Choice
        label={t('filter.environment')}
        all={all}
        value={url.env ?? ''}
        options={environments.map(({ name, title }) => ({
          value: name,
          label: title ?? name,
        }))}
        onChange={value => set({ env: value || undefined })}
      />
      {view === 'changes' ? (
        <>
          <Choice
            label={t('filter.kind')}
            all={all}
            value={filters.kind ?? ''}
            options={CHANGE_KINDS.map(value => ({
              value,
              label: t(`kind.${value}`),
            }))}
            onChange={value => set({ kind: value || undefined })}
          />
          <Choice
            label={t('filter.outcome')}
            all={all}
            value={filters.outcome ?? ''}
            options={CHANGE_OUTCOMES.map(value => ({
              value,
              label: t(`outcome.${value}`),
            }))}
            onChange={value => set({ outcome: value || undefined })}
          />
        </>
      ) : (
        <>
          <Choice
            label={t('filter.state')}
            all={all}
            value={filters.state ?? ''}
            options={(['open', 'closed'] as const).map(value => ({
              value,
              label: t(`state.${value}`),
            }))}
            onChange={value => set({ state: value || undefined })}
          />
          <Choice
            label={t('filter.severity')}
            all={all}
            value={filters.severity ?? ''}
            options={INCIDENT_SEVERITIES.map(value => ({
              value,
              label: t(`severity.${value}`),
            }))}
            onChange={value => set({ severity: value || undefined })}
          />
        </>
      )}
      {!entityGiven && (
        <>
          <RefField
            label={t('filter.entity')}
            value={url.entity}
            onChange={entity => set({ entity })}
          />
          <RefField
            label={t('filter.owner')}
            value={url.owner}
            onChange={owner => set({ owner })}
          />
        </>
      )}
      {view === 'changes' && (
        <RefField
          label={t('filter.who')}
          value={url.who}
          onChange={who => set({ who })}
        />
      )}
      {filters.filtered && (
        <Button
          size="small"
          onClick={() =>
            set({
              env: undefined,
              kind: undefined,
              outcome: undefined,
              severity: undefined,
              state: undefined,
              entity: undefined,
              owner: undefined,
              who: undefined,
            })
          }
        >
          {t('filter.clear')}
        </Button>
      )}
    </Box>
  );
}

/** A text, mostly a reference, that takes effect on Enter, or when it is left. */
export function RefField(props: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { label, value, onChange } = props;
  const [text, setText] = useState(value ?? '');
  useEffect(() => setText(value ?? ''), [value]);
  const commit = () => {
    const wanted = text.trim() || undefined;
    if (wanted !== value) {
      onChange(wanted);
    }
  };
  return (
    <TextField
      size="small"
      label={label}
      placeholder={t('filter.refHelp')}
      value={text}
      onChange={event => setText(event.target.value)}
      onBlur={commit}
      onKeyDown={event => event.key === 'Enter' && commit()}
      inputProps={{ spellCheck: false, autoComplete: 'off' }}
    />
  );
}
