import { useTranslationRef } from '@backstage/frontend-plugin-api';
import { GRANT_STATES, GrantList } from '@shopfloor/plugin-secrets-common';
import { Choice, FilterRow, TextFilter, useEnvironments } from '@shopfloor/ui';
import { secretsTranslationRef } from '../../translation/translation';
import { Expiry, EXPIRY_DAYS, GrantFilters } from './useGrantFilters';

/** The filters of the inventory; each state says how many grants are in it. */
export function GrantFilterBar(props: {
  filters: GrantFilters;
  counts: GrantList['counts'] | undefined;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  const { environments } = useEnvironments();
  const { filters, counts } = props;
  const { url, set } = filters;
  const any = t('filter.any');
  return (
    <FilterRow
      filtered={filters.filtered}
      clear={t('filter.clear')}
      onClear={filters.clear}
    >
      <Choice
        label={t('filter.environment')}
        all={any}
        value={url.env ?? ''}
        options={environments.map(({ name, title }) => ({
          value: name,
          label: title ?? name,
        }))}
        onChange={value => set({ env: value || undefined })}
      />
      <Choice
        label={t('filter.state')}
        all={any}
        value={filters.state ?? ''}
        options={GRANT_STATES.map(value => ({
          value,
          label: counts?.[value]
            ? `${t(`state.${value}`)} (${counts[value]})`
            : t(`state.${value}`),
        }))}
        onChange={value => set({ state: value || undefined })}
      />
      <Choice
        label={t('filter.expires')}
        all={any}
        value={filters.expires ?? ''}
        options={(Object.keys(EXPIRY_DAYS) as Expiry[]).map(value => ({
          value,
          label: t(`filter.expiry.${value}`),
        }))}
        onChange={value => set({ expires: value || undefined })}
      />
      <Choice
        label={t('filter.subject')}
        all={any}
        value={filters.subject ?? ''}
        options={(['service-account', 'person'] as const).map(value => ({
          value,
          label: t(`filter.subjects.${value}`),
        }))}
        onChange={value => set({ subject: value || undefined })}
      />
      <NameField
        label={t('filter.service')}
        value={url.service}
        onChange={service => set({ service })}
      />
      <NameField
        label={t('filter.owner')}
        value={url.owner}
        onChange={owner => set({ owner })}
      />
      <NameField
        label={t('filter.text')}
        value={url.text}
        onChange={text => set({ text })}
      />
    </FilterRow>
  );
}

/** A filter by a name. */
function NameField(props: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const { t } = useTranslationRef(secretsTranslationRef);
  return <TextFilter {...props} placeholder={t('filter.enter')} />;
}
