import { useTranslationRef } from '@backstage/frontend-plugin-api';
import {
  CHANGE_KINDS,
  CHANGE_OUTCOMES,
  INCIDENT_SEVERITIES,
} from '@shopfloor/plugin-audit-common';
import { Choice, FilterRow, TextFilter, useEnvironments } from '@shopfloor/ui';
import { auditTranslationRef } from '../translation/translation';
import { TimeFilter } from './TimeFilter';
import { Filters } from './useFilters';

/** The filters of the page; `entityGiven` leaves out those of the service, where it is given. */
export function FilterBar(props: { filters: Filters; entityGiven?: boolean }) {
  const { t } = useTranslationRef(auditTranslationRef);
  const { environments } = useEnvironments();
  const { filters, entityGiven } = props;
  const { url, view, set } = filters;
  const all = t('filter.all');
  return (
    <FilterRow
      filtered={filters.filtered}
      clear={t('filter.clear')}
      onClear={() =>
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
      <TimeFilter time={filters.time} onChange={set} />
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
    </FilterRow>
  );
}

/** A filter by a name or a reference. */
export function RefField(props: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslationRef(auditTranslationRef);
  return <TextFilter {...props} placeholder={t('filter.refHelp')} />;
}
